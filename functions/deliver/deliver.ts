// Way 6 of 8. One delivery: may it be attempted, what did the attempt meet, what comes next. Next: shared/signature.ts
import {
  afterAttempt,
  asksToDisable,
  type Delivery,
  endWithoutAttempt,
  mayAttempt,
  type RetryPolicy,
} from '../../shared/delivery.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { ConflictError, PartialFailureError } from '../../shared/errors.ts';
import type { StoredEvent } from '../../shared/events-table.ts';
import type { SigningKeys } from '../../shared/keys-table.ts';
import { messageDelaySecondsMax } from '../../shared/limits.ts';
import type { Log } from '../../shared/log.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import type { Subscription } from '../../shared/subscription.ts';
import type { Loaded } from './load-batch.ts';

export interface Callback {
  readonly eventId: string;
  readonly deliveryOf: Pick<Delivery, 'companyId' | 'eventId' | 'subscriptionId'>;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly body: Uint8Array;
}

export interface DeliverDeps {
  attempt(callback: Callback): Promise<Outcome>;
  /** False where another writer was first. */
  putDelivery(delivery: Delivery, wakeAt?: Date): Promise<boolean>;
  /** Strongly consistent. */
  getDelivery(delivery: Delivery): Promise<Delivery | undefined>;
  putFailedAttempt(delivery: Delivery, attempt: number, outcome: Outcome): Promise<void>;
  disableSubscription(subscription: Subscription, now: Date): Promise<boolean>;
  /** Returns what the queue did not take. */
  enqueue(messages: QueueMessage[]): Promise<QueueMessage[]>;
  readonly retry: RetryPolicy;
  now(): Date;
  log: Log;
}

/** Writers that may meet on one delivery's row in a row, before its message goes back to the queue. */
const conflictsMax = 5;

/** Milliseconds by which the sweep looks later than a delayed message is due: it is only that message's net. */
const netMs = 2 * 60_000;

/** Resolves when the message is done with: what became of it is written. Rejects when it shall come again. */
export const deliver = async (
  deps: DeliverDeps,
  message: DeliveryMessage,
  { event, subscription, keys, delivery: known }: Loaded,
): Promise<void> => {
  const delivery = known ?? newDelivery(message, event, deps.now());
  if (!mayAttempt(delivery, message.attempt)) {
    deps.log({
      event: 'delivery.dropped',
      ...idsOf(message),
      status: delivery.status,
      attempts: delivery.attempts,
    });
    return;
  }
  const ending = endingWithout(event, subscription, keys);
  if (ending !== undefined)
    return settle(deps, delivery, (row) => endWithoutAttempt(row, ending, deps.now()));
  await attemptDelivery(deps, message.attempt, delivery, event!, subscription!, keys!);
};

/** Why no attempt may be made at all. */
const endingWithout = (
  event: StoredEvent | undefined,
  subscription: Subscription | undefined,
  keys: SigningKeys | undefined,
): 'cancelled' | 'held' | 'expired' | undefined => {
  if (subscription === undefined || subscription.deletedAt !== undefined || keys === undefined) {
    return 'cancelled';
  }
  if (subscription.status !== 'enabled') return 'held';
  return event === undefined ? 'expired' : undefined;
};

const attemptDelivery = async (
  deps: DeliverDeps,
  attempt: number,
  delivery: Delivery,
  event: StoredEvent,
  subscription: Subscription,
  keys: SigningKeys,
): Promise<void> => {
  const outcome = await deps.attempt({
    eventId: delivery.eventId,
    deliveryOf: delivery,
    url: subscription.url,
    secrets: keys.secrets,
    body: event.body,
  });
  if (outcome.kind !== 'accepted') await deps.putFailedAttempt(delivery, attempt, outcome);
  if (asksToDisable(outcome)) await deps.disableSubscription(subscription, deps.now());
  await settle(
    deps,
    delivery,
    (row) => afterAttempt(row, attempt, outcome, deps.now(), deps.retry),
    outcome,
  );
};

/** Writes the next state, against whatever another writer made of the row meanwhile. */
const settle = async (
  deps: DeliverDeps,
  delivery: Delivery,
  next: (row: Delivery) => Delivery,
  outcome?: Outcome,
): Promise<void> => {
  let row = delivery;
  for (let conflicts = 0; conflicts < conflictsMax; conflicts += 1) {
    const settled = next(row);
    if (settled === row) return;
    const hop = hopOf(settled, deps.now());
    if (
      await deps.putDelivery(
        settled,
        hop ? new Date(settled.dueAt!.getTime() + netMs) : settled.dueAt,
      )
    ) {
      if (hop && (await deps.enqueue([hop])).length > 0) {
        throw new PartialFailureError(
          'the delivery queue did not take the next attempt; the sweep will find it',
        );
      }
      return logSettled(deps, settled, outcome);
    }
    row = (await deps.getDelivery(row)) ?? { ...row, revision: 0 };
  }
  throw new ConflictError('other writers kept changing the delivery');
};

/** Waits of fifteen minutes or less go by one delayed message; longer ones by the due rows alone. */
const hopOf = (delivery: Delivery, now: Date): QueueMessage | undefined => {
  if (delivery.dueAt === undefined) return undefined;
  const delaySeconds = Math.max(0, Math.ceil((delivery.dueAt.getTime() - now.getTime()) / 1000));
  if (delaySeconds > messageDelaySecondsMax) return undefined;
  const { companyId, eventId, subscriptionId, variant, attempts } = delivery;
  const message: DeliveryMessage = {
    company_id: companyId,
    event_id: eventId,
    subscription_id: subscriptionId,
    variant,
    attempt: attempts + 1,
  };
  return { body: JSON.stringify(message), group: subscriptionId, delaySeconds };
};

const newDelivery = (
  message: DeliveryMessage,
  event: StoredEvent | undefined,
  now: Date,
): Delivery => ({
  companyId: message.company_id,
  eventId: message.event_id,
  subscriptionId: message.subscription_id,
  eventType: event?.type ?? 'unknown',
  variant: message.variant,
  status: 'waiting',
  attempts: 0,
  roundStart: 0,
  createdAt: event?.storedAt ?? now,
  updatedAt: now,
  lastAttempts: [],
  revision: 0,
});

const idsOf = (message: DeliveryMessage) => ({
  eventId: message.event_id,
  subscriptionId: message.subscription_id,
  attempt: message.attempt,
});

const logSettled = (deps: DeliverDeps, delivery: Delivery, outcome: Outcome | undefined): void => {
  const last = delivery.lastAttempts.at(-1);
  deps.log({
    event: outcome ? 'delivery.attempted' : 'delivery.settled',
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    companyId: delivery.companyId,
    subscriptionId: delivery.subscriptionId,
    status: delivery.status,
    attempts: delivery.attempts,
    ...(outcome && { outcome: outcome.kind, met: last?.met, durationMs: outcome.durationMs }),
    nextAttemptAt: delivery.dueAt?.toISOString(),
  });
};
