// Deliver's ports in memory, for its unit tests: one subscription, what was written, what was called.
import type { DeliverHandlerDeps } from '../../../functions/deliver/handler.ts';
import type { Loaded } from '../../../functions/deliver/load-batch.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import type { DeliveryMessage } from '../../../shared/delivery-message.ts';
import { type Health, newHealth } from '../../../shared/health.ts';
import type { LogLine } from '../../../shared/log.ts';
import { createMetrics } from '../../../shared/metrics.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';

export const now = new Date('2026-11-24T09:00:00Z');
export const later = (ms: number) => new Date(now.getTime() + ms);
export const subscriptionId = `sub_001${'0'.repeat(20)}`;
export const messageOf = (more: Partial<DeliveryMessage> = {}): DeliveryMessage => ({
  company_id: 7,
  event_id: 'e1',
  subscription_id: subscriptionId,
  variant: 'full@1',
  attempt: 1,
  ...more,
});
export const good: Outcome = { kind: 'accepted', status: 200, startedAt: now, durationMs: 40 };
export const bad: Outcome = {
  kind: 'unreachable',
  errorClass: 'connect',
  reason: '',
  startedAt: now,
  durationMs: 40,
};
export const gone: Outcome = {
  kind: 'refused',
  errorClass: 'http',
  status: 410,
  request: 'disable-subscription',
  bodyExcerpt: 'gone',
  headers: {},
  startedAt: now,
  durationMs: 40,
};
export const healthWith = (more: Partial<Health>): Health => ({
  ...newHealth(7, subscriptionId),
  revision: 4,
  ...more,
});
export const openHealth = healthWith({
  failures: 10,
  failingSince: later(-90_000),
  circuit: { state: 'open', tendAt: later(60_000) },
});

export const loadedWith = (more: Partial<Loaded> = {}): Loaded => ({
  event: { type: 'candidate.moved', storedAt: now, body: new Uint8Array([1]) },
  subscription: {
    id: subscriptionId,
    companyId: 7,
    url: 'https://receiver.example/hook',
    eventTypes: ['*'],
    status: 'enabled',
    createdAt: now,
    updatedAt: now,
    revision: 1,
  },
  keys: { keys: [{ secret: 'whsec_' }], revision: 1 },
  stopped: false,
  ...more,
});

export interface Recorded {
  readonly deps: DeliverHandlerDeps;
  readonly calls: string[];
  readonly puts: { delivery: Delivery; wakeAt?: Date }[];
  readonly health: Health[];
  readonly sent: QueueMessage[];
  readonly lines: LogLine[];
  /** Lines of embedded metrics. */
  readonly figures: string[];
}

/** Every port, recording; `more` replaces some. */
export const recordDeliver = (
  outcome: Outcome,
  more: Partial<DeliverHandlerDeps> = {},
): Recorded => {
  const calls: string[] = [];
  const puts: Recorded['puts'] = [];
  const health: Health[] = [];
  const sent: QueueMessage[] = [];
  const lines: LogLine[] = [];
  const figures: string[] = [];
  const deps: DeliverHandlerDeps = {
    attempt: async () => {
      calls.push('attempt');
      return outcome;
    },
    putDelivery: async (delivery, wakeAt) => {
      calls.push('putDelivery');
      puts.push({ delivery, ...(wakeAt && { wakeAt }) });
      return true;
    },
    getDelivery: async () => undefined,
    putFailedAttempt: async () => {
      calls.push('putFailedAttempt');
    },
    disableSubscription: async () => {
      calls.push('disableSubscription');
      return true;
    },
    getHealth: async () => openHealth,
    putHealth: async (next) => {
      calls.push('putHealth');
      health.push(next);
      return true;
    },
    backOff: async () => {},
    takeTurn: async () => {
      calls.push('takeTurn');
      return true;
    },
    waitUntil: async () => {
      calls.push('waitUntil');
    },
    enqueue: async (messages) => {
      calls.push('enqueue');
      sent.push(...messages);
      return [];
    },
    loadBatch: async () => () => loadedWith(),
    laneOf: () => 'fast',
    bury: async () => {
      calls.push('bury');
    },
    closeSockets: () => {
      calls.push('closeSockets');
    },
    retry: { delaysMs: [5_000, 300_000, 1_800_000], random: () => 0.5 },
    now: () => now,
    log: (line) => lines.push(line),
    metrics: createMetrics(
      () => now,
      (line) => figures.push(line),
    ),
    ...more,
  };
  return { deps, calls, puts, health, sent, lines, figures };
};
