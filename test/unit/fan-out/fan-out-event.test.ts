// Who gets an event: every subscription that existed when it was first stored, and nobody else.
import { describe, expect, it } from 'vitest';
import { readDeliveryMessage } from '../../../shared/delivery-message.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import {
  after,
  before,
  fanOut,
  sampleEvent,
  slotsOf,
  storedAt,
  subscription,
} from './fan-out-setup.ts';

const event = sampleEvent('candidate.archived');

describe('an event', () => {
  it('is stored before anybody is looked up, and enqueued last', async () => {
    const { calls } = await fanOut(event, [subscription(0)]);

    expect(calls).toEqual(['store evt_1', 'list', 'enqueue']);
  });

  it('becomes one message for each subscription, in a group of its own, with ids only', async () => {
    const { messages } = await fanOut(event, [subscription(0), subscription(1)]);

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
    const first = await fanOut(event, [subscription(0)]);
    const again = await fanOut(event, [subscription(0)]);

    expect(again.messages).toEqual(first.messages);
    expect(again.lines).toMatchObject([{ event: 'event.received', repeated: true }]);
  });

  it('that nobody wants is received all the same', async () => {
    const { messages, lines } = await fanOut(event, []);

    expect(messages).toEqual([]);
    expect(lines).toMatchObject([{ event: 'event.received', eventId: 'evt_1', deliveries: 0 }]);
  });
});

describe('a subscription gets it', () => {
  it.each([
    ['that takes every type', {}],
    ['that takes this type', { eventTypes: ['candidate.created', 'candidate.archived'] }],
    ['made in the very millisecond of storing', { createdAt: storedAt }],
    ['changed since', { createdAt: before, updatedAt: after, revision: 9 }],
  ] as [string, Partial<Subscription>][])('%s', async (_, change) => {
    const { messages } = await fanOut(event, [subscription(7, change)]);

    expect(slotsOf(messages)).toEqual([7]);
  });
});

describe('a subscription gets nothing', () => {
  it.each([
    ['that takes another type', { eventTypes: ['candidate.created'] }],
    ['that takes a type which only begins alike', { eventTypes: ['candidate.moved'] }],
    ['made after the event was first stored', { createdAt: after }],
    ['that is deleted', { deletedAt: after }],
    ['that is deleted and paused', { deletedAt: after, status: 'paused' }],
  ] as [string, Partial<Subscription>][])('%s', async (_, change) => {
    const { messages, held } = await fanOut(event, [subscription(7, change)]);

    expect(messages).toEqual([]);
    expect(held).toEqual([]);
  });
});

describe('a subscription that is off', () => {
  it.each(['paused', 'disabled'] as const)('because it is %s has it held', async (status) => {
    const { messages, held } = await fanOut(event, [subscription(3, { status }), subscription(4)]);

    expect(slotsOf(messages)).toEqual([4]);
    expect(held).toMatchObject([
      { status: 'held', attempts: 0, subscriptionId: subscription(3).id, createdAt: storedAt },
    ]);
  });

  it('keeps the row that it has already', async () => {
    const { lines } = await fanOut(event, [subscription(3, { status: 'paused' })], {
      putDelivery: async () => false,
    });

    expect(lines).toMatchObject([{ event: 'event.received', held: 1 }]);
  });
});

describe('what the queue did not take', () => {
  it('is a fault that says how much', async () => {
    const fanningOut = fanOut(event, [subscription(0), subscription(1)], {
      enqueue: async (messages) => messages.slice(1),
    });

    await expect(fanningOut).rejects.toMatchObject({
      code: 'PARTIAL_FAILURE',
      message: 'the delivery queue did not take 1 of 2 messages',
    });
  });
});
