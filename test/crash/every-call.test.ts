// At every call of an event's way the worker ends, or AWS fails it: nothing is lost, and nothing repeated that was recorded.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as faults from './support/aws-faults.ts';
import { type CrashStack, startCrashStack } from './support/crash-stack.ts';
import { grantsOf } from './support/grants.ts';
import { type Call, callsOf, distinct, type Hit, playAll, playHits } from './support/hits.ts';
import type { Fault } from './support/point.ts';
import type { Played } from './support/run-scenario.ts';
import { scenarios } from './support/scenarios.ts';

const isFull = process.env.RAPPEL_FULL === '1';
/** Milliseconds: the full form takes an hour of a slow machine. */
const timeout = 7_200_000;

let stacks: readonly CrashStack[];
let calm: readonly (readonly Played[])[];
let calls: readonly Call[];
/** By the plays that nothing met. */
let rightsUsed: ReadonlySet<string>;

beforeAll(async () => {
  stacks = await Promise.all(Array.from({ length: isFull ? 2 : 1 }, startCrashStack));
  calm = await playAll(stacks, scenarios);
  calls = callsOf(scenarios, calm);
  rightsUsed = new Set(stacks.flatMap((stack) => [...stack.rightsUsed]));
}, timeout);

afterAll(async () => {
  await Promise.all(stacks.map((stack) => stack.close()));
});

describe('an event that nothing goes wrong with', () => {
  it.each(scenarios.map(({ name }, index) => ({ name, index })))(
    '$name: ends as expected',
    ({ index }) => {
      expect(calm.flatMap((plays) => plays[index]!.problems)).toEqual([]);
    },
  );
});

/** The first call of each call site, in the shortest scenario that has it. */
const firstCalls = (): Call[] =>
  [...Map.groupBy(calls, ({ site }) => site).values()].map(([call]) => call!);

/** Calls that the next step of their code depends on. */
const dependedOn =
  / (Send|PutEvents|callback|PutItem (event|delivery|job|er|deletion)|DeleteItem feed)/;

const sides = ['before', 'after'] as const;

const endAt = ({ scenario, ...place }: Call, side: (typeof sides)[number]): Hit => ({
  scenario,
  target: { ...place, side },
});

describe('a worker that ends before or after a call took effect', () => {
  const where = `at ${isFull ? 'each' : 'some'} of 500 distinct points or more`;

  it(`loses no event and repeats only what it had not recorded, ${where}`, {
    timeout,
  }, async () => {
    const points = calls.flatMap((call) => sides.map((side) => endAt(call, side)));
    // After one call is before the next.
    const sample = firstCalls()
      .filter(({ site }) => dependedOn.test(site))
      .map((call) => endAt(call, 'before'));
    // Each distinct point, and in each scenario the first of each call site and side.
    const first = points.filter(({ target }) => target.occurrence === 1);
    const chosen = isFull ? [...new Set([...distinct(points), ...first])] : sample;

    const { reached, problems } = await playHits(stacks, chosen);

    console.log(
      `${distinct(points).length} distinct points to end a worker at (call site, side, occurrence); ` +
        `${reached.length} of ${chosen.length} chosen were reached, ${distinct(reached).length} distinct`,
    );
    expect(problems).toEqual([]);
    expect(distinct(points).length).toBeGreaterThanOrEqual(500);
    expect(distinct(reached).length).toBeGreaterThanOrEqual(isFull ? 500 : sample.length - 1);
  });

  it('ends at every call that fan-out, deliver and the sweep make: each is known, and none is missing', () => {
    const reached = firstCalls().map(({ site }) => site);

    expect(callSites.filter((site) => !reached.includes(site))).toEqual([]);
    expect(reached.filter((site) => !callSites.includes(site))).toEqual([]);
  });

  it('ends at a call for each thing that the roles of fan-out, deliver and the sweep allow', () => {
    const rights = grantsOf(stacks[0]!.model);

    expect(rights.filter((right) => !rightsUsed.has(right))).toEqual([]);
    expect(rights.length).toBeGreaterThan(30);
  });
});

const failAt = ({ scenario, ...place }: Call, fault: Fault) => ({
  scenario,
  target: { ...place, fault },
});

