// A test event: for one subscription, as the type that was asked for, and for nobody else.
import { describe, expect, it } from 'vitest';
import { readDeliveryMessage } from '../../../shared/delivery-message.ts';
import type { EventTypeName } from '../../../shared/event-types.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { after, fanOut, sampleEvent, slotsOf, subscription } from './fan-out-setup.ts';

const tested = subscription(7, { eventTypes: ['task.created'], filter: '{"id":["never"]}' });

const testOf = (type: EventTypeName) =>
  sampleEvent('candidate.moved', { id: 'test_1', test: { subscriptionId: tested.id, type } });

describe('a test', () => {
  it('reaches the one subscription, whatever it takes otherwise, and says that it is one', async () => {
    const { messages } = await fanOut(testOf('candidate.moved'), [
      subscription(1),
      tested,
      subscription(2, { status: 'paused' }),
    ]);

    expect(slotsOf(messages)).toEqual([7]);
    expect(readDeliveryMessage(messages[0]!.body)).toMatchObject({
      event_id: 'test_1',
      test: true,
    });
  });

  it('of a derived type is the derived event alone', async () => {
    const { calls, messages } = await fanOut(testOf('candidate.hired'), [tested]);

    expect(calls).toEqual(['store test_1_hired', 'list', 'enqueue']);
    expect(slotsOf(messages)).toEqual([7]);
  });

  it('leads to no other event', async () => {
    const { stored } = await fanOut(testOf('candidate.moved'), [tested]);

    expect(stored.map(({ id }) => id)).toEqual(['test_1']);
  });

  it.each([
    ['deleted', { deletedAt: after }],
    ['of another id', { id: subscription(8).id }],
  ] as [string, Partial<Subscription>][])('does not reach one that is %s', async (_, change) => {
    const { messages, held } = await fanOut(testOf('candidate.moved'), [{ ...tested, ...change }]);

    expect([...messages, ...held]).toEqual([]);
  });

  it('of a subscription that was paused meanwhile is not held for later', async () => {
    const { messages, held } = await fanOut(testOf('candidate.moved'), [
      { ...tested, status: 'paused' },
    ]);

    expect(messages).toEqual([]);
    expect(held).toMatchObject([{ status: 'cancelled', test: true }]);
  });
});
