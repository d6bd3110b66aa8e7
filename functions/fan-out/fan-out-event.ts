// Way 4 of 8. Stores one event and decides who gets it. It calls nobody. Next: functions/deliver/handler.ts
import { type Delivery, endWithoutAttempt, newDelivery } from '../../shared/delivery.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import { PartialFailureError, PoisonError } from '../../shared/errors.ts';
import type { AtsEvent } from '../../shared/event.ts';
import { deriveEvents } from '../../shared/event-types/derive-events.ts';
import { isOwnVariant, variantOf } from '../../shared/event-variant.ts';
import type { StoreAnswer, Stored } from '../../shared/events-table.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { findRecipients, type RecipientsDeps } from './find-recipients.ts';
import { type InspectDeps, inspectEvent } from './inspect-event.ts';

export interface FanOutDeps extends InspectDeps, RecipientsDeps {
  storeEvent(event: AtsEvent, now: Date): Promise<StoreAnswer>;
  /** Beside its event; it stays as it is where it is stored already. */
  storeVariant(event: AtsEvent, variant: string, stored: Stored, now: Date): Promise<void>;
  listSubscriptions(companyId: number): Promise<Subscription[]>;
  /** Whether its company, or a candidate in it, was erased; strongly consistent. */
  isErased(event: AtsEvent): Promise<boolean>;
  /** In every rendering. */
  erasePayload(event: AtsEvent, now: Date): Promise<unknown>;
  /** False where the delivery has a row already. */
  putDelivery(delivery: Delivery): Promise<boolean>;
  /** To the fast lane. Returns what the queue did not take. */
  enqueue(messages: QueueMessage[]): Promise<QueueMessage[]>;
  now(): Date;
}

/**
 * Fans out an event, then those that follow from it, such as a hire from a move: each an event of its own. Of a
 * test, the one that was asked for.
 * @throws PoisonError EVENT_ID_REUSED · PartialFailureError where the queue did not take every message
 */
export const fanOutEvent = async (
  deps: FanOutDeps,
  received: AtsEvent,
  publishedAt?: Date,
): Promise<void> => {
  const event = inspectEvent(deps, received);
  const events = [event, ...deriveEvents(event)];
  const wanted = event.test ? events.filter(({ type }) => type === event.test?.type) : events;
  for (const each of wanted) await fanOutOne(deps, each, publishedAt);
};

/**
 * Stores, then enqueues; and enqueues again whenever the event comes again: deliver drops what is done. So a
 * crash between the two loses nothing. What a paused or disabled subscription would have got is held for it.
 */
const fanOutOne = async (
  deps: FanOutDeps,
  event: AtsEvent,
  publishedAt: Date | undefined,
): Promise<void> => {
  const startedAt = deps.now();
  const stored = await deps.storeEvent(event, startedAt);
  if (stored.kind === 'id-reused') {
    throw new PoisonError(
      'EVENT_ID_REUSED',
      `id: ${event.id} of company ${event.companyId} names another event already; each event needs an id of its own`,
    );
  }
  // Read after storing: a subscription made before the event was stored is always seen; and an erasure either finds
  // the event, or is seen here.
  const [subscriptions, isErased] = await Promise.all([
    deps.listSubscriptions(event.companyId),
    deps.isErased(event),
  ]);
  if (isErased) return dropErased(deps, event, startedAt);
  const recipients = findRecipients(deps, subscriptions, event, stored.storedAt);
  const hasMore = await storeVariants(deps, event, recipients, stored, startedAt);
  // An erasure that came since has not found what is stored since.
  if (hasMore && (await deps.isErased(event))) return dropErased(deps, event, startedAt);
  const { enabled = [], others = [] } = Object.groupBy(recipients, ({ status }) =>
    status === 'enabled' ? 'enabled' : 'others',
  );
  const deliveryTo = (to: Subscription) => newDelivery(nameOf(event, to), stored.storedAt);
  await Promise.all(
    others.map((to) => deps.putDelivery(endWithoutAttempt(deliveryTo(to), 'held', startedAt))),
  );
  const published_at = publishedAt?.getTime();
  const left = await deps.enqueue(
    enabled.map((to) => nextAttemptMessage(deliveryTo(to), { published_at })),
  );
  if (left.length > 0) {
    throw new PartialFailureError(
      `the delivery queue did not take ${left.length} of ${enabled.length} messages`,
    );
  }
  deps.log({
    event: 'event.received',
    eventId: event.id,
    eventType: event.type,
    companyId: event.companyId,
    deliveries: recipients.length,
    held: others.length,
    repeated: stored.storedAt < startedAt,
    durationMs: deps.now().getTime() - startedAt.getTime(),
  });
};

/** What a replay, a redrive or a late queue brings back of who was erased. */
const dropErased = async (deps: FanOutDeps, event: AtsEvent, now: Date): Promise<void> => {
  await deps.erasePayload(event, now);
  const { id: eventId, type: eventType, companyId } = event;
  deps.log({ event: 'event.erased', eventId, eventType, companyId });
};

/** Each rendering once, and before any message names it: what deliver finds is what it sends. True where there was any. */
const storeVariants = async (
  deps: FanOutDeps,
  event: AtsEvent,
  recipients: readonly Subscription[],
  stored: Stored,
  now: Date,
): Promise<boolean> => {
  const variants = new Set(recipients.map((to) => variantOf(to, event)));
  const others = [...variants].filter((variant) => !isOwnVariant(variant));
  await Promise.all(others.map((variant) => deps.storeVariant(event, variant, stored, now)));
  return others.length > 0;
};

const nameOf = (event: AtsEvent, subscription: Subscription) => ({
  companyId: event.companyId,
  eventId: event.id,
  subscriptionId: subscription.id,
  eventType: event.type,
  variant: variantOf(subscription, event),
  ...(event.test && { test: true as const }),
});
