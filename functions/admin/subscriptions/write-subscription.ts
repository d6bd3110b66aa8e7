// Writing a subscription's next revision over the one that it was made from, and no other.
import { requestConflictsMax } from '../../../shared/limits.ts';
import { untilWritten } from '../../../shared/retry-conflicts.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { refuseStale } from '../etag.ts';
import { notFound } from '../problem.ts';
import { type AuditDeps, copyAudit } from './audit.ts';

export interface WriteDeps extends AuditDeps {
  getSubscription(companyId: number, id: string): Promise<Subscription | undefined>;
  /** False where the revision before it is no longer the one that is there. */
  replaceSubscription(subscription: Subscription): Promise<boolean>;
}

/**
 * Without `If-Match` the last change wins; but it is made from what the others left, never over it unseen. The same
 * object from `next` means: leave it.
 * @throws ProblemError not-found · changed-meanwhile, and whatever `next` throws
 */
export const writeSubscription = (
  deps: WriteDeps,
  companyId: number,
  id: string,
  ifMatch: string | undefined,
  next: (current: Subscription) => Subscription | Promise<Subscription>,
): Promise<Subscription> =>
  untilWritten(requestConflictsMax, 'the subscription', async () => {
    const current = await deps.getSubscription(companyId, id);
    if (current === undefined) throw notFound('subscription');
    refuseStale(ifMatch, current);
    const changed = await next(current);
    if (changed === current) return current;
    await copyAudit(deps, current);
    const written = { ...changed, revision: current.revision + 1 };
    return (await deps.replaceSubscription(written)) && written;
  });
