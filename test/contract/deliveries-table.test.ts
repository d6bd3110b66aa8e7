// The deliveries table and its timers, on a local DynamoDB.
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deliveryKey,
  deliveryOf,
  getDelivery,
  putDelivery,
} from '../../shared/deliveries-table.ts';
import {
  afterAttempt,
  type Delivery,
  endWithoutAttempt,
  newDelivery,
  park,
  startRound,
} from '../../shared/delivery.ts';
import { toItem } from '../../shared/row.ts';
import {
  claimDue,
  claimParked,
  clearDue,
  deliveryShards,
  findDue,
  findParked,
  type Hint,
  noticeShard,
} from '../../shared/timers-table.ts';
import {
  type DeliveriesTable,
  startDeliveriesTable,
  deliveriesTable as table,
} from './deliveries-table-setup.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 9, minute));
const subscriptionId = `sub_001${'0'.repeat(20)}`;
const named = (eventId: string): Delivery =>
  newDelivery(
    { companyId: 7, eventId, subscriptionId, eventType: 'candidate.moved', variant: 'full@1' },
    at(0),
  );
const failed = (delivery: Delivery, delaysMs: number[]): Delivery =>
  afterAttempt(
    delivery,
    delivery.attempts + 1,
    { kind: 'unreachable', errorClass: 'dns', reason: '', startedAt: at(0), durationMs: 3 },
    at(0),
    { delaysMs, random: () => 0.5 },
  );

let local: DeliveriesTable;
beforeAll(async () => {
  local = await startDeliveriesTable();
});
afterAll(() => local.close());

const put = (delivery: Delivery, wakeAt?: Date) =>
  putDelivery(local.client, table, delivery, wakeAt);
const get = (delivery: Delivery) => getDelivery(local.client, table, delivery);
const due = async (eventId: string, before: Date, shards = deliveryShards): Promise<Hint[]> => {
  const pages = await Promise.all(
    shards.map((shard) => findDue(local.client, table, shard, before, 100)),
  );
  return pages.flatMap(({ hints }) => hints).filter(({ pk }) => pk === `7#${eventId}`);
};

