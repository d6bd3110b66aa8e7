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
  if (event.test) {
    const { subscriptionId } = event.test;
    return subscriptions.filter((one) => one.id === subscriptionId && one.deletedAt === undefined);
  }
  const bodyFor = fullBodiesOf(event);
  const found = judgeAll(subscriptions, (subscription, work) =>
    findObstacle(subscription, deps.conditionsOf, event, storedAt, bodyFor, work),
  );
  return subscriptions.filter((subscription, index) =>
    wants(deps, subscription, event, found[index]!),
  );
};

type Judge = (subscription: Subscription, work: Work) => Obstacle | undefined;

interface Judged {
  readonly obstacle?: Obstacle | undefined;
  readonly error?: unknown;
  /** Steps that it was given, which did not suffice. */
  readonly usedUp?: number;
}

/**
 * Shares what an event may cost among those that judge it, so that no hundred filters hold up the events behind this
 * one. In turn, each is sure of its part, and leaves to the others what it does not use. What is left over then goes to
 * those whose part was too small, in their order: each judges once more, from the beginning.
 */
const judgeAll = (subscriptions: readonly Subscription[], judge: Judge): Judged[] => {
  let left = eventStepsMax;
  const judgeWithin = (subscription: Subscription, part: number): Judged => {
    const work = { left: part };
    try {
      return { obstacle: judge(subscription, work) };
    } catch (error) {
      return { error, ...(work.left < 0 && { usedUp: part }) };
    } finally {
      left -= part - Math.max(work.left, 0);
    }
  };
  const inTurn = subscriptions.map((subscription, index) => {
    const part = Math.floor(left / (subscriptions.length - index));
    return judgeWithin(subscription, Math.min(filterStepsMax, part));
  });
  return inTurn.map((judged, index) => {
    const part = Math.min(filterStepsMax, left);
    const mayHelp = judged.usedUp !== undefined && part > judged.usedUp;
    return mayHelp ? judgeWithin(subscriptions[index]!, part) : judged;
  });
};

/**
 * A filter that cannot be compiled or applied lets nothing pass: nobody knows what it would have kept back. Creation
 * refuses such filters, so this is a fault. A repetition would meet it again, and the others would wait for it.
 */
const wants = (
  { metrics, log }: RecipientsDeps,
  subscription: Subscription,
  event: AtsEvent,
  { obstacle, error }: Judged,
): boolean => {
  if (error === undefined) return obstacle === undefined;
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
};
