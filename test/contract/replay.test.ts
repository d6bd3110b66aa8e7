// Replay over a local DynamoDB: what a subscription would have received, once each, in its own rendering.
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { erasePayload } from '../../shared/erase-event-table.ts';
import type { AtsEvent } from '../../shared/event.ts';
import { storeArriving } from '../../shared/events-feed-table.ts';
import { storedEventKey, storedEventOf } from '../../shared/events-table.ts';
import { payloadDaysMax } from '../../shared/limits.ts';
import { fromItem, toItem } from '../../shared/row.ts';
import { cutCalls, type IsCut, runEach } from '../support/cut-calls.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';
import { createJobWorld, heldDelivery, type JobWorld, start } from './jobs-setup.ts';

const full = process.env.RAPPEL_FULL === '1';
const day = 86_400_000;

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

const minutesAgo = (minutes: number) => new Date(start.getTime() - minutes * 60_000);
const daysAgo = (days: number) => new Date(start.getTime() - days * day);

const store = async (world: JobWorld, id: string, storedAt: Date, more: Partial<AtsEvent> = {}) => {
  const event: AtsEvent = {
    id,
    type: 'candidate.archived',
    timestamp: storedAt.toISOString(),
    companyId: world.companyId,
    data: { candidate_id: 20, note: 'for the full rendering' },
    ...more,
  };
  await storeArriving(dynamodb.client, dynamodb.tables.events, event, storedAt);
};

const sentTo = ({ sent }: JobWorld) => sent.map(({ eventId }) => eventId);

const eventRow = async ({ companyId }: JobWorld, id: string, variant = 'full@1') => {
  const Key = toItem(storedEventKey(companyId, id, variant));
  const { Item } = await dynamodb.client.send(
    new GetItemCommand({ TableName: dynamodb.tables.events, Key }),
  );
  return Item;
};

describe('a replay', () => {
  it('sends what came since its time, before the subscription was made, in the order of arrival', async () => {
    const world = createJobWorld(dynamodb);
    await store(world, 'before', minutesAgo(90));
    await store(world, 'second', minutesAgo(20));
    await store(world, 'first', minutesAgo(50));
    const job = await world.begin({ kind: 'replay', since: minutesAgo(60) });

    await world.minute();

    expect(sentTo(world)).toEqual(['first', 'second']);
    expect(await world.job(job)).toMatchObject({ status: 'checking', total: 2, deliveries: 2 });
    expect(await world.delivery('first')).toMatchObject({
      status: 'waiting',
      attempts: 0,
      createdAt: minutesAgo(50),
    });
  });

  it('asks the subscription’s own settings, and leaves out tests and what is erased', async () => {
    const world = createJobWorld(dynamodb);
    world.subscription = {
      ...world.subscription!,
      eventTypes: ['candidate.archived'],
      filter: JSON.stringify({ data: { note: [{ prefix: 'for' }] } }),
    };
    const { id } = world.subscription;
    await store(world, 'wanted', minutesAgo(9));
    await store(world, 'other-type', minutesAgo(8), { type: 'task.created' });
    await store(world, 'filtered', minutesAgo(7), { data: { note: 'not this' } });
    await store(world, 'test', minutesAgo(6), {
      test: { subscriptionId: id, type: 'candidate.archived' },
    });
    await store(world, 'erased', minutesAgo(5));
    await erasePayload(dynamodb.client, dynamodb.tables.events, world.companyId, 'erased', start);
    const job = await world.begin({ kind: 'replay', since: minutesAgo(60) });

    const ended = await world.runToEnd(job);

    expect(sentTo(world)).toEqual(['wanted']);
    expect(ended).toMatchObject({ status: 'done', total: 4, done: 4, deliveries: 1 });
  });

  it('leaves alone what has a delivery, whatever became of it', async () => {
    const world = createJobWorld(dynamodb);
    for (const id of ['held', 'delivered', 'none']) await store(world, id, minutesAgo(30));
    await world.put(heldDelivery(world.companyId, 'held'));
    await world.put({ ...heldDelivery(world.companyId, 'delivered'), status: 'delivered' });
    const job = await world.begin({ kind: 'replay', since: minutesAgo(60) });

    await world.runToEnd(job);

    expect(sentTo(world)).toEqual(['none']);
  });

  it('leaves fan-out’s own message its time, and then sends what had none', async () => {
    const world = createJobWorld(dynamodb);
    world.subscription = { ...world.subscription!, createdAt: minutesAgo(600) };
    await store(world, 'old', minutesAgo(30));
    await store(world, 'young', minutesAgo(2));
    const job = await world.begin({ kind: 'replay', since: minutesAgo(60) });

    await world.minute();
    const atOnce = sentTo(world);
    await world.runToEnd(job);

    expect(atOnce).toEqual(['old']);
    expect(sentTo(world)).toEqual(['old', 'young']);
  });

  it('renders what the subscription gets, where nobody had it yet', async () => {
    const world = createJobWorld(dynamodb);
    world.subscription = { ...world.subscription!, payload: 'thin' };
    await store(world, 'evt', minutesAgo(30));
    const job = await world.begin({ kind: 'replay', since: minutesAgo(60) });

    await world.runToEnd(job);

    const thin = storedEventOf((await eventRow(world, 'evt', 'thin@1'))!, start);
    expect(JSON.parse(Buffer.from(thin!.body!).toString()).data).toEqual({ candidate_id: 20 });
    expect(await world.delivery('evt')).toMatchObject({ variant: 'thin@1' });
  });

  it('of many events goes on minute by minute, skips none and sends none twice', async () => {
    const world = createJobWorld(dynamodb);
    const count = full ? 1_000 : 130;
    const ids = Array.from({ length: count }, (_, n) => `evt_${n}`);
    for (let from = 0; from < count; from += 50) {
      await Promise.all(
        ids.slice(from, from + 50).map((id) => store(world, id, minutesAgo(100 - from / 50))),
      );
    }
    const job = await world.begin({ kind: 'replay', since: minutesAgo(200) });

    const ended = await world.runToEnd(job);

    expect(ended).toMatchObject({ total: count, done: count, deliveries: count });
    expect(sentTo(world).toSorted()).toEqual(ids.toSorted());
  }, 600_000);
});

