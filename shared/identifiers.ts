// Identifiers and the keys made of them. `#` separates: no identifier may hold it.

/** What an event's id may be. No `.`: the signature's separator.
 *  https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const identifierPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** An event is known by its company and its id together: two companies may use the same id. */
export const eventKey = (companyId: number, eventId: string): string => `${companyId}#${eventId}`;

/**
 * Where all of one subscription is: its health, jobs and turns in the deliveries table, its keys in theirs, its
 * deliveries in the indexes `log` and `parked`.
 */
export const subscriptionPartition = (companyId: number, subscriptionId: string): string =>
  `${companyId}#${subscriptionId}`;

/**
 * One event for one subscription, the same at every attempt: `del_` + the subscription's id without its `sub_` +
 * `_` + the event's id. It can be read back, so a delivery is found by its id alone, even before it has a row.
 */
export const deliveryIdOf = (eventId: string, subscriptionId: string): string =>
  `del_${subscriptionId.slice('sub_'.length)}_${eventId}`;

const deliveryIdPattern = /^del_(\d{3}[0-9a-f]{20})_([A-Za-z0-9_-]{1,64})$/;

/** What a delivery's id names, or undefined where the text is no such id. */
export const deliveryNameOf = (
  deliveryId: string,
): { readonly eventId: string; readonly subscriptionId: string } | undefined => {
  const [, tail, eventId] = deliveryIdPattern.exec(deliveryId) ?? [];
  return tail && eventId ? { eventId, subscriptionId: `sub_${tail}` } : undefined;
};

/** `sub_007…`: the three digits are the slot of the company's table that the subscription lives in. */
export const subscriptionIdOf = (slot: number, randomHex: string): string =>
  `sub_${String(slot).padStart(3, '0')}${randomHex}`;

export const subscriptionIdPattern = /^sub_(\d{3})[0-9a-f]{20}$/;

/** The slot in a subscription's id, or undefined where the text is no such id. */
export const slotOf = (subscriptionId: string): number | undefined => {
  const digits = subscriptionIdPattern.exec(subscriptionId)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
