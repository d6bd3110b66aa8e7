// What travels through the delivery queues: ids only, never a payload.
import * as z from 'zod';
import { PoisonError } from './errors.ts';
import { identifierPattern, subscriptionIdPattern } from './identifiers.ts';

const schema = z.strictObject({
  company_id: z.int().positive(),
  event_id: z.string().regex(identifierPattern),
  subscription_id: z.string().regex(subscriptionIdPattern),
  /** Which rendering of the event this subscription gets, such as `full@1`. */
  variant: z.string().min(1),
  /** The number of the attempt that this message asks for: a copy that comes late asks for one that was made. */
  attempt: z.int().positive(),
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