describe('a call that AWS fails', () => {
  it('is repeated or left to the queue: nothing is lost or buried', { timeout }, async () => {
    const toAws = firstCalls().filter(({ site }) => site !== 'deliver callback');
    const all = toAws.flatMap((call) =>
      [...anyCall, ...(isBatch(call) ? batchCall : [])].map((fault) => failAt(call, fault)),
    );
    // Each fault at a call site of its own, and a batch half done at each: nobody but this code looks into an answer.
    const byFault = Map.groupBy(all, ({ target }) => target.fault);
    const sample = [...byFault].flatMap(([fault, group], index) =>
      fault === halfDone ? group : [group[(3 * index) % group.length]!],
    );
    const chosen = isFull ? all : sample;

    const { reached, problems } = await playHits(stacks, chosen);

    console.log(`${reached.length} of ${chosen.length} chosen faults of AWS were met`);
    expect(problems).toEqual([]);
    expect(reached.length).toBeGreaterThanOrEqual(chosen.length - Math.ceil(chosen.length / 20));
  });
});

const isBatch = ({ site }: Call): boolean => /SendMessageBatch|PutEvents|BatchGetItem/.test(site);

const anyCall: readonly Fault[] = [
  faults.throttledOnce,
  faults.throttled,
  faults.down,
  faults.tokenExpired,
  faults.answerLost,
];

const halfDone = faults.halfDone(9);
const batchCall: readonly Fault[] = [faults.halfDone(1), halfDone];

/** A line of code each, or a few that call alike. A new one belongs here, and into a scenario. */
const callSites: string[] = [
  'deliver BatchGetItem batch',
  'deliver GetItem delivery',
  'deliver GetItem health',
  'deliver PutItem attempt',
  'deliver PutItem delivery',
  'deliver PutItem health',
  'deliver SendMessage Rappel-deliveries-dead',
  'deliver SendMessage Rappel-deliveries-slow-dead',
  'deliver SendMessageBatch Rappel-deliveries-slow',
  'deliver SendMessageBatch Rappel-deliveries-slow, delayed',
  'deliver UpdateItem subscription',
  'deliver UpdateItem turns',
  'deliver callback',
  'fan-out BatchGetItem batch',
  'fan-out GetItem event',
  'fan-out PutItem candidate',
  'fan-out PutItem delivery',
  'fan-out PutItem event',
  'fan-out PutItem feed',
  'fan-out PutItem variant',
  'fan-out Query renderings',
  'fan-out Query subscription',
  'fan-out SendMessage Rappel-candidate-created-dead',
  'fan-out SendMessageBatch Rappel-deliveries',
  'fan-out UpdateItem event',
  'sweep BatchGetItem batch',
  'sweep DeleteItem attempt',
  'sweep DeleteItem candidate',
  'sweep DeleteItem delivery',
  'sweep DeleteItem event',
  'sweep DeleteItem feed',
  'sweep DeleteItem health',
  'sweep DeleteItem subscription',
  'sweep DeleteItem turns',
  'sweep DeleteItem variant',
  'sweep GetItem control',
  'sweep GetItem delivery',
  'sweep GetItem event',
  'sweep GetItem health',
  'sweep GetItem subscription',
  'sweep PutEvents bus',
  'sweep PutItem deletion',
  'sweep PutItem delivery',
  'sweep PutItem erasure',
  'sweep PutItem health',
  'sweep PutItem job',
  'sweep PutItem tombstone',
  'sweep PutItem variant',
  'sweep Query candidate',
  'sweep Query deliveries',
  'sweep Query feed',
  'sweep Query index due',
  'sweep Query index log',
  'sweep Query index parked',
  'sweep Query renderings',
  'sweep Query subscription',
  'sweep SendMessageBatch Rappel-deliveries-slow',
  'sweep SendMessageBatch Rappel-deliveries-slow, delayed',
  'sweep UpdateItem attempt',
  'sweep UpdateItem deletion',
  'sweep UpdateItem delivery REMOVE due_at',
  'sweep UpdateItem delivery SET due_at = :until',
  'sweep UpdateItem delivery SET due_at = :until REMOVE parked_at',
  'sweep UpdateItem erasure',
  'sweep UpdateItem event',
  'sweep UpdateItem job',
  'sweep UpdateItem subscription',
  'sweep UpdateItem variant',
];
