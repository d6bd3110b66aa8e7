// The feed of a company's events: in the order of arrival, complete, whatever order the writes ended in.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AtsEvent, renderCallback } from '../../shared/event.ts';
import { type FeedRange, listEvents, storeArriving } from '../../shared/events-feed-table.ts';
import { atsEventOf } from '../../shared/kept-event.ts';
import { clockDifferenceMsMax, feedDelayMs, functionTimeoutSeconds } from '../../shared/limits.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';

const start = Date.parse('2026-10-12T08:00:00.000Z');
const at = (ms: number) => new Date(start + ms);

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

let companies = 0;
const newCompany = (): number => {
  companies += 1;
  return companies;
};

const eventOf = (companyId: number, id: string, change: Partial<AtsEvent> = {}): AtsEvent => ({
  id,
  type: 'candidate.moved',
  timestamp: '2026-10-12T08:00:00.000Z',
  companyId,
  data: { note: id },
  ...change,
});

const store = (event: AtsEvent, now: Date, client: DynamoDBClient = dynamodb.client) =>
  storeArriving(client, dynamodb.tables.events, event, now);

const everything = { before: at(3_600_000), limit: 100, bytesMax: 1_000_000 };

const list = (companyId: number, range: Partial<FeedRange> = {}, now = at(0)) =>
  listEvents(dynamodb.client, dynamodb.tables.events, companyId, { ...everything, ...range }, now);

const idsOf = ({ events }: Awaited<ReturnType<typeof list>>) => events.map(({ id }) => id);

describe('a company’s feed', () => {
  it('gives each event as fan-out read it, with the bytes that were sent', async () => {
    const company = newCompany();
    const event = eventOf(company, 'evt_1', { version: 1, ids: { candidate: { plain: 7 } } });
    await store(event, at(0));

    const { events } = await list(company);

    expect(events).toEqual([
      {
        companyId: company,
        id: 'evt_1',
        type: 'candidate.moved',
        arrival: '2026-10-12T08:00:00.000Z#evt_1',
        storedAt: at(0),
        expiresAt: new Date('2026-11-11T08:00:00.000Z'),
        version: 1,
        body: Buffer.from(renderCallback(event)),
      },
    ]);
    expect(atsEventOf(events[0]!)).toEqual(event);
  });

  it('goes page by page, each behind the last, in the order of arrival', async () => {
    const company = newCompany();
    const ids = Array.from({ length: 60 }, (_, index) => `evt_${String(index).padStart(2, '0')}`);
    // Written side by side, and many in one millisecond.
    await Promise.all(
      ids.map((id, index) => store(eventOf(company, id), at(Math.floor(index / 20)))).toReversed(),
    );

    const first = await list(company, { limit: 27 });
    const second = await list(company, { limit: 27, after: first.end });
    const third = await list(company, { limit: 27, after: second.end });

    expect([first, second, third].flatMap(idsOf)).toEqual(ids);
    expect([first, second, third].map(({ isLast }) => isLast)).toEqual([false, false, true]);
  });

  it('ends a page after so many bytes, with one event at least', async () => {
    const company = newCompany();
    for (const id of ['a', 'b', 'c']) {
      await store(eventOf(company, id, { data: { text: 'x'.repeat(1_000) } }), at(0));
    }

    const page = await list(company, { bytesMax: 1_500 });
    const smallest = await list(company, { bytesMax: 1 });

    expect(idsOf(page)).toEqual(['a', 'b']);
    expect(idsOf(smallest)).toEqual(['a']);
  });

  it('lists nothing of its last instants, and nothing of another company', async () => {
    const [company, other] = [newCompany(), newCompany()];
    await store(eventOf(company, 'old'), at(0));
    await store(eventOf(company, 'young'), at(1_000));
    await store(eventOf(other, 'theirs'), at(0));

    const page = await list(company, { before: at(1_000) });

    expect(idsOf(page)).toEqual(['old']);
  });

  it('can be read from an instant on', async () => {
    const company = newCompany();
    for (const ms of [0, 1, 2]) await store(eventOf(company, `evt_${ms}`), at(ms));

    const page = await list(company, { after: at(1).toISOString() });

    expect(idsOf(page)).toEqual(['evt_1', 'evt_2']);
  });

  it('is empty behind its end, wherever a cursor points', async () => {
    const company = newCompany();
    await store(eventOf(company, 'evt_1'), at(0));

    const page = await list(company, { after: '9999-01-01T00:00:00.000Z#z' });

    expect(page).toEqual({ events: [], end: '9999-01-01T00:00:00.000Z#z', isLast: true });
  });

  it('lists an event once that came again, at the time of its first coming', async () => {
    const company = newCompany();
    await store(eventOf(company, 'evt_1'), at(0));
    await store(eventOf(company, 'evt_1'), at(5_000));

    const page = await list(company);

    expect(page.events.map(({ arrival }) => arrival)).toEqual(['2026-10-12T08:00:00.000Z#evt_1']);
  });

  it('leaves out tests', async () => {
    const company = newCompany();
    const test = { subscriptionId: `sub_001${'a'.repeat(20)}`, type: 'candidate.moved' } as const;
    await store(eventOf(company, 'test_1', { test }), at(0));

    const page = await list(company);

    expect(page.events).toEqual([]);
  });

  it('leaves out what has passed its time, whatever TTL has removed', async () => {
    const company = newCompany();
    await store(eventOf(company, 'evt_1'), at(0));

    const page = await list(company, {}, at(30 * 86_400_000));

    expect(page).toMatchObject({ events: [], isLast: true });
  });
});

