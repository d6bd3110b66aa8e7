// Which of a company's subscriptions want an event. One broken filter is no other subscription's trouble.
import type { AtsEvent } from '../../shared/event.ts';
import { fullBodiesOf } from '../../shared/event-variant.ts';
import { findObstacle, type Obstacle } from '../../shared/explain.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics } from '../../shared/metrics.ts';
import type { Subscription } from '../../shared/subscription.ts';
import type { ConditionsOf } from './conditions-cache.ts';

export interface RecipientsDeps {
  readonly conditionsOf: ConditionsOf;
  readonly metrics: Pick<Metrics, 'count'>;
  log: Log;
}

/** `storedAt`: when the event was first stored. A test is for one subscription, whatever that takes otherwise. */
export const findRecipients = (
  deps: RecipientsDeps,
  subscriptions: readonly Subscription[],
  event: AtsEvent,
  storedAt: Date,
): Subscription[] => {
  const bodyFor = fullBodiesOf(event);
  const obstacleOf = (subscription: Subscription) =>
    findObstacle(subscription, deps.conditionsOf, event, storedAt, bodyFor);
  return subscriptions.filter((subscription) =>
    event.test
      ? subscription.id === event.test.subscriptionId && subscription.deletedAt === undefined
      : wants(deps, subscription, event, obstacleOf),
  );
};

/**
 * A filter that cannot be compiled or applied lets nothing pass: nobody knows what it would have kept back. Creation
 * refuses such filters, so this is a fault. A repetition would meet it again, and the others would wait for it.
 */
const wants = (
  { metrics, log }: RecipientsDeps,
  subscription: Subscription,
  event: AtsEvent,
  obstacleOf: (subscription: Subscription) => Obstacle | undefined,
): boolean => {
  try {
    return obstacleOf(subscription) === undefined;
  } catch (error) {
    metrics.count('BrokenFilters');
    log({
      event: 'subscription.filter-fault',
      companyId: event.companyId,
      subscriptionId: subscription.id,
      eventId: event.id,
      // Not its message: it would quote the filter.
      errorName: error instanceof Error ? error.name : 'Unknown',
    });
    return false;
  }
};
