// Deliveries whose next attempt is due: claimed for a lease, sent to the slow lane.
import type { Delivery } from '../../shared/delivery.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import { sweepLeaseMs } from '../../shared/limits.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import type { Hint } from '../../shared/timers-table.ts';
import { eachGuarded, type GuardDeps } from './each-guarded.ts';

export interface DueDeps extends GuardDeps {
  /** Takes a due row for itself until `until`. Undefined where another was first. */
  claimDue(hint: Hint, until: Date): Promise<Delivery | undefined>;
  /** Ends the timer of a row that was claimed until then. */
  clearDue(hint: Hint, claimedUntil: Date): Promise<boolean>;
  /** To the slow lane. Returns what the queue did not take. */
  enqueue(messages: QueueMessage[]): Promise<QueueMessage[]>;
  now(): Date;
}

/**
 * Claims first, then sends: a crash in between, or a message that the queue did not take, makes a delivery late
 * by the lease. Sent first, a row that cannot be claimed would be sent by every sweep.
 */
export const enqueueDue = async (deps: DueDeps, hints: readonly Hint[]): Promise<number> => {
  const until = new Date(deps.now().getTime() + sweepLeaseMs);
  const messages = await eachGuarded(deps, hints, async (hint) => {
    const delivery = await deps.claimDue(hint, until);
    if (delivery?.status === 'waiting') {
      // Its own time, not the timer's: a lease that ended in vain has made the timer young again.
      const overdueMs = deps.now().getTime() - (delivery.dueAt ?? deps.now()).getTime();
      deps.metrics.keepMax('OldestDueAge', overdueMs / 1000);
      return nextAttemptMessage(delivery);
    }
    if (delivery) await deps.clearDue(hint, until);
    return undefined;
  });
  const left = await deps.enqueue(messages);
  if (left.length > 0) deps.log({ event: 'sweep.left', messages: left.length });
  return messages.length - left.length;
};