describe('the deliveries table', () => {
  it('gives back what was put, one revision later', async () => {
    const delivery = failed(named('round-trip'), [60_000]);

    expect(await put(delivery, at(1))).toBe(true);

    expect(await get(delivery)).toEqual({ ...delivery, revision: 1 });
  });

  it('refuses a state that was made from an older one', async () => {
    const first = failed(named('conflict'), [60_000, 60_000]);
    await put(first, at(1));
    const known = (await get(first))!;

    const [one, other] = await Promise.all([
      put(failed(known, [1, 60_000]), at(2)),
      put(endWithoutAttempt(known, 'held', at(1))),
    ]);

    expect([one, other].filter(Boolean)).toHaveLength(1);
    expect(await put(first, at(1))).toBe(false);
  });

  it('shows a waiting row to the sweep once it is due, and to one claim only', async () => {
    await put(failed(named('due'), [60_000]), at(1));

    const [hint] = await due('due', at(1));
    const claims = await Promise.all(
      [1, 2, 3].map(() => claimDue(local.client, table, hint!, at(16))),
    );

    expect(await due('due', at(0))).toEqual([]);
    expect(claims.filter((row) => row !== undefined)).toHaveLength(1);
    expect(await due('due', at(15))).toEqual([]);
    expect(await due('due', at(16))).toHaveLength(1);
  });

  it('lets a worker write its decision over a claim', async () => {
    const delivery = failed(named('claimed'), [60_000]);
    await put(delivery, at(1));
    const known = (await get(delivery))!;
    const [hint] = await due('claimed', at(1));

    const claimed = await claimDue(local.client, table, hint!, at(16));

    expect(deliveryOf(claimed!)).toEqual(known);
    expect(await put(endWithoutAttempt(known, 'cancelled', at(2)))).toBe(true);
    expect(await due('claimed', at(59))).toEqual([]);
  });

  it('keeps a parked row out of the due index, and gives it back to one claim', async () => {
    const delivery = failed(named('parked'), [60_000]);
    await put(delivery, at(1));
    await put(park((await get(delivery))!, at(2)));
    const parked = await findParked(local.client, table, 7, subscriptionId, at(1), 10);

    const claims = await Promise.all(
      [1, 2].map(() => claimParked(local.client, table, parked.hints[0]!, at(20))),
    );

    const released = claims.filter((row) => row !== undefined).map(deliveryOf);
    expect(released.map(({ parked, dueAt }) => ({ parked, dueAt }))).toEqual([
      { parked: false, dueAt: at(1) },
    ]);
    expect(await due('parked', at(19))).toEqual([]);
    expect(await due('parked', at(20))).toHaveLength(1);
    expect((await findParked(local.client, table, 7, subscriptionId, at(59), 10)).hints).toEqual(
      [],
    );
  });

  it('lists parked rows the longest overdue first, and none ahead of its schedule', async () => {
    const other = `sub_002${'0'.repeat(20)}`;
    for (const [eventId, minute] of [
      ['p3', 3],
      ['p1', 1],
      ['p2', 2],
      ['p9', 9],
    ] as const) {
      const delivery = { ...named(eventId), subscriptionId: other, dueAt: at(minute) };
      await put(park(delivery, at(minute)));
    }

    const { hints } = await findParked(local.client, table, 7, other, at(5), 10);

    expect(hints.map(({ pk }) => pk)).toEqual(['7#p1', '7#p2', '7#p3']);
  });

  it('shows an exhausted row as a notice until it is cleared', async () => {
    await put(failed(named('exhausted'), []), at(1));
    const [hint] = await due('exhausted', at(1), [noticeShard]);
    await claimDue(local.client, table, hint!, at(16));

    const untold = await get(named('exhausted'));
    const cleared = await clearDue(local.client, table, hint!, at(16));

    expect(untold?.untold).toBe(true);
    expect((await get(named('exhausted')))?.untold).toBeUndefined();
    expect(cleared).toBe(true);
    expect(await due('exhausted', at(59), [noticeShard])).toEqual([]);
    expect(await clearDue(local.client, table, hint!, at(16))).toBe(false);
  });

  it('leaves the timer of a row that a job has put on its way since, at the very same instant', async () => {
    await put(failed(named('restarted'), []), at(1));
    const [hint] = await due('restarted', at(1), [noticeShard]);
    await claimDue(local.client, table, hint!, at(16));
    const exhausted = (await get(named('restarted')))!;
    const round = { job: 'job_000001#1', dueAt: at(1) };
    await put(startRound(exhausted, round, at(1)), at(16));

    const cleared = await clearDue(local.client, table, hint!, at(16));

    expect(cleared).toBe(false);
    expect(await due('restarted', at(16))).toHaveLength(1);
  });

  it('keeps a row for thirty days from its event on, held ones too, and longer where a job says so', async () => {
    const held = endWithoutAttempt(named('held'), 'held', at(5));
    const expiryOf = async (delivery: Delivery): Promise<number> => {
      await put(delivery);
      const Key = toItem(deliveryKey(delivery));
      const { Item } = await local.client.send(new GetItemCommand({ TableName: table, Key }));
      return Number(Item?.expires_at?.N) * 1000;
    };

    const usual = await expiryOf(held);
    const extended = await expiryOf({ ...named('extended'), keptUntil: at(60 * 24 * 40) });

    expect(new Date(usual)).toEqual(at(60 * 24 * 30));
    expect(new Date(extended)).toEqual(at(60 * 24 * 40));
  });

  it('spreads the rows of one company over all shards of the due index', async () => {
    const waiting = Array.from({ length: 80 }, (_, n) => failed(named(`spread${n}`), [1_000]));
    await Promise.all(waiting.map((delivery) => put(delivery, at(1))));

    const pages = await Promise.all(
      deliveryShards.map((shard) => findDue(local.client, table, shard, at(1), 100)),
    );

    const counts = pages.map(({ hints }) => hints.filter(({ pk }) => pk.includes('spread')).length);
    expect(counts.reduce((sum, count) => sum + count)).toBe(80);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('pages through a shard', async () => {
    const rows = Array.from({ length: 7 }, (_, n) => ({
      pk: `page#${n}`,
      sk: 's',
      due_shard: 'paged',
      due_at: at(n).toISOString(),
    }));
    for (const row of rows) {
      await local.client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
    }

    const first = await findDue(local.client, table, 'paged', at(59), 5);
    const second = await findDue(local.client, table, 'paged', at(59), 5, first.next);

    expect([...first.hints, ...second.hints].map(({ pk }) => pk)).toEqual(rows.map(({ pk }) => pk));
    expect(second.next).toBeUndefined();
  });
});
