// What Rappel says on the bus is what its documentation says.
import { expect, it } from 'vitest';
import { newDelivery } from '../../../shared/delivery.ts';
import { fieldsOf } from '../../../shared/event-types/fields-of.ts';
import { deviationsFrom } from '../../../shared/event-types/find-deviations.ts';
import { operationalEventTypes } from '../../../shared/event-types/operational-event-types.ts';
import { exhaustedEvent, noticeEvent } from '../../../shared/operational-events.ts';

const at = new Date('2026-10-12T08:00:00.000Z');
const subscription = { companyId: 318, subscriptionId: 'sub_0000123456789abcdef0123' };
const failures = { at, failures: 20, failingSince: at };

it.each([
  noticeEvent(subscription, { ...failures, kind: 'failing', share: 0.9 }),
  noticeEvent(subscription, { ...failures, kind: 'disabled', reason: 'failures' }),
  noticeEvent(subscription, { at, failures: 0, kind: 'disabled', reason: 'receiver' }),
  exhaustedEvent(
    newDelivery(
      { ...subscription, eventId: 'evt_1', eventType: 'candidate.moved', variant: 'full@1' },
      at,
    ),
  ),
])('publishes $type as its documentation says: %#', ({ type, data }) => {
  expect(deviationsFrom(operationalEventTypes[type].data, data)).toEqual([]);
});

it.each(Object.entries(operationalEventTypes))('describes every field of %s', (_, { data }) => {
  const fields = fieldsOf(data);

  expect(fields.length).toBeGreaterThan(0);
  expect(fields.filter(({ notes }) => !notes.description?.fr || !notes.description.en)).toEqual([]);
});
