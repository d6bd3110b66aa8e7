// Release and recover over a local DynamoDB: nothing skipped, nothing sent twice, at their pace, whatever is cut where.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelled } from '../../shared/job.ts';
import { putJob } from '../../shared/jobs-table.ts';
import { jobPerMinute } from '../../shared/limits.ts';
import { deleteStop, putStop } from '../../shared/stops-table.ts';
import { cutCalls, type IsCut, runEach } from '../support/cut-calls.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';
import {
  createJobWorld,
  exhaustedDelivery,
  heldDelivery,
  type JobWorld,
  start,
} from './jobs-setup.ts';

const full = process.env.RAPPEL_FULL === '1';

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

const names = (count: number) => Array.from({ length: count }, (_, n) => `evt_${n}`);

/** Ten in each millisecond. Not all in one: dynalite tells rows of an index apart by 24 bits behind their sort key. */
const hold = async (world: JobWorld, count: number): Promise<string[]> => {
  const ids = names(count);
  const storedAt = (n: number) => new Date(start.getTime() - 3_600_000 + Math.floor(n / 10));
  for (let from = 0; from < count; from += 50) {
    const some = ids.slice(from, from + 50);
    await Promise.all(
      some.map((id, n) => world.put(heldDelivery(world.companyId, id, storedAt(from + n)))),
    );
  }
  return ids;
};

describe('a release', () => {
  it(`sends ${full ? '25,000' : '700'} held deliveries once each, and no more than ${jobPerMinute} in any minute`, async () => {
    const world = createJobWorld(dynamodb);
    const ids = await hold(world, full ? 25_000 : 700);
    const job = await world.begin({ kind: 'release' });

    const ended = await world.runToEnd(job);

    expect(ended).toMatchObject({
      status: 'done',
      total: ids.length,
      done: ids.length,
      deliveries: ids.length,
    });
    expect(world.sent.map(({ eventId }) => eventId).toSorted()).toEqual(ids.toSorted());
    expect(busiestMinute(world)).toBeLessThanOrEqual(jobPerMinute);
  }, 600_000);

  it('begins a new round for each, whose timer is the net of its message', async () => {
    const world = createJobWorld(dynamodb);
    await world.put({ ...heldDelivery(world.companyId, 'evt'), attempts: 4 });
    const job = await world.begin({ kind: 'release' });

    await world.minute();

    const moved = (await world.delivery('evt'))!;
    expect(moved).toMatchObject({ status: 'waiting', attempts: 4, roundStart: 4 });
    expect(world.sent).toEqual([{ eventId: 'evt', attempt: 5, at: moved.dueAt }]);
    expect(await world.job(job)).toMatchObject({ status: 'checking', total: 1, done: 1 });
  });

  it('finds what the index showed late', async () => {
    const world = createJobWorld(dynamodb);
    await world.put(heldDelivery(world.companyId, 'early'));
    const job = await world.begin({ kind: 'release' });
    await world.minute();
    await world.put(heldDelivery(world.companyId, 'late'));

    const ended = await world.runToEnd(job);

    expect(world.sent.map(({ eventId }) => eventId)).toEqual(['early', 'late']);
    expect(ended).toMatchObject({ status: 'done', total: 2, done: 2 });
  });

  it('leaves alone what is held again since, what is not held, and what is another subscription’s', async () => {
    const world = createJobWorld(dynamodb);
    const { companyId } = world;
    const mine = heldDelivery(companyId, 'again');
    await world.put(mine);
    await world.put({ ...mine, eventId: 'done', status: 'delivered' });
    await world.put({ ...mine, eventId: 'theirs', subscriptionId: `sub_002${'0'.repeat(20)}` });
    await world.put({ ...mine, eventId: 'since', updatedAt: new Date(start.getTime() + 600_000) });
    const job = await world.begin({ kind: 'release' });
    await world.minute();
    const moved = (await world.delivery('again'))!;
    await world.put({ ...moved, status: 'held' });

    await world.runToEnd(job);

    expect(world.sent.map(({ eventId }) => eventId)).toEqual(['again']);
  });

  it('ends where its subscription may not be called, and says why', async () => {
    const world = createJobWorld(dynamodb);
    await hold(world, 2);
    world.subscription = { ...world.subscription!, status: 'paused' };
    const paused = await world.begin({ kind: 'release' });

    const ended = await world.runToEnd(paused);

    expect(ended).toMatchObject({
      status: 'cancelled',
      cancelReason: 'subscription_not_enabled',
      done: 0,
    });
    expect(world.sent).toEqual([]);
  });

  it('waits while a stop stands, and goes on when it has ended', async () => {
    const world = createJobWorld(dynamodb);
    const ids = await hold(world, 3);
    const job = await world.begin({ kind: 'release' });
    const { client, tables } = dynamodb;
    await putStop(client, tables.subscriptions, world.companyId, start, 'ada');
    await world.minute();
    await world.minute();
    const stopped = world.sent.length;
    await deleteStop(dynamodb.client, dynamodb.tables.subscriptions, world.companyId);

    await world.runToEnd(job);

    expect(stopped).toBe(0);
    expect(world.sent.map(({ eventId }) => eventId).toSorted()).toEqual(ids);
  });

  it('that is cancelled sends nothing from then on, and takes back nothing', async () => {
    const world = createJobWorld(dynamodb);
    await hold(world, 4);
    // Of the first minute, two slots are left.
    const nextSlotAt = new Date(start.getTime() + 120_000 - 200);
    const job = await world.begin({ kind: 'release' }, { nextSlotAt });
    await world.minute();
    const sent = world.sent.length;

    const running = await world.job(job);
    const ended = cancelled(running, 'asked', world.now);
    await putJob(dynamodb.client, dynamodb.tables.deliveries, ended);
    await world.minute();

    expect(running).toMatchObject({ status: 'running', total: 4, done: 2 });
    expect([sent, world.sent.length]).toEqual([2, 2]);
    expect(await world.job(job)).toMatchObject({ status: 'cancelled', done: 2 });
  });
});

