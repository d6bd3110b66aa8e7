// Which of a company's subscriptions want an event. One broken filter is no other subscription's trouble.
import type { AtsEvent } from '../../shared/event.ts';
import type { Work } from '../../shared/event-pattern/work.ts';
import { fullBodiesOf } from '../../shared/event-variant.ts';
import { findObstacle, type Obstacle } from '../../shared/explain.ts';
import { eventStepsMax, filterStepsMax } from '../../shared/limits.ts';
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
  const share = shareWork(subscriptions.length);
  const obstacleOf = (subscription: Subscription) =>
    share((work) => findObstacle(subscription, deps.conditionsOf, event, storedAt, bodyFor, work));
  return subscriptions.filter((subscription) =>
    event.test
      ? subscription.id === event.test.subscriptionId && subscription.deletedAt === undefined
      : wants(deps, subscription, event, obstacleOf),
  );
};

/**
 * Shares what an event may cost among those that judge it, one after the other: each is sure of its part, and leaves to
 * the others what it does not use. So no hundred filters hold up the events behind this one.
 */
const shareWork = (count: number) => {
  let left = eventStepsMax;
  let judges = count;
  return <Result>(judge: (work: Work) => Result): Result => {
    const part = Math.min(filterStepsMax, Math.floor(left / Math.max(judges, 1)));
    const work = { left: part };
    judges -= 1;
    try {
      return judge(work);
    } finally {
      left -= part - Math.max(work.left, 0);
    }
  };
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
