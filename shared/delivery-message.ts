// What travels through the delivery queues: ids only, never a payload.
import * as z from 'zod';
import type { Delivery } from './delivery.ts';
import { PoisonError } from './errors.ts';
import { identifierPattern, subscriptionIdPattern } from './identifiers.ts';
import type { QueueMessage } from './send-messages.ts';

/**
 * A field that this version does not know is left out, not refused: an update changes the functions in any order, so
 * a sender may be newer than its reader. A field that must not be overlooked needs a new value of one that is known.
 */
const schema = z.object({
  company_id: z.int().positive(),
  event_id: z.string().regex(identifierPattern),
  subscription_id: z.string().regex(subscriptionIdPattern),
  /** Which rendering of the event this subscription gets, such as `full@1`. A part of a row's key, so bounded:
   *  one message with a key that DynamoDB refuses would fail the read of its whole batch. */
  variant: z.string().regex(/^[a-z0-9@-]{1,32}$/),
  /** The number of the attempt that this message asks for: a copy that comes late asks for one that was made. */
  attempt: z.int().positive(),
  /** Absent: scheduled. */
  trigger: z.literal('manual').optional(),
  /** The request that asked for a manual attempt. */
  request: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  /** Of a test event, before it has a row that says so. */
  test: z.literal(true).optional(),
  /** Lets it through an open circuit, if it is time for a probe: the revision of the health row that sent it, so that
   *  each has a number of its own, and younger ones a higher. */
  probe: z.int().positive().optional(),
  /** Milliseconds since 1970: when the bus took the event. Only where fan-out sends a delivery for the first time. */
  published_at: z.int().positive().optional(),
});

export type DeliveryMessage = z.infer<typeof schema>;

/** @throws PoisonError INVALID_MESSAGE */
export const readDeliveryMessage = (body: string): DeliveryMessage => {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    throw new PoisonError(
      'INVALID_MESSAGE',
      'the message is not a delivery message of this version',
      { cause },
    );
  }
};

/** Asks for a delivery's next attempt. Its group is the subscription: a busy one does not make others wait. */
export const nextAttemptMessage = (
  delivery: Pick<
    Delivery,
    'companyId' | 'eventId' | 'subscriptionId' | 'variant' | 'attempts' | 'test'
  >,
  more: Pick<DeliveryMessage, 'trigger' | 'request' | 'probe' | 'published_at'> = {},
): QueueMessage => ({
  body: JSON.stringify({
    company_id: delivery.companyId,
    event_id: delivery.eventId,
    subscription_id: delivery.subscriptionId,
    variant: delivery.variant,
    attempt: delivery.attempts + 1,
    ...(delivery.test && { test: true }),
    ...more,
  } satisfies DeliveryMessage),
  group: delivery.subscriptionId,
});
