// The contract: the catalogue of today keeps what it published.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { explainBreakingChanges, findBreakingChanges } from '../../docs/compare-contracts.ts';
import { type Contract, contractOf } from '../../docs/contract.ts';
import { readContract } from '../../docs/docs-folder.ts';
import { findBrokenPromises } from '../../docs/find-broken-promises.ts';
import { callbackSchema } from '../../shared/event-types/callback-schema.ts';
import { stepDown } from '../../shared/event-types/data-at-version.ts';
import type { EventTypeEntry, StepDown } from '../../shared/event-types/define-event-type.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import { eventTypes } from '../../shared/event-types.ts';
import { arbitraryOf } from '../unit/event-types/arbitrary-of.ts';

it('the catalogue breaks nothing that docs/contract.json publishes', () => {
  const published = readContract();

  const changes = findBreakingChanges(published, contractOf(Object.values(eventTypes), published));

  expect(changes, explainBreakingChanges(changes)).toEqual([]);
});

it('the published contract holds every type of the catalogue', () => {
  const published = Object.keys(readContract());

  expect(published).toEqual(
    expect.arrayContaining(Object.values(eventTypes).map((type) => `${type.name}@${type.version}`)),
  );
});

describe('the steps down to published versions', () => {
  /** What is broken in callbacks of a type's newest version, made into each version before. */
  const brokenBy = (entry: EventTypeEntry, published: Contract) => {
    const earlier = Array.from({ length: entry.version - 1 }, (_, index) => index + 1);
    if (earlier.length === 0) return [];
    return fc.sample(arbitraryOf(callbackSchema(entry)), 50).flatMap((callback) => {
      const { data, ...envelope } = callback as { data: Record<string, unknown> };
      return earlier.flatMap((to) => {
        const stepped = stepDown(entry, { from: entry.version, to }, data);
        return findBrokenPromises(published[`${entry.name}@${to}`]!, {
          ...envelope,
          data: stepped,
        });
      });
    });
  };

  /** `task.created` with a second version, which calls the task `work`. */
  const renamed = (step: StepDown): EventTypeEntry => {
    const { task, ...others } = eventTypes['task.created'].data.shape;
    return {
      ...eventTypes['task.created'],
      data: z.strictObject({ ...others, work: task }),
      version: 2,
      stepsDown: [step],
    };
  };

  it('give what was published, of every type of the catalogue', () => {
    const published = readContract();

    const broken = Object.values<EventTypeEntry>(eventTypes).flatMap((entry) =>
      brokenBy(entry, published),
    );

    expect(broken).toEqual([]);
  });

  it('are found out where they do not', () => {
    const published = readContract();

    const good = brokenBy(
      renamed(({ work, ...rest }) => ({ ...rest, task: work })),
      published,
    );
    const forgotten = brokenBy(
      renamed((data) => data),
      published,
    );
    const careless = brokenBy(
      renamed(({ work, ...rest }) => ({ ...rest, task: [work] })),
      published,
    );

    expect(good).toEqual([]);
    expect(forgotten[0]).toEqual({ path: 'data.task', problem: 'is missing' });
    expect(careless[0]).toEqual({ path: 'data.task', problem: 'is array, not object' });
  });

  it('are held to fields at every depth, by a check that every sample passes', () => {
    const published = readContract();
    const problems = (callback: object) =>
      findBrokenPromises(published['candidate.moved@1']!, callback);
    const sample = sampleCallback('candidate.moved');
    const { applicant, ...data } = structuredClone(sample.data) as {
      applicant: { applies: object[]; id: unknown };
    };

    for (const entry of Object.values(eventTypes)) {
      const fields = published[`${entry.name}@${entry.version}`]!;
      expect(findBrokenPromises(fields, sampleCallback(entry.name))).toEqual([]);
    }
    expect(problems({ ...sample, type: 'x' })).toEqual([
      { path: 'type', problem: 'has a value that was not published' },
    ]);
    expect(
      problems({ ...sample, data: { ...data, applicant: { ...applicant, applies: [{}] } } }),
    ).toContainEqual({
      path: 'data.applicant.applies[].id',
      problem: 'is missing',
    });
    expect(
      problems({ ...sample, data: { ...data, applicant: { ...applicant, id: null } } }),
    ).toEqual([{ path: 'data.applicant.id', problem: 'is null' }]);
  });
});
