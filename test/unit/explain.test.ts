// Why an event is a subscription's, or not: each obstacle by its name, and the place that a filter failed at.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConditionsCache } from '../../functions/fan-out/conditions-cache.ts';
import type { AtsEvent } from '../../shared/event.ts';
import { readOnce } from '../../shared/event-pattern/collect-event.ts';
import { InvalidPatternError } from '../../shared/event-pattern/pattern-errors.ts';
import { compilePattern } from '../../shared/event-pattern.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import { type EventTypeName, eventTypes } from '../../shared/event-types.ts';
import { fullBodyFor } from '../../shared/event-variant.ts';
import { explain } from '../../shared/explain.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { isOptionOf } from '../../shared/subscription-conditions.ts';
import {
  after,
  before,
  fanOut,
  sampleEvent,
  slotsOf,
  storedAt,
  subscription,
} from './fan-out/fan-out-setup.ts';

const hire = sampleEvent('candidate.moved');

const comment = (isPrivate: unknown): AtsEvent => {
  const { data } = sampleCallback('comment.created');
  return sampleEvent('comment.created', {
    data: { ...data, comment: { ...(data.comment as object), private: isPrivate } },
  });
};

const obstacleOf = (settings: Partial<Subscription>, event: AtsEvent = hire) => {
  const explanation = explain(subscription(0, settings), event, storedAt);
  return explanation.wanted ? undefined : explanation.obstacle;
};

describe('an obstacle', () => {
  it.each([
    ['event_types', { eventTypes: ['candidate.created'] }],
    ['deleted', { deletedAt: after }],
    ['created_later', { createdAt: after }],
    ['vacancy_ids', { vacancyIds: [1] }],
    ['column_ids', { columnIds: [1] }],
    ['filter', { filter: '{"data":{"column":{"hired":[false]}}}' }],
  ] as [string, Partial<Subscription>][])('is %s for %j', (obstacle, settings) => {
    expect(obstacleOf(settings)).toBe(obstacle);
  });

  it.each([
    {},
    { eventTypes: ['candidate.moved'] },
    { status: 'paused' },
    { createdAt: storedAt },
    { hiredOnly: true, filter: '{"data":{"column":{"hired":[true]}}}' },
  ] as Partial<Subscription>[])('there is none for %j', (settings) => {
    expect(obstacleOf(settings)).toBeUndefined();
  });

  it('is hired_only for a move that hires nobody, and for no other type', () => {
    const { data } = sampleCallback('candidate.moved');
    const move = {
      ...hire,
      data: { ...data, column: { ...(data.column as object), hired: false } },
    };

    expect(obstacleOf({ hiredOnly: true }, move)).toBe('hired_only');
    expect(obstacleOf({ hiredOnly: true }, sampleEvent('candidate.archived'))).toBeUndefined();
  });

  it('is no list of job listings for an event that has none by its type', () => {
    const settings = { vacancyIds: [1], columnIds: [1] };

    expect(obstacleOf(settings, sampleEvent('member.added'))).toBeUndefined();
    expect(obstacleOf(settings, sampleEvent('task.created'))).toBe('vacancy_ids');
  });

  it('is the first in a fixed order, where there are several', () => {
    const all = {
      eventTypes: ['candidate.created'],
      deletedAt: after,
      createdAt: after,
      vacancyIds: [1],
      columnIds: [1],
      filter: '{"type":["x"]}',
    } as const;

    const { eventTypes: _, ...noTypes } = all;
    const { deletedAt: __, ...notDeleted } = noTypes;
    const { createdAt: ___, ...inTime } = notDeleted;
    const { vacancyIds: ____, ...anyVacancy } = inTime;

    expect(
      [all, noTypes, notDeleted, inTime, anyVacancy].map((settings) => obstacleOf(settings)),
    ).toEqual(['event_types', 'deleted', 'created_later', 'vacancy_ids', 'column_ids']);
  });
});

describe('a comment', () => {
  it.each([true, undefined, null, 'false', 0, 1])(
    'whose `private` is %j goes only to who asked for private ones',
    (isPrivate) => {
      expect(obstacleOf({}, comment(isPrivate))).toBe('include_private_comments');
      expect(obstacleOf({ includePrivateComments: true }, comment(isPrivate))).toBeUndefined();
    },
  );

  it('that is not private goes to everybody', () => {
    expect(obstacleOf({}, comment(false))).toBeUndefined();
  });

  it.each([undefined, null, 'text', []])('that is %j is kept back too', (odd) => {
    const event = sampleEvent('comment.created', { data: { comment: odd } });

    expect(obstacleOf({}, event)).toBe('include_private_comments');
  });
});

describe('a filter that keeps an event out', () => {
  it('is told with the place that failed, and what the filter takes there', () => {
    const filter = '{"type":["candidate.moved"],"data":{"column":{"title":["Entretien"]}}}';

    const explanation = explain(subscription(0, { filter }), hire, storedAt);

    expect(explanation).toEqual({
      wanted: false,
      obstacle: 'filter',
      failed: [{ path: 'data.column.title', expected: '["Entretien"]', reason: 'differs' }],
    });
  });

  it('sees the whole body, ids and all', () => {
    const event = { ...hire, ids: { member: { plain: 9 } } };
    const filter = JSON.stringify({
      id: ['evt_1'],
      event: ['drag_applicant'],
      company_id: [318],
      test: [false],
      ids: { member: { plain: [9] } },
    });

    expect(obstacleOf({ filter }, event)).toBeUndefined();
    expect(obstacleOf({ filter }, hire)).toBe('filter');
  });

  it('that is broken is thrown, and only where it decides', () => {
    const broken = { filter: '{"data":{}}' };

    expect(() => obstacleOf(broken)).toThrow(InvalidPatternError);
    expect(obstacleOf({ ...broken, deletedAt: after })).toBe('deleted');
  });
});

