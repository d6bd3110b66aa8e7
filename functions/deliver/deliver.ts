// Way 6 of 8. One delivery: may it be attempted, what did the attempt (attempt.ts) meet, what comes next. Next: shared/signature.ts
import type { DeliveryName } from '../../shared/deliveries-table.ts';
import {
  afterAttempt,
  afterManualAttempt,
  type Delivery,
  endWithoutAttempt,
  expiresAtOf,
  mayAttempt,
  mayAttemptManually,
  newDelivery,
  park,
  type RetryPolicy,
} from '../../shared/delivery.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { ConflictError, PartialFailureError } from '../../shared/errors.ts';
import type { SigningKeys } from '../../shared/keys-table.ts';
import { asksToDisable, type Outcome } from '../../shared/outcome.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { chooseWay, type Lane } from './gate.ts';
import { heededOf } from './heed-answer.ts';
import type { Loaded } from './load-batch.ts';
import type { ReadDeps } from './read-fresh.ts';
import { noteSlowAnswer, recordHealth } from './record-health.ts';
import { type SettleDeps, settle } from './settle.ts';
import { startPacing, type TurnDeps } from './take-turn.ts';

export interface Callback {
  readonly delivery: DeliveryName;
  readonly url: string;
  readonly keys: SigningKeys;
  readonly body: Uint8Array;
}

export interface DeliverDeps extends SettleDeps, TurnDeps, ReadDeps {
  /** Calls `onSlow` when the answer has not come by the time that makes it slow. */
  attempt(callback: Callback, onSlow: () => void): Promise<Outcome>;
  /** False where it was not enabled any more, or has another URL by now. */
  disableSubscription(subscription: Subscription, now: Date): Promise<boolean>;
  readonly retry: RetryPolicy;
}

/** Resolves when the message is done with: what became of it is written. Rejects when it shall come again. */
export const deliver = async (
  deps: DeliverDeps,
  message: DeliveryMessage,
  loaded: Loaded,
  lane: Lane,
): Promise<void> => {
  const delivery = stateOf(message, loaded, deps.now());
  const isManual = message.trigger === 'manual';
  const may = isManual ? mayAttemptManually : mayAttempt;
  if (!may(delivery, message.attempt, message.request)) return drop(deps, message, delivery);
  if (isOfNothing(loaded)) return drop(deps, message, delivery, 'forgotten');
  const ready = readinessOf(loaded);
  if (typeof ready === 'string') {
    // What was asked for is not possible any more. The delivery is what it was.
    if (isManual) return drop(deps, message, delivery, ready);
    return settle(deps, delivery, (row) => endWithoutAttempt(row, ready, deps.now()));
  }
  switch (await chooseWay(deps, message, loaded.health, lane, ready.subscription)) {
    case 'attempt':
      return attemptDelivery(deps, message, delivery, ready, loaded.health);
    case 'park':
      return parkDelivery(deps, message, delivery, loaded.health);
    case 'await-turn':
      await settleParked(deps, message, delivery);
      return startPacing(deps, delivery, loaded.health);
    case 'slow-lane':
      return forward(deps, message);
  }
};

interface Ready extends Required<Pick<Loaded, 'subscription' | 'keys'>> {
  readonly body: Uint8Array;
}

/** A message that outlived the deletion of its company: a row made of it would outlive that, too. */
const isOfNothing = ({ event, subscription, delivery }: Loaded): boolean =>
  event === undefined && subscription === undefined && delivery === undefined;

/** What an attempt needs, or why none may be made. */
const readinessOf = ({
  stopped,
  event,
  subscription,
  keys,
}: Loaded): Ready | 'cancelled' | 'held' | 'expired' | 'erased' => {
  const body = event?.body;
  if (event !== undefined && body === undefined) return 'erased';
  if (subscription === undefined || subscription.deletedAt !== undefined || keys === undefined) {
    return 'cancelled';
  }
  if (body === undefined) return 'expired';
  if (stopped || subscription.status !== 'enabled') return 'held';
  return { body, subscription, keys };
};

const attemptDelivery = async (
  deps: DeliverDeps,
  message: DeliveryMessage,
  delivery: Delivery,
  { body, subscription, keys }: Ready,
  health: Loaded['health'],
): Promise<void> => {
  const { url } = subscription;
  const slow: { noting?: Promise<Loaded['health']> } = {};
  const noteSlow = (): void => {
    if (!delivery.test) slow.noting = noteSlowAnswer(deps, delivery, health);
  };
  const outcome = await deps.attempt({ delivery, url, keys, body }, noteSlow);
  const noted = await slow.noting;
  measure(deps, outcome, message.published_at);
  // A test says nothing about a subscription's health, and switches nothing off.
  if (delivery.test) return settleAttempt(deps, message, delivery, outcome);
  const met = await heededOf(deps, message, url, outcome);
  if (!asksToDisable(met)) {
    await settleAttempt(deps, message, delivery, met);
    await recordHealth(deps, delivery, health, met, noted);
    return;
  }
  // The notice first: once the subscription is disabled, nothing would come here again to write it.
  if (!(await recordHealth(deps, delivery, health, met, noted))) {
    throw new ConflictError('the notice that the receiver asked to be disabled was not written');
  }
  const isDone = await deps.disableSubscription(subscription, deps.now());
  const last = isDone ? met : await heededOf(deps, message, url, met);
  await settleAttempt(deps, message, delivery, last);
};

