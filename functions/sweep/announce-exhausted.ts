// Deliveries that ran out of attempts, of which the ATS has yet to be told: once told, their timer ends.
import type { Delivery } from '../../shared/delivery.ts';
import { sweepLeaseMs } from '../../shared/limits.ts';
import { exhaustedEvent, type OperationalEvent } from '../../shared/operational-events.ts';
import type { Hint } from '../../shared/timers-table.ts';
import { eachGuarded } from './each-guarded.ts';
import type { DueDeps } from './enqueue-due.ts';

export interface AnnounceDeps extends Omit<DueDeps, 'enqueue'> {
  /** Returns the events that the bus did not take. */
  publish(events: OperationalEvent[]): Promise<OperationalEvent[]>;
}

/** At least once: a crash after publishing publishes the same event, with the same id, when the lease is over. */
export const announceExhausted = async (
  deps: AnnounceDeps,
  hints: readonly Hint[],
): Promise<number> => {
  const until = new Date(deps.now().getTime() + sweepLeaseMs);
  const claimed = await eachGuarded(deps, hints, async (hint) => {
    const delivery = await deps.claimDue(hint, until);
    return delivery && { hint, event: eventOf(delivery) };
  });
  const left = new Set(await deps.publish(claimed.flatMap(({ event }) => event ?? [])));
  const told = claimed.filter(({ event }) => event === undefined || !left.has(event));
  await eachGuarded(
    deps,
    told.map(({ hint }) => hint),
    (hint) => deps.clearDue(hint, until),
  );
  return told.length;
};

const eventOf = (delivery: Delivery) =>
  delivery.status === 'exhausted' ? exhaustedEvent(delivery) : undefined;
