// Who gets an event: every subscription that existed when it was first stored, and nobody else.
import { describe, expect, it } from 'vitest';
import { type FanOutDeps, fanOutEvent } from '../../../functions/fan-out/fan-out-event.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import { readDeliveryMessage } from '../../../shared/delivery-message.ts';
import type { AtsEvent } from '../../../shared/event.ts';
import { subscriptionIdOf } from '../../../shared/identifiers.ts';
import type { LogLine } from '../../../shared/log.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';
import type { Subscription } from '../../../shared/subscription.ts';

const storedAt = new Date('2026-10-12T08:15:30.240Z');
const before = new Date(storedAt.getTime() - 1);
const after = new Date(storedAt.getTime() + 1);

const event: AtsEvent = {
  id: 'evt_1',
  type: 'candidate.moved',
  timestamp: '2026-10-12T08:15:30.000Z',
  companyId: 318,
  data: { a: 1 },
};

const subscription = (slot: number, change: Partial<Subscription> = {}): Subscription => ({
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

/** Fans the event out to these subscriptions; gives what was enqueued, held and logged, and the order of calls. */
const fanOut = async (subscriptions: Subscription[], change: Partial<FanOutDeps> = {}) => {
  const calls: string[] = [];
  const messages: QueueMessage[] = [];
  const held: Delivery[] = [];
  const lines: LogLine[] = [];
  await fanOutEvent(
    {
      storeEvent: async () => {
        calls.push('store');
        return { kind: 'stored', storedAt };
      },
      listSubscriptions: async () => {
        calls.push('list');
        return subscriptions;
      },
      putDelivery: async (delivery) => held.push(delivery) > 0,
      enqueue: async (some) => {
        calls.push('enqueue');
        messages.push(...some);
        return [];
      },
      now: () => after,
      log: (line) => lines.push(line),
      ...change,
    },
    event,
  );
  return { calls, messages, held, lines };
};

const slotsOf = (messages: readonly QueueMessage[]): number[] =>
  messages.map(({ body }) => Number(readDeliveryMessage(body).subscription_id.slice(4, 7)));

describe('an event', () => {
  it('is stored before anybody is looked up, and enqueued last', async () => {
    const { calls } = await fanOut([subscription(0)]);

    expect(calls).toEqual(['store', 'list', 'enqueue']);
  });

  it('becomes one message for each subscription, in a group of its own, with ids only', async () => {
    const { messages } = await fanOut([subscription(0), subscription(1)]);

    expect(messages.map(({ group }) => group)).toEqual([subscription(0).id, subscription(1).id]);
    expect(readDeliveryMessage(messages[1]!.body)).toMatchObject({
      company_id: 318,
      event_id: 'evt_1',
      subscription_id: subscription(1).id,
      attempt: 1,
    });
    expect(messages[0]!.body).not.toContain('hooks');
  });

  it('that comes again is enqueued again: a crash before the first time is made good', async () => {
    const first = await fanOut([subscription(0)]);
    const again = await fanOut([subscription(0)]);

    expect(again.messages).toEqual(first.messages);
    expect(again.lines).toMatchObject([{ event: 'event.received', repeated: true }]);
  });

  it('that nobody wants is received all the same', async () => {
    const { messages, lines } = await fanOut([]);

    expect(messages).toEqual([]);
    expect(lines).toMatchObject([{ event: 'event.received', eventId: 'evt_1', deliveries: 0 }]);
  });
});

describe('a subscription gets it', () => {
  it.each([
    ['that takes every type', {}],
    ['that takes this type', { eventTypes: ['candidate.created', 'candidate.moved'] }],
    ['made in the very millisecond of storing', { createdAt: storedAt }],
    ['changed since', { createdAt: before, updatedAt: after, revision: 9 }],
  ] as [string, Partial<Subscription>][])('%s', async (_, change) => {
    const { messages } = await fanOut([subscription(7, change)]);

    expect(slotsOf(messages)).toEqual([7]);
  });
});

describe('a subscription gets nothing', () => {
  it.each([
    ['that takes another type', { eventTypes: ['candidate.created'] }],
    ['that takes a type which only begins alike', { eventTypes: ['candidate.archived'] }],
    ['made after the event was first stored', { createdAt: after }],
    ['that is deleted', { deletedAt: after }],
    ['that is deleted and paused', { deletedAt: after, status: 'paused' }],
  ] as [string, Partial<Subscription>][])('%s', async (_, change) => {
    const { messages, held } = await fanOut([subscription(7, change)]);

    expect(messages).toEqual([]);
    expect(held).toEqual([]);
  });
});

describe('a subscription that is off', () => {
  it.each(['paused', 'disabled'] as const)('because it is %s has it held', async (status) => {
    const { messages, held } = await fanOut([subscription(3, { status }), subscription(4)]);

    expect(slotsOf(messages)).toEqual([4]);
    expect(held).toMatchObject([
      { status: 'held', attempts: 0, subscriptionId: subscription(3).id, createdAt: storedAt },
    ]);
  });

  it('keeps the row that it has already', async () => {
    const { lines } = await fanOut([subscription(3, { status: 'paused' })], {
      putDelivery: async () => false,
    });

    expect(lines).toMatchObject([{ event: 'event.received', held: 1 }]);
  });
});

describe('what the queue did not take', () => {
  it('is a fault that says how much', async () => {
    const fanningOut = fanOut([subscription(0), subscription(1)], {
      enqueue: async (messages) => messages.slice(1),
    });

    await expect(fanningOut).rejects.toMatchObject({
      code: 'PARTIAL_FAILURE',
      message: 'the delivery queue did not take 1 of 2 messages',
    });
  });
});
