// Deleting a company: what it configured at once, all that is kept of it by the sweep.
import { type CompanyDeletion, deletionAsked } from '../../../shared/company-deletion.ts';
import { requestConflictsMax } from '../../../shared/limits.ts';
import { untilWritten } from '../../../shared/retry-conflicts.ts';
import type { Requester } from '../subscriptions/audit.ts';
import { type DeletionDeps, deleteIfThere } from '../subscriptions/delete-subscription.ts';

export interface CompanyDeletionDeps extends DeletionDeps {
  getDeletion(companyId: number): Promise<CompanyDeletion | undefined>;
  /** False where another writer was first. */
  putDeletion(deletion: CompanyDeletion): Promise<boolean>;
  /** From then on fan-out drops every event of the company. */
  putTombstone(companyId: number): Promise<void>;
  now(): Date;
}

/**
 * The tombstone first: what fan-out stores from here on, it drops again. Then the subscriptions with their keys, which
 * the sweep may not delete. A request that is cut off is to be repeated.
 */
export const deleteCompany = async (
  deps: CompanyDeletionDeps,
  companyId: number,
  requester: Requester,
): Promise<CompanyDeletion> => {
  await deps.putTombstone(companyId);
  for (const { id } of await deps.listSubscriptions(companyId)) {
    await deleteIfThere(deps, companyId, id, requester);
  }
  return untilWritten(requestConflictsMax, "the company's deletion", async () => {
    const known = await deps.getDeletion(companyId);
    const asked = deletionAsked(known, companyId, requester.caller, deps.now());
    return (asked === known || (await deps.putDeletion(asked))) && asked;
  });
};
