// What travels through the delivery queues, and what is poison there.
import { describe, expect, it } from 'vitest';
import { nextAttemptMessage, readDeliveryMessage } from '../../shared/delivery-message.ts';
import { PoisonError } from '../../shared/errors.ts';

const subscriptionId = `sub_007${'a'.repeat(20)}`;

const message = {
  company_id: 318,
  event_id: 'evt_1',
  subscription_id: subscriptionId,
  variant: 'full@1',
  attempt: 1,
};

describe('a delivery message', () => {
  it('is read as it was written', () => {
    const { body, group } = nextAttemptMessage({
      companyId: 318,
      eventId: 'evt_1',
      subscriptionId,
      variant: 'full@1',
      attempts: 3,
    });

    expect(readDeliveryMessage(body)).toEqual({ ...message, attempt: 4 });
    expect(group).toBe(subscriptionId);
  });

  it('of a newer version is read without what it has more: no order of deployment buries it', () => {
    const body = JSON.stringify({ ...message, of_tomorrow: { a: 1 } });

    expect(readDeliveryMessage(body)).toEqual(message);
  });

  it.each([
    ['no JSON', 'hello'],
    ['null', null],
    ['a list', [message]],
    ['nothing missing but the company', { ...message, company_id: undefined }],
    ['a company as text', { ...message, company_id: '318' }],
    ['a company beyond exact integers', { ...message, company_id: 2 ** 53 }],
    ['an event id with a separator', { ...message, event_id: 'a#b' }],
    ['a subscription id that names no slot', { ...message, subscription_id: 'sub_x' }],
    ['a variant with a separator', { ...message, variant: 'full#1' }],
    ['a variant too long for a key', { ...message, variant: 'x'.repeat(2_000) }],
    ['attempt zero', { ...message, attempt: 0 }],
    ['half an attempt', { ...message, attempt: 1.5 }],
    ['a trigger of tomorrow, which would be overlooked', { ...message, trigger: 'other' }],
  ])('is not %s: that is poison', (_, body) => {
    const read = () => readDeliveryMessage(typeof body === 'string' ? body : JSON.stringify(body));

    expect(read).toThrow(PoisonError);
    expect(read).toThrow('not a delivery message');
  });
});
