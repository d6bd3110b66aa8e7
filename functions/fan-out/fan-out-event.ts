// Way 4 of 8. Stores one event and decides who gets it. It calls nobody. Next: functions/deliver/handler.ts
import { type Delivery, endWithoutAttempt, newDelivery } from '../../shared/delivery.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import { PartialFailureError, PoisonError } from '../../shared/errors.ts';
import type { AtsEvent } from '../../shared/event.ts';
import { variantOf } from '../../shared/event-variant.ts';
import type { StoreAnswer } from '../../shared/events-table.ts';
import type { Log } from '../../shared/log.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import { type Subscription, wantsEvent } from '../../shared/subscription.ts';

export interface FanOutDeps {
  storeEvent(event: AtsEvent, now: Date): Promise<StoreAnswer>;
  listSubscriptions(companyId: number): Promise<Subscription[]>;
  /** False where the delivery has a row already. */
  putDelivery(delivery: Delivery): Promise<boolean>;
  /** To the fast lane. Returns what the queue did not take. */
  enqueue(messages: QueueMessage[]): Promise<QueueMessage[]>;
  now(): Date;
  log: Log;
}

/**
 * Stores, then enqueues; and enqueues again whenever the event comes again: deliver drops what is done. So a
 * crash between the two loses nothing. What a paused or disabled subscription would have got is held for it.
 * @throws PoisonError EVENT_ID_REUSED · PartialFailureError where the queue did not take every message
 */
export const fanOutEvent = async (
  deps: FanOutDeps,
  event: AtsEvent,
  publishedAt?: Date,
): Promise<void> => {
  const startedAt = deps.now();
  const stored = await deps.storeEvent(event, startedAt);
  if (stored.kind === 'id-reused') {
    throw new PoisonError(
      'EVENT_ID_REUSED',
      `id: ${event.id} of company ${event.companyId} names another event already; each event needs an id of its own`,
    );
  }
  // Read after storing: a subscription made before the event was stored is always seen.
  const subscriptions = await deps.listSubscriptions(event.companyId);
  const wanting = subscriptions.filter((subscription) =>
    wantsEvent(subscription, event.type, stored.storedAt),
  );
  const { enabled = [], others = [] } = Object.groupBy(wanting, ({ status }) =>
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
    deliveries: wanting.length,
    held: others.length,
    repeated: stored.storedAt < startedAt,
    durationMs: deps.now().getTime() - startedAt.getTime(),
  });
};

const nameOf = (event: AtsEvent, subscription: Subscription) => ({
  companyId: event.companyId,
  eventId: event.id,
  subscriptionId: subscription.id,
  eventType: event.type,
  variant: variantOf(subscription, event.type),
});
