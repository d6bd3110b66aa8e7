// What an open circuit costs the sweep, by how much is parked behind it: nothing more, on a local DynamoDB.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SweepDeps, sweep } from '../../functions/sweep/sweep.ts';
import { deliveryOf, putDelivery } from '../../shared/deliveries-table.ts';
import { newDelivery, park } from '../../shared/delivery.ts';
import { newHealth } from '../../shared/health.ts';
import { getHealthRow, putHealth } from '../../shared/health-table.ts';
import { createMetrics } from '../../shared/metrics.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { claimDue, claimParked, clearDue, findDue, findParked } from '../../shared/timers-table.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';
import { watchCalls } from '../support/watch-calls.ts';
import { subscriptionOf } from './jobs-setup.ts';

const now = new Date('2026-11-24T09:00:00Z');

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

/** A company of its own, whose circuit is open and due, with so many deliveries parked. */
const parkBehind = async (companyId: number, count: number): Promise<Subscription> => {
  const { client, tables } = dynamodb;
  const subscription = subscriptionOf(companyId);
  const { id } = subscription;
  for (let from = 0; from < count; from += 50) {
    const some = Array.from({ length: Math.min(50, count - from) }, (_, n) => from + n);
    await Promise.all(
      some.map((n) => {
        const name = { companyId, eventId: `e${n}`, subscriptionId: id };
        const fresh = newDelivery(
          { ...name, eventType: 'candidate.moved', variant: 'full@1' },
          now,
        );
        return putDelivery(client, tables.deliveries, park(fresh, new Date(now.getTime() - n)));
      }),
    );
  }
  const circuit = { state: 'open', tendAt: now } as const;
  await putHealth(client, tables.deliveries, {
    ...newHealth(companyId, id),
    failures: 10,
    circuit,
  });
  return subscription;
};

/** One sweep over the tables: what it asked of them, and sent. */
const sweepFor = async (subscription: Subscription) => {
  const { client, tables } = dynamodb;
  const table = tables.deliveries;
  const sent: string[] = [];
  const deps: SweepDeps = {
    findDue: (shard, before, limit, start) => findDue(client, table, shard, before, limit, start),
    claimDue: async (hint, until) => {
      const item = await claimDue(client, table, hint, until);
      return item && deliveryOf(item);
    },
    clearDue: (hint, until) => clearDue(client, table, hint, until),
    getHealth: (key) => getHealthRow(client, table, key),
    putHealth: (health) => putHealth(client, table, health),
    getSubscription: async () => subscription,
    disableSubscription: async () => false,
    findParked: async ({ companyId, subscriptionId }, before, limit) =>
      (await findParked(client, table, companyId, subscriptionId, before, limit)).hints,
    claimParked: async (hint, until) => {
      const item = await claimParked(client, table, hint, until);
      return item && deliveryOf(item);
    },
    enqueue: async (messages) => {
      sent.push(...messages.map(({ body }) => JSON.parse(body).event_id));
      return [];
    },
    publish: async () => [],
    erases: () => false,
    tendJob: async () => undefined,
    remainingMs: () => 30_000,
    timerAt: now,
    now: () => now,
    log: () => {},
    metrics: createMetrics(
      () => now,
      () => {},
    ),
  };
  const calls = await watchCalls(client, () => sweep(deps));
  return {
    sent,
    commands: calls.map(({ command }) => command).toSorted(),
    rowsRead: calls.reduce((sum, { scanned }) => sum + scanned, 0),
  };
};

it('asks for no more calls and reads no more rows, however much is parked behind it', async () => {
  const few = await sweepFor(await parkBehind(501, 3));
  const many = await sweepFor(await parkBehind(502, 1_000));

  expect([few.sent, many.sent]).toEqual([['e2'], ['e999']]);
  expect(many.commands).toEqual(few.commands);
  expect(few.commands.filter((command) => command !== 'QueryCommand')).toEqual([
    'GetItemCommand',
    'PutItemCommand',
    'UpdateItemCommand',
  ]);
  // The health row's own, and the one delivery that is the probe.
  expect([few.rowsRead, many.rowsRead]).toEqual([2, 2]);
});