describe('a replay that cannot count all its events in one step', () => {
  it('goes on with the next where it stopped, and counts each once', async () => {
    const world = createJobWorld(dynamodb);
    const ids = Array.from({ length: 120 }, (_, n) => `evt_${n}`);
    await Promise.all(ids.map((id) => store(world, id, minutesAgo(30))));
    const job = await world.begin({ kind: 'replay', since: minutesAgo(60) });
    let looks = 0;
    // Time for one part in each step: fifty events.
    const hurried = { ...world.deps, remainingMs: () => (looks++ % 2 === 0 ? 30_000 : 4_000) };
    const states: { status: string; total: number }[] = [];

    for (let minute = 0; minute < 3; minute += 1) {
      await world.minute(hurried);
      const { status, total } = await world.job(job);
      states.push({ status, total });
    }

    expect(states).toEqual([
      { status: 'counting', total: 50 },
      { status: 'counting', total: 100 },
      { status: 'checking', total: 120 },
    ]);
    expect(await world.runToEnd(job)).toMatchObject({ total: 120, done: 120, deliveries: 120 });
  });
});

describe('a replay whose step is cut at any of its calls, before the call took effect or after it', () => {
  const replayThree = async (isCut: IsCut) => {
    const world = createJobWorld(dynamodb);
    world.subscription = { ...world.subscription!, payload: 'thin' };
    const ids = ['one', 'two', 'three'];
    for (const id of ids) await store(world, id, minutesAgo(30));
    const job = await world.begin({ kind: 'replay', since: minutesAgo(60) });
    const { ports, places } = cutCalls(world.deps, isCut);
    const ended = await world.runToEnd(job, ports);
    const rows = await Promise.all(ids.map((id) => world.delivery(id)));
    return { places, ended, statuses: rows.map((row) => row?.status), sent: sentTo(world) };
  };

  it('skips nothing, and sends nothing twice', { timeout: 300_000 }, async () => {
    const { places } = await replayThree(() => false);
    const cuts = [...places].filter((_, n) => full || n % 9 === 0);

    const runs = await runEach(cuts, async (cut) => ({
      cut,
      ...(await replayThree((place) => place === cut)),
    }));

    expect(places.size).toBeGreaterThan(30);
    for (const { cut, statuses, ended, sent } of runs) {
      expect({ cut, statuses, ended, sentTwice: sent.length - new Set(sent).size }).toEqual({
        cut,
        statuses: ['waiting', 'waiting', 'waiting'],
        ended: expect.objectContaining({ status: 'done', total: 3, done: 3 }),
        sentTwice: 0,
      });
    }
  });
});

describe('a payload that a job sends late', () => {
  const expiryOf = async (world: JobWorld, id: string, variant?: string) =>
    fromItem<{ expires_at: number }>((await eventRow(world, id, variant))!).expires_at * 1000;

  it.each([
    [10, 'stays as it is', 30],
    [25, 'is kept for seven days more', 32],
    [29, 'is kept for seven days more', 36],
  ])('after %i days %s', async (age, _, keptDays) => {
    const world = createJobWorld(dynamodb);
    await store(world, 'evt', daysAgo(age));
    await world.put(heldDelivery(world.companyId, 'evt', daysAgo(age)));
    const job = await world.begin({ kind: 'release' });

    await world.runToEnd(job);

    const keptUntil = daysAgo(age).getTime() + keptDays * day;
    expect(Math.abs((await expiryOf(world, 'evt')) - keptUntil)).toBeLessThan(3_600_000);
    const delivery = await world.delivery('evt');
    expect(delivery?.keptUntil?.getTime() ?? keptUntil).toBeCloseTo(keptUntil, -7);
  });

  it('is kept so in the rendering that is sent too', async () => {
    const world = createJobWorld(dynamodb);
    world.subscription = { ...world.subscription!, payload: 'thin' };
    await store(world, 'evt', daysAgo(29));
    const job = await world.begin({ kind: 'replay', since: daysAgo(30) });

    await world.runToEnd(job);

    expect(await expiryOf(world, 'evt', 'thin@1')).toBe(await expiryOf(world, 'evt'));
    expect(await expiryOf(world, 'evt')).toBeGreaterThan(start.getTime() + 6.9 * day);
  });

  it('again and again goes after 45 days all the same', async () => {
    const world = createJobWorld(dynamodb);
    const stored = daysAgo(29);
    await store(world, 'evt', stored);
    await world.put(heldDelivery(world.companyId, 'evt', stored));

    for (const number of [1, 2, 3, 4]) {
      const job = await world.begin({ kind: 'release' }, { number });
      await world.runToEnd(job);
      const moved = (await world.delivery('evt'))!;
      world.now = new Date(world.now.getTime() + 6 * day);
      await world.put({ ...moved, status: 'held', updatedAt: world.now });
    }

    const last = stored.getTime() + payloadDaysMax * day;
    expect(await expiryOf(world, 'evt')).toBeLessThanOrEqual(last);
    expect(await expiryOf(world, 'evt')).toBeGreaterThan(last - 1_000);
  });
});
