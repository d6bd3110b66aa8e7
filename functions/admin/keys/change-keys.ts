// A change of a subscription's keys or header values, against whoever changes them at the same time.
import { ConflictError } from '../../../shared/errors.ts';
import type { SigningKeys, StoredKeys } from '../../../shared/keys-table.ts';
import { notFound } from '../problem.ts';

export interface KeysDeps {
  getSigningKeys(companyId: number, id: string): Promise<StoredKeys | undefined>;
  /** False where they changed since they were read. */
  replaceSigningKeys(companyId: number, id: string, keys: StoredKeys): Promise<boolean>;
}

/** Changes that may come first, one after another, before this one gives up. */
const conflictsMax = 10;

/**
 * Answers with the keys as they are then. The same object from `change` means: leave them.
 * @throws ProblemError not-found
 */
export const changeKeys = async (
  deps: KeysDeps,
  companyId: number,
  id: string,
  change: (keys: SigningKeys) => SigningKeys | Promise<SigningKeys>,
): Promise<SigningKeys> => {
  for (let conflicts = 0; conflicts < conflictsMax; conflicts += 1) {
    const stored = await deps.getSigningKeys(companyId, id);
    if (stored === undefined) throw notFound('subscription');
    const changed = await change(stored);
    if (changed === stored) return stored;
    const { revision } = stored;
    if (await deps.replaceSigningKeys(companyId, id, { ...changed, revision })) return changed;
  }
  throw new ConflictError("other writers kept changing the subscription's keys");
};
