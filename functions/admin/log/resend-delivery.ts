// Resending: one attempt of one delivery, now, whatever became of it before.
import type { Delivery } from '../../../shared/delivery.ts';
import { nextAttemptMessage } from '../../../shared/delivery-message.ts';
import { PartialFailureError } from '../../../shared/errors.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { notPossibleNow } from '../problem.ts';
import { type FindDeliveryDeps, findDelivery } from './find-delivery.ts';

export interface ResendDeps extends FindDeliveryDeps, CallableDeps {
  /** To the fast lane. Returns what the queue did not take. */
  enqueue(messages: QueueMessage[]): Promise<QueueMessage[]>;
}

export interface CallableDeps {
  /** Whether an emergency stop of the company, or of everything, stands. */
  isStopped(companyId: number): Promise<boolean>;
}

export interface Resent {
  readonly deliveryId: string;
  /** The number that the attempt will have, unless another one takes it meanwhile. */
  readonly attempt: number;
}

/**
 * The same seed asks for the same attempt: one that is on record is not made again.
 * @throws ProblemError not-found · not-possible-now, where the delivery cannot be sent, or its subscription not called
 */
export const resendDelivery = async (
  deps: ResendDeps,
  companyId: number,
  deliveryId: string,
  seed: string,
): Promise<Resent> => {
  const delivery = await findDelivery(deps, companyId, deliveryId);
  const request = seed.slice(0, 16);
  const made = delivery.lastAttempts.find((attempt) => attempt.request === request);
  if (made !== undefined) return { deliveryId, attempt: made.number };
  await refuseUnsendable(deps, delivery);
  const left = await deps.enqueue([nextAttemptMessage(delivery, { trigger: 'manual', request })]);
  if (left.length > 0) throw new PartialFailureError('the fast lane did not take the delivery');
  return { deliveryId, attempt: delivery.attempts + 1 };
};

const refuseUnsendable = async (deps: ResendDeps, delivery: Delivery): Promise<void> => {
  const { companyId, eventId, subscriptionId, status } = delivery;
  const [event, subscription] = await Promise.all([
    deps.getEvent(companyId, eventId),
    deps.getSubscription(companyId, subscriptionId),
  ]);
  if (status === 'erased' || (event && event.body === undefined)) {
    throw notPossibleNow('The delivery is erased.', 'Nothing is left of what it would send.');
  }
  if (event === undefined) {
    throw notPossibleNow('The payload has passed its time.', 'Nothing is left to send.');
  }
  await refuseUncallable(deps, companyId, subscription);
};

/** @throws ProblemError not-possible-now where a subscription may not be called: by nobody, for nothing */
export const refuseUncallable = async (
  deps: CallableDeps,
  companyId: number,
  subscription: Subscription | undefined,
): Promise<void> => {
  if (subscription === undefined) throw notPossibleNow('The subscription is deleted.');
  const { status } = subscription;
  if (status !== 'enabled') {
    throw notPossibleNow(`The subscription is ${status}.`, 'It is not called. Enable it first.');
  }
  if (await deps.isStopped(companyId)) {
    throw notPossibleNow('An emergency stop stands.', 'Nobody is called until it ends.');
  }
};
