// A change of a subscription's keys or header values, against whoever changes them at the same time.
import type { SigningKeys, StoredKeys } from '../../../shared/keys-table.ts';
import { requestConflictsMax } from '../../../shared/limits.ts';
import { untilWritten } from '../../../shared/retry-conflicts.ts';
import { notFound } from '../problem.ts';

export interface KeysDeps {
  getSigningKeys(companyId: number, id: string): Promise<StoredKeys | undefined>;
  /** False where they changed since they were read. */
  replaceSigningKeys(companyId: number, id: string, keys: StoredKeys): Promise<boolean>;
}

/**
 * Answers with the keys as they are then. The same object from `change` means: leave them.
 * @throws ProblemError not-found
 */
export const changeKeys = (
  deps: KeysDeps,
  companyId: number,
  id: string,
  change: (keys: SigningKeys) => SigningKeys | Promise<SigningKeys>,
): Promise<SigningKeys> =>
  untilWritten(requestConflictsMax, "the subscription's keys", async () => {
    const stored = await deps.getSigningKeys(companyId, id);
    if (stored === undefined) throw notFound('subscription');
    const changed = await change(stored);
    if (changed === stored) return stored;
    const { revision } = stored;
    return (await deps.replaceSigningKeys(companyId, id, { ...changed, revision })) && changed;
  });
