// Way 4 of 8. Stores one event and decides who gets it. It calls nobody. Next: functions/deliver/handler.ts
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { PartialFailureError, PoisonError } from '../../shared/errors.ts';
import type { AtsEvent } from '../../shared/event.ts';
import type { StoreAnswer } from '../../shared/events-table.ts';
import type { Log } from '../../shared/log.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import { type Subscription, variantOf, wantsEvent } from '../../shared/subscription.ts';

export interface FanOutDeps {
  storeEvent(event: AtsEvent, now: Date): Promise<StoreAnswer>;
  listSubscriptions(companyId: number): Promise<Subscription[]>;
  /** Returns what the queue did not take. */
  enqueue(messages: QueueMessage[]): Promise<QueueMessage[]>;
  now(): Date;
  log: Log;
}

/**
 * Stores, then enqueues; and enqueues again whenever the event comes again: deliver drops what is done. So a
 * crash between the two loses nothing.
 * @throws PoisonError EVENT_ID_REUSED · PartialFailureError where the queue did not take every message
 */
export const fanOutEvent = async (deps: FanOutDeps, event: AtsEvent): Promise<void> => {
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
  const left = await deps.enqueue(wanting.map((subscription) => toMessage(event, subscription)));
  if (left.length > 0) {
    throw new PartialFailureError(
      `the delivery queue did not take ${left.length} of ${wanting.length} messages`,
    );
  }
  deps.log({
    event: 'event.received',
    eventId: event.id,
    eventType: event.type,
    companyId: event.companyId,
    deliveries: wanting.length,
    repeated: stored.storedAt < startedAt,
    durationMs: deps.now().getTime() - startedAt.getTime(),
  });
};

const toMessage = (event: AtsEvent, subscription: Subscription): QueueMessage => ({
  body: JSON.stringify({
    company_id: event.companyId,
    event_id: event.id,
    subscription_id: subscription.id,
    variant: variantOf(subscription),
    attempt: 1,
  } satisfies DeliveryMessage),
  group: subscription.id,
});
