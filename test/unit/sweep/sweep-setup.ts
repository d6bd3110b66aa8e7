// The sweep's ports in memory, for its unit tests: rows by shard, what was sent, told, put and logged.
import { type SweepDeps, sweep } from '../../../functions/sweep/sweep.ts';
import { type Delivery, newDelivery } from '../../../shared/delivery.ts';
import { type Health, newHealth } from '../../../shared/health.ts';
import type { LogLine } from '../../../shared/log.ts';
import { createMetrics } from '../../../shared/metrics.ts';
import type { OperationalEvent } from '../../../shared/operational-events.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import type { Hint } from '../../../shared/timers-table.ts';

export const now = new Date('2026-11-24T09:00:00Z');
export const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
export const subscriptionId = `sub_001${'0'.repeat(20)}`;
export const deliveryOf = (eventId: string, more: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery(
    { companyId: 7, eventId, subscriptionId, eventType: 'candidate.moved', variant: 'full@1' },
    now,
  ),
  attempts: 2,
  ...more,
});
export const hintOf = (name: string): Hint => ({
  pk: name,
  sk: 'row',
  at: later(-5).toISOString(),
});
export const enabled = {
  id: subscriptionId,
  companyId: 7,
  status: 'enabled',
  updatedAt: later(-1),
} as Subscription;
export const healthOf = (more: Partial<Health>): Health => ({
  ...newHealth(7, subscriptionId),
  revision: 4,
  ...more,
});
export const open = { state: 'open', tendAt: now } as const;
export const disabled = {
  kind: 'disabled',
  at: now,
  failures: 20,
  failingSince: later(-9),
  reason: 'failures',
} as const;

/** Rows by shard; `more` replaces some ports. */
export const sweepDeps = (shards: Record<string, string[]>, more: Partial<SweepDeps> = {}) => {
  const sent: QueueMessage[] = [];
  const told: OperationalEvent[] = [];
  const put: Health[] = [];
  const cleared: string[] = [];
  const lines: LogLine[] = [];
  const figures: string[] = [];
  const metrics = createMetrics(
    () => now,
    (line) => figures.push(line),
  );
  const deps: SweepDeps = {
    findDue: async (shard) => ({ hints: (shards[shard] ?? []).map(hintOf) }),
    claimDue: async ({ pk }) => deliveryOf(pk),
    clearDue: async ({ pk }) => cleared.push(pk) > 0,
    getHealth: async () => healthOf({ circuit: open }),
    putHealth: async (health) => put.push(health) > 0,
    getSubscription: async () => enabled,
    disableSubscription: async () => true,
    findParked: async (_health, _now, limit) => ['p1', 'p2', 'p3'].slice(0, limit).map(hintOf),
    claimParked: async ({ pk }) => deliveryOf(pk),
    enqueue: async (messages) => {
      sent.push(...messages);
      return [];
    },
    publish: async (events) => {
      told.push(...events);
      return [];
    },
    erases: () => false,
    tendJob: async () => undefined,
    remainingMs: () => 30_000,
    timerAt: now,
    now: () => now,
    log: (line) => lines.push(line),
    metrics,
    ...more,
  };
  return { deps, sent, told, put, cleared, lines, figures };
};

/** One sweep, and what it did. */
export const run = async (shards: Record<string, string[]>, more: Partial<SweepDeps> = {}) => {
  const { deps, sent, ...recorded } = sweepDeps(shards, more);
  await sweep(deps);
  deps.metrics.flush('sweep');
  const events = sent.map(({ body }) => JSON.parse(body).event_id as string);
  return { ...recorded, sent, events, done: recorded.lines.at(-1)! };
};