const settleAttempt = (
  deps: DeliverDeps,
  { attempt, trigger, request }: DeliveryMessage,
  delivery: Delivery,
  outcome: Outcome,
): Promise<void> => {
  const next = (row: Delivery) =>
    trigger === 'manual'
      ? afterManualAttempt(row, attempt, outcome, deps.now(), request)
      : afterAttempt(row, attempt, outcome, deps.now(), deps.retry);
  return settle(deps, delivery, next, { attempt, trigger: trigger ?? 'scheduled', outcome });
};

const measure = (
  { metrics }: DeliverDeps,
  outcome: Outcome,
  publishedAt: number | undefined,
): void => {
  metrics.countOutcome(outcome);
  metrics.measure('AttemptLatency', outcome.durationMs);
  if (publishedAt === undefined || outcome.sentAfterMs === undefined) return;
  const sentAt = outcome.startedAt.getTime() + outcome.sentAfterMs;
  metrics.measure('PublishToFirstByte', Math.max(0, sentAt - publishedAt));
};

/**
 * Parked, a delivery depends on its circuit's timer: one that ended meanwhile would never release it. A circuit that was
 * open when this batch read it, and not seen empty yet, keeps its timer for longer than an index may lag: so the sweep
 * sees what is parked now. Any other is read again.
 */
const parkDelivery = async (
  deps: DeliverDeps,
  message: DeliveryMessage,
  delivery: Delivery,
  known: Loaded['health'],
): Promise<void> => {
  await settleParked(deps, message, delivery);
  if (known?.circuit.state === 'open' && known.circuit.emptySince === undefined) return;
  const health = await deps.getHealth(delivery.companyId, delivery.subscriptionId);
  if (health?.circuit.tendAt === undefined) await forward(deps, message);
};

const settleParked = (
  deps: DeliverDeps,
  { attempt }: DeliveryMessage,
  delivery: Delivery,
): Promise<void> =>
  settle(deps, delivery, (row) => (mayAttempt(row, attempt) ? park(row, deps.now()) : row));

const forward = async (deps: DeliverDeps, message: DeliveryMessage): Promise<void> => {
  const { probe: _, ...rest } = message;
  const startedAt = deps.now().getTime();
  const left = await deps.enqueue([{ body: JSON.stringify(rest), group: message.subscription_id }]);
  if (left.length > 0) throw new PartialFailureError('the slow lane did not take the delivery');
  const durationMs = deps.now().getTime() - startedAt;
  deps.log({ event: 'delivery.forwarded', ...idsOf(message), durationMs });
};

/** @param reason why no attempt is made; without one, the delivery's own row says that none is due */
const drop = (
  deps: DeliverDeps,
  message: DeliveryMessage,
  { status, attempts }: Delivery,
  reason?: string,
): void => deps.log({ event: 'delivery.dropped', ...idsOf(message), status, attempts, reason });

/** The row of an event that had passed its time, and came again under its id, may still lie there: it is written over. */
const stateOf = (message: DeliveryMessage, loaded: Loaded, now: Date): Delivery => {
  const { delivery, event } = loaded;
  if (delivery === undefined) return firstState(message, loaded, now);
  const isOfEarlier = event !== undefined && expiresAtOf(delivery) <= event.storedAt;
  if (!isOfEarlier) return delivery;
  return { ...firstState(message, loaded, now), revision: delivery.revision };
};

const firstState = (message: DeliveryMessage, { event }: Loaded, now: Date): Delivery =>
  newDelivery(
    {
      companyId: message.company_id,
      eventId: message.event_id,
      subscriptionId: message.subscription_id,
      eventType: event?.type ?? 'unknown',
      variant: message.variant,
      ...(message.test && { test: message.test }),
    },
    event?.storedAt ?? now,
  );

/** For the log. */
export const idsOf = (message: DeliveryMessage) => ({
  eventId: message.event_id,
  companyId: message.company_id,
  subscriptionId: message.subscription_id,
  attempt: message.attempt,
  ...(message.trigger && { trigger: message.trigger }),
});
