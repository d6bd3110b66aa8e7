// Deleting a subscription: it is marked, and what waits for it is cancelled when it is met.
import type { Subscription } from '../../../shared/subscription.ts';
import { notFound, ProblemError } from '../problem.ts';
import { changeBy, type Requester } from './audit.ts';
import { type UrlDeps, urlHashOf } from './url-claims.ts';
import { type WriteDeps, writeSubscription } from './write-subscription.ts';

export interface DeletionDeps extends UrlDeps, WriteDeps {
  deleteSigningKeys(companyId: number, id: string): Promise<void>;
}

/**
 * Of one that is deleted already, it removes what a crash may have left, and says that there is none.
 * @throws ProblemError not-found · changed-meanwhile
 */
export const deleteSubscription = async (
  deps: DeletionDeps,
  companyId: number,
  id: string,
  requester: Requester & { readonly ifMatch?: string },
): Promise<void> => {
  const row = (await deps.listSubscriptions(companyId)).find((each) => each.id === id);
  if (row === undefined) throw notFound('subscription');
  const tidy = async (deleted: Subscription) => {
    await deps.deleteSigningKeys(companyId, id);
    const urlHash = urlHashOf(deps, deleted.url);
    if (urlHash !== undefined) await deps.releaseUrl(companyId, urlHash, deleted);
  };
  if (row.deletedAt !== undefined) {
    await tidy(row);
    throw notFound('subscription');
  }
  const deleted = await writeSubscription(deps, companyId, id, requester.ifMatch, (current) => {
    const change = changeBy(deps, requester, 'deleted', [], current.revision + 1);
    return { ...current, deletedAt: change.at, updatedAt: change.at, lastChange: change };
  });
  await tidy(deleted);
};

/** One that is deleted already is tidied up, and counts as deleted. */
export const deleteIfThere = async (
  ...args: Parameters<typeof deleteSubscription>
): Promise<void> => {
  try {
    await deleteSubscription(...args);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
};