interface Storing {
  /** True milliseconds at which the worker reads its clock. */
  readonly startedMs: number;
  readonly clockMs: number;
  /** How long after that each of its writes takes effect; undefined: the worker dies before. */
  readonly placedMs: number;
  readonly storedMs: number | undefined;
  readonly name: number;
}

const halfSkew = clockDifferenceMsMax / 2;
const lifeMs = functionTimeoutSeconds * 1_000;

const storings = fc.array(
  fc
    .record({
      startedMs: fc.integer({ min: 0, max: 300_000 }),
      clockMs: fc.integer({ min: -halfSkew, max: halfSkew }),
      placedMs: fc.integer({ min: 0, max: lifeMs }),
      afterMs: fc.integer({ min: 0, max: lifeMs }),
      dies: fc.nat({ max: 4 }),
      // Few names: many come again.
      name: fc.nat({ max: 9 }),
    })
    .map(({ afterMs, dies, ...storing }) => ({
      ...storing,
      storedMs: dies === 0 ? undefined : Math.min(lifeMs, storing.placedMs + afterMs),
    })),
  { minLength: 4, maxLength: 14 },
);
const pollGaps = fc.array(fc.integer({ min: 1_000, max: 120_000 }), { minLength: 3, maxLength: 8 });

/** A client whose requests take effect when they are let, in turn. */
const heldClient = () => {
  const held: (() => Promise<void>)[] = [];
  const send = (command: never) =>
    new Promise((resolve, reject) => {
      held.push(() => dynamodb.client.send(command).then(resolve as never, reject));
    });
  return { client: { send } as unknown as DynamoDBClient, held };
};

/** Plays the storings at their times, and a reader who polls between them. Gives what the reader met, in order. */
const play = async (plan: readonly Storing[], gaps: readonly number[], delayMs: number) => {
  const company = newCompany();
  const stored = new Set<string>();
  const steps: { atMs: number; run(): Promise<void> }[] = [];
  for (const { startedMs, clockMs, placedMs, storedMs, name } of plan) {
    const { client, held } = heldClient();
    const letOne = async () => {
      await held.shift()?.();
      await new Promise(setImmediate);
    };
    const id = `evt_${name}`;
    const begin = async () => {
      void store(eventOf(company, id), at(startedMs + clockMs), client);
    };
    steps.push({ atMs: startedMs, run: begin }, { atMs: startedMs + placedMs, run: letOne });
    if (storedMs !== undefined) {
      steps.push({
        atMs: startedMs + storedMs,
        run: async () => {
          await letOne();
          stored.add(id);
        },
      });
    }
  }
  const met: string[] = [];
  let after: string | undefined;
  const poll = async (nowMs: number) => {
    const page = await list(company, { after, before: at(nowMs - delayMs), limit: 100 });
    met.push(...page.events.map(({ arrival }) => arrival));
    after = page.end;
  };
  let pollMs = 0;
  for (const gap of gaps) {
    pollMs += gap;
    const nowMs = pollMs;
    steps.push({ atMs: nowMs, run: () => poll(nowMs) });
  }
  for (const { run } of steps.toSorted((one, other) => one.atMs - other.atMs)) await run();
  await poll(3_600_000);
  return { met, stored };
};

describe('a reader who follows the feed', () => {
  it('meets every event once and in order, whatever the clocks, the deaths and the order of writes', async () => {
    await fc.assert(
      fc.asyncProperty(storings, pollGaps, async (plan, gaps) => {
        const { met, stored } = await play(plan, gaps, feedDelayMs);

        expect(met).toEqual(met.toSorted());
        expect(met.map((arrival) => arrival.split('#')[1]).toSorted()).toEqual(
          [...stored].toSorted(),
        );
      }),
      { numRuns: process.env.RAPPEL_FULL === '1' ? 500 : 20 },
    );
  });

  it('would miss one that is written late, were it listed at once', async () => {
    const late = { startedMs: 0, clockMs: 0, placedMs: 0, storedMs: 20_000, name: 1 };
    const prompt = { startedMs: 5_000, clockMs: 0, placedMs: 0, storedMs: 0, name: 2 };

    const hasty = await play([late, prompt], [10_000, 20_000], 0);
    const patient = await play([late, prompt], [10_000, 20_000], feedDelayMs);

    expect(hasty.met.length).toBe(1);
    expect(patient.met.length).toBe(2);
  });
});