const types = Object.keys(eventTypes) as EventTypeName[];

/** Values of the samples, and others: filters that match now and then. */
const operand = fc.oneof(
  fc.constantFrom('candidate.moved', 'Recruté', 318, true, false, null, 'evt_1'),
  fc.record({ prefix: fc.constantFrom('candidate.', 'evt_', 'x') }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ 'anything-but': fc.constantFrom('candidate.moved', 318) }),
);
const values = fc.array(operand, { minLength: 1, maxLength: 3 });
const filter = fc
  .record(
    {
      type: values,
      company_id: values,
      data: fc.record({ column: fc.record({ hired: values, title: values }) }),
      $or: fc.tuple(fc.record({ id: values }), fc.record({ ids: fc.record({ x: values }) })),
    },
    { requiredKeys: [] },
  )
  .filter((pattern) => Object.keys(pattern).length > 0)
  .map((pattern) => JSON.stringify(pattern));
const objectIds = fc.array(fc.constantFrom(1, 7720, 4106, 'n8PdJ4sYc6GxR2Vw'), { minLength: 1 });

/** One value in so many is there. */
const oneIn = <Value>(count: number, value: fc.Arbitrary<Value>) =>
  fc.oneof(
    { weight: count - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  );

const anySubscription = fc
  .record({
    eventTypes: fc
      .option(fc.subarray(types, { minLength: 1 }), { freq: 2 })
      .map((some) => some ?? (['*'] as const)),
    filter: oneIn(2, filter),
    vacancyIds: oneIn(3, objectIds),
    columnIds: oneIn(3, objectIds),
    hiredOnly: fc.boolean(),
    includePrivateComments: fc.boolean(),
    createdAt: fc.constantFrom(before, before, before, storedAt, after),
    deletedAt: oneIn(10, fc.constant(after)),
  })
  .map((settings) => subscription(7, settings));

const anyEvent = fc
  .record({ type: fc.constantFrom(...types), flag: fc.boolean() })
  .map(({ type, flag }) => {
    const event = sampleEvent(type);
    const comment = { private: flag };
    const column = { ...(event.data.column as object), hired: flag };
    return {
      ...event,
      data: { ...event.data, column, ...(type === 'comment.created' && { comment }) },
    };
  });

describe('for any subscription and event', () => {
  it('what is explained is what is done: wanted is delivered, anything else is not', async () => {
    await fc.assert(
      fc.asyncProperty(anySubscription, anyEvent, async (to, event) => {
        const { wanted } = explain(to, event, storedAt);

        const { messages } = await fanOut(event, [to]);

        const own = messages.filter(({ body }) => JSON.parse(body).event_id === event.id);
        expect(slotsOf(own)).toEqual(wanted ? [7] : []);
      }),
      { numRuns: 200 },
    );
  });

  it('a filter decides as the pattern does, and its explanation names places just where it fails', () => {
    fc.assert(
      fc.property(filter, anyEvent, (text, event) => {
        const to = subscription(0, { filter: text, includePrivateComments: true });
        const matches = compilePattern(text)(JSON.stringify(fullBodyFor(to, event)));

        const explanation = explain(to, event, storedAt);

        expect(explanation.wanted).toBe(matches);
        if (!explanation.wanted) expect(explanation.failed.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('a setting holds back no event of a type that it does not concern', () => {
    const settings = { vacancyIds: [1], columnIds: [1], hiredOnly: true };
    fc.assert(
      fc.property(anyEvent, (event) => {
        const obstacle = obstacleOf({ ...settings, includePrivateComments: true }, event);

        expect(obstacle === undefined || isOptionOf(event.type, obstacle as never)).toBe(true);
      }),
    );
  });
});

describe('compiled settings', () => {
  it('are kept for a revision, and made anew for the next', () => {
    const conditionsOf = createConditionsCache();
    const to = subscription(0, { filter: '{"type":["a"]}' });

    const first = conditionsOf(to);
    const changed = conditionsOf({ ...to, revision: 2, filter: '{"type":["b"]}' });

    expect(conditionsOf({ ...to, revision: 2 })).toBe(changed);
    expect(changed).not.toBe(first);
    expect(changed[0]!.isMetBy(readOnce({ type: 'b' }))).toBe(true);
  });

  it('are kept apart by company: an id says nothing of whose it is', () => {
    const conditionsOf = createConditionsCache();
    const ours = subscription(0, { filter: '{"type":["a"]}' });

    const theirs = conditionsOf({ ...ours, companyId: 319, filter: '{"type":["b"]}' });

    expect(conditionsOf(ours)).not.toBe(theirs);
  });

  it('are forgotten in the order in which they were last asked for', () => {
    const conditionsOf = createConditionsCache(2);
    const [a, b, c] = [0, 1, 2].map((slot) => subscription(slot, { hiredOnly: true })) as [
      Subscription,
      Subscription,
      Subscription,
    ];
    const [ofA, ofB] = [conditionsOf(a), conditionsOf(b)];
    conditionsOf(a);

    conditionsOf(c);

    expect(conditionsOf(a)).toBe(ofA);
    expect(conditionsOf(b)).not.toBe(ofB);
  });
});
