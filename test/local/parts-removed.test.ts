// It really is the template that runs: without any one of its parts, the run fails by a name.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readAssets } from '../../infra/local/template/read-assets.ts';
import { routedEventTypes } from '../../shared/event-types.ts';
import { type Part, partsOf } from './support/remove-part.ts';
import {
  clock,
  type Expectation,
  everyRoute,
  expectationOf,
  functionScenarios,
  inert,
  someType,
  unknownType,
} from './support/remove-part-failures.ts';
import type { Template } from './support/remove-part-references.ts';
import { type Run, startRun } from './support/remove-part-run.ts';
import * as scenarios from './support/remove-part-scenarios.ts';
import { startTestReceiver, type TestReceiver } from './support/test-receiver.ts';

/** The short form takes away the parts of one event type, and one grant of each role on each service. */
const isFull = process.env.RAPPEL_FULL === '1';

const isOfAnotherType = ({ name }: Part): boolean =>
  routedEventTypes
    .filter((type) => type !== someType)
    .some((type) => new RegExp(`${type.replaceAll('.', '')}(Route|Rule)`).test(name));

const kindOf = ({ name }: Part): string => name.replace(/^(allow \S+Role \w+):.*/, '$1');

const takenAway = (all: readonly Part[]): readonly Part[] => {
  const active = all.filter((part) => !isInert(part));
  if (isFull) return active;
  const kinds = Map.groupBy(
    active.filter((part) => !isOfAnotherType(part)),
    kindOf,
  );
  return Array.from(kinds.values(), ([first]) => first!);
};

const isInert = ({ name }: Part): boolean => inert.some(([pattern]) => pattern.test(name));

const template = readAssets(inject('assemblyFolder')).template as Template;
const parts = partsOf(template);

/** Milliseconds: many whole stacks run side by side, on however few cores. */
const patienceMs = 120_000;

let receiver: TestReceiver;

beforeAll(async () => {
  receiver = await startTestReceiver();
  receiver.answer = (response, { path }) =>
    response.writeHead(Number(/\d{3}$/.exec(path)?.[0] ?? 200)).end();
});

afterAll(async () => {
  await receiver.close();
});

/** What the run of a changed template shows first; nothing where all is there. */
const firstSign = async (
  change: (template: Template) => Template,
  { scenario, sweepSeconds }: Pick<Expectation, 'scenario' | 'sweepSeconds'>,
): Promise<string | undefined> => {
  let run: Run | undefined;
  try {
    run = await startRun(change, sweepSeconds);
    await run.until(() => true);
    await scenario(run, receiver.url);
    return undefined;
  } catch (sign) {
    return String(sign);
  } finally {
    await run?.close();
  }
};

describe('every part of the template', () => {
  it('is known: by the failure that its absence shows, or as one without local effect', () => {
    const unknown = parts.filter((part) => !isInert(part) && expectationOf(part) === undefined);

    expect(unknown.map(({ name }) => name)).toEqual([]);
  });
});

describe('without one part, the run shows it', () => {
  it.concurrent.each(takenAway(parts).map((part) => [part.name, part] as const))(
    '%s',
    async (_, part) => {
      const expectation = expectationOf(part)!;

      const sign = await firstSign(part.removeFrom, expectation);

      expect(sign ?? 'all is there').toContain(expectation.sign);
    },
    patienceMs,
  );
});

describe('without every part that is listed as inert', () => {
  const withoutAll = (from: Template) =>
    parts.filter(isInert).reduce((left, part) => part.removeFrom(left), from);

  it.concurrent.each<[string, Pick<Expectation, 'scenario' | 'sweepSeconds'>]>([
    ['the way of every type to its queue', { scenario: everyRoute }],
    ['the way of an unknown type to its queue', { scenario: scenarios.route('ats', unknownType) }],
    ...Object.entries(functionScenarios).map(
      ([fn, scenario]): [string, { scenario: scenarios.Scenario }] => [
        `all that ${fn} does`,
        { scenario },
      ],
    ),
    ['the clock', clock],
    ['the archive', { scenario: scenarios.archive }],
  ])(
    '%s works',
    async (_, use) => {
      expect(await firstSign(withoutAll, use)).toBeUndefined();
    },
    patienceMs,
  );

  it.each(inert)('%s: %s', (pattern) => {
    expect(parts.filter(({ name }) => pattern.test(name))).not.toEqual([]);
  });
});