describe('a recovery', () => {
  it('sends what was exhausted since its time, once each', async () => {
    const world = createJobWorld(dynamodb);
    const { companyId } = world;
    for (const minutesAgo of [5, 50, 70, 500]) {
      await world.put(exhaustedDelivery(companyId, `evt_${minutesAgo}`, minutesAgo));
    }
    await world.put(heldDelivery(companyId, 'held'));
    const job = await world.begin({
      kind: 'recover',
      since: new Date(start.getTime() - 3_600_000),
    });

    const ended = await world.runToEnd(job);

    expect(world.sent.map(({ eventId, attempt }) => [eventId, attempt]).toSorted()).toEqual([
      ['evt_5', 11],
      ['evt_50', 11],
    ]);
    expect(ended).toMatchObject({ status: 'done', total: 2, done: 2 });
  });

  it('tells the ATS before it sends what it had yet to tell of, and of nothing else', async () => {
    const world = createJobWorld(dynamodb);
    const { companyId } = world;
    await world.put(exhaustedDelivery(companyId, 'told', 5));
    await world.put(exhaustedDelivery(companyId, 'untold', 0), start);
    const job = await world.begin({ kind: 'recover', since: new Date(0) });
    let isTaken = false;
    const announce: typeof world.deps.announce = async (delivery) => {
      if (!isTaken) throw new Error('the bus did not take a notice');
      await world.deps.announce(delivery);
    };

    await world.minute({ ...world.deps, announce });
    const before = (await world.delivery('untold'))?.status;
    isTaken = true;
    await world.runToEnd(job, { ...world.deps, announce });

    expect(before).toBe('exhausted');
    expect(world.told).toEqual(['untold']);
    expect((await world.delivery('untold'))?.status).toBe('waiting');
    expect(new Set(world.sent.map(({ eventId }) => eventId))).toEqual(new Set(['told', 'untold']));
  });

  it('does not send again what fails again under way', async () => {
    const world = createJobWorld(dynamodb);
    await world.put(exhaustedDelivery(world.companyId, 'evt', 5));
    const job = await world.begin({ kind: 'recover', since: new Date(0) });
    await world.minute();
    const moved = (await world.delivery('evt'))!;
    await world.put({ ...moved, status: 'exhausted', attempts: 20, updatedAt: world.now });

    await world.runToEnd(job);

    expect(world.sent.length).toBe(1);
  });
});

describe('a release whose step is cut at any of its calls, before the call took effect or after it', () => {
  it('skips nothing, and sends nothing twice', { timeout: 300_000 }, async () => {
    const { places } = await releaseThree(() => false);
    const cuts = [...places].filter((_, n) => full || n % 2 === 0);

    const runs = await runEach(cuts, async (cut) => ({
      cut,
      ...(await releaseThree((place) => place === cut)),
    }));

    expect(places.size).toBeGreaterThan(30);
    for (const { cut, statuses, ended, sentTwice } of runs) {
      expect({ cut, statuses, ended, sentTwice }).toEqual({
        cut,
        statuses: ['waiting', 'waiting', 'waiting'],
        ended: expect.objectContaining({ status: 'done', total: 3, done: 3 }),
        sentTwice: 0,
      });
    }
  });
});

const releaseThree = async (isCut: IsCut) => {
  const world = createJobWorld(dynamodb);
  const ids = await hold(world, 3);
  const job = await world.begin({ kind: 'release' });
  const { ports, places } = cutCalls(world.deps, isCut);
  const ended = await world.runToEnd(job, ports);
  const rows = await Promise.all(ids.map((id) => world.delivery(id)));
  const sent = world.sent.map(({ eventId }) => eventId);
  return {
    places,
    ended,
    statuses: rows.map((row) => row?.status),
    sentTwice: sent.length - new Set(sent).size,
  };
};

/** The most that any sixty seconds saw. */
const busiestMinute = ({ sent }: JobWorld): number => {
  const times = sent.map(({ at }) => at.getTime()).toSorted((one, other) => one - other);
  let [first, most] = [0, 0];
  for (const [n, at] of times.entries()) {
    while (times[first]! <= at - 60_000) first += 1;
    most = Math.max(most, n - first + 1);
  }
  return most;
};
