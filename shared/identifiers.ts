// Identifiers and the keys made of them. `#` separates: no identifier may hold it.
import { createHash } from 'node:crypto';

/** What an event's id may be. No `.`: the signature's separator.
 *  https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const identifierPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** An event is known by its company and its id together: two companies may use the same id. */
export const eventKey = (companyId: number, eventId: string): string => `${companyId}#${eventId}`;

/** One event for one subscription. Derived, so that every copy of a message means the same delivery. */
export const deliveryIdOf = (companyId: number, eventId: string, subscriptionId: string): string =>
  `del_${createHash('sha256').update(`${companyId}#${eventId}#${subscriptionId}`).digest('hex').slice(0, 32)}`;

/** `sub_007…`: the three digits are the slot of the company's table that the subscription lives in. */
export const subscriptionIdOf = (slot: number, randomHex: string): string =>
  `sub_${String(slot).padStart(3, '0')}${randomHex}`;

export const subscriptionIdPattern = /^sub_(\d{3})[0-9a-f]{20}$/;

/** The slot in a subscription's id, or undefined where the text is no such id. */
export const slotOf = (subscriptionId: string): number | undefined => {
  const digits = subscriptionIdPattern.exec(subscriptionId)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
