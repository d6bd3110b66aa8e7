// Fan-out on ports that record what it does with one event and a company's subscriptions.
import { createConditionsCache } from '../../../functions/fan-out/conditions-cache.ts';
import { type FanOutDeps, fanOutEvent } from '../../../functions/fan-out/fan-out-event.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import { readDeliveryMessage } from '../../../shared/delivery-message.ts';
import type { AtsEvent } from '../../../shared/event.ts';
import { sampleCallback } from '../../../shared/event-types/samples.ts';
import type { EventTypeName } from '../../../shared/event-types.ts';
import { subscriptionIdOf } from '../../../shared/identifiers.ts';
import type { LogLine } from '../../../shared/log.ts';
import type { CountName } from '../../../shared/metrics.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';
import type { Subscription } from '../../../shared/subscription.ts';

export const storedAt = new Date('2026-10-12T08:15:30.240Z');
export const expiresAt = new Date('2026-11-11T08:15:30.000Z');
export const before = new Date(storedAt.getTime() - 1);
export const after = new Date(storedAt.getTime() + 1);

/** The type's sample, published by the same company. */
export const sampleEvent = (type: EventTypeName, change: Partial<AtsEvent> = {}): AtsEvent => {
  const { timestamp, data } = sampleCallback(type);
  return { id: 'evt_1', type, timestamp, companyId: 318, data, ...change };
};

export const subscription = (slot: number, change: Partial<Subscription> = {}): Subscription => ({
  id: subscriptionIdOf(slot, 'a'.repeat(20)),
  companyId: 318,
  url: 'https://hooks.example.com/a',
  eventTypes: ['*'],
  status: 'enabled',
  createdAt: before,
  updatedAt: before,
  revision: 1,
  ...change,
});

export interface FannedOut {
  /** In order, each with the id of its event. */
  readonly calls: string[];
  readonly messages: QueueMessage[];
  readonly held: Delivery[];
  readonly stored: AtsEvent[];
  readonly lines: LogLine[];
  readonly counts: Partial<Record<CountName, number>>;
}

/** Fans the event out to these subscriptions. */
export const fanOut = async (
  event: AtsEvent,
  subscriptions: readonly Subscription[],
  change: Partial<FanOutDeps> = {},
): Promise<FannedOut> => {
  const done: FannedOut = { calls: [], messages: [], held: [], stored: [], lines: [], counts: {} };
  const { calls, messages, held, stored, lines, counts } = done;
  await fanOutEvent(
    {
      storeEvent: async (each) => {
        calls.push(`store ${each.id}`);
        stored.push(each);
        return { kind: 'stored', storedAt, expiresAt };
      },
      storeVariant: async ({ id }, variant) => void calls.push(`${variant} ${id}`),
      listSubscriptions: async () => {
        calls.push('list');
        return [...subscriptions];
      },
      isErased: async () => false,
      erasePayload: async ({ id }) => void calls.push(`erase ${id}`),
      putDelivery: async (delivery) => {
        calls.push('hold');
        return held.push(delivery) > 0;
      },
      enqueue: async (some) => {
        calls.push('enqueue');
        messages.push(...some);
        return [];
      },
      conditionsOf: createConditionsCache(),
      now: () => after,
      log: (line) => lines.push(line),
      metrics: {
        count: (name, times = 1) => {
          counts[name] = (counts[name] ?? 0) + times;
        },
      },
      ...change,
    },
    event,
  );
  return done;
};

/** Who gets a message. */
export const slotsOf = (messages: readonly QueueMessage[]): number[] =>
  messages.map(({ body }) => Number(readDeliveryMessage(body).subscription_id.slice(4, 7)));
