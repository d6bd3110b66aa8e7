// Creating a subscription: without transactions, and without a race or a crash that breaks a rule.
import { giveHeaders } from '../../../shared/custom-headers.ts';
import { slotOf, subscriptionIdOf } from '../../../shared/identifiers.ts';
import type { SigningKeys } from '../../../shared/keys-table.ts';
import { type ShownKey, shownKey } from '../../../shared/signing-key.ts';
import { currentVersions, type Subscription } from '../../../shared/subscription.ts';
import { findRotated, type RotationDeps } from '../keys/rotate-secret.ts';
import { companyDeleted, gone, ProblemError, tooManySubscriptions } from '../problem.ts';
import { changeBy, copyAudit, type Requester } from './audit.ts';
import { type DeletionDeps, deleteIfThere } from './delete-subscription.ts';
import type { NewSubscription } from './subscription-json.ts';
import { settingsFrom } from './subscription-settings.ts';
import { checkTarget, claimUrl, refuseUrlOf } from './url-claims.ts';

export interface CreationDeps extends DeletionDeps, RotationDeps {
  putSubscription(subscription: Subscription): Promise<boolean>;
  putSigningKeys(companyId: number, id: string, keys: SigningKeys): Promise<void>;
  /** Strongly consistent: whether the company's tombstone stands. */
  isCompanyErased(companyId: number): Promise<boolean>;
  randomHex(bytes: number): string;
  /** Of one company, at most. */
  readonly subscriptionsMax: number;
}

export interface Created {
  readonly subscription: Subscription;
  /** A secret is shown in the answer to the creation, and nowhere else. Undefined once another has taken its place. */
  readonly shown?: ShownKey;
}

/**
 * Order of writes: the URL's claim, the keys, the subscription. A crash on the way leaves a claim that a later
 * request for that URL takes over, and keys that nobody reads; never a subscription without keys. Repeated from the
 * same seed, it finds what it made. The tombstone is read again at the end: where the company's deletion did not see
 * the subscription, this sees the deletion.
 * @throws ProblemError invalid-request · url-in-use · too-many-subscriptions · not-possible-now · gone
 */
export const createSubscription = async (
  deps: CreationDeps,
  companyId: number,
  request: NewSubscription,
  requester: Requester,
): Promise<Created> => {
  const tail = tailOf(requester.seed);
  const urlHash = await checkTarget(deps, request.url);
  if (await deps.isCompanyErased(companyId)) throw companyDeleted();
  let claimed: Subscription | undefined;
  try {
    for (let losses = 0; ; losses += 1) {
      const all = await deps.listSubscriptions(companyId);
      const made = all.find(({ id }) => id.endsWith(tail));
      if (made !== undefined) return await showCreated(deps, made);
      if (!request.allow_same_url) refuseUrlOf(deps, all, urlHash);
      const slot = pickSlot(deps, all, losses);
      const subscription = subscriptionFrom(request, {
        id: subscriptionIdOf(slot, tail),
        companyId,
        lastChange: changeBy(deps, requester, 'created', [], 1),
      });
      if (!request.allow_same_url) {
        await claimUrl(deps, urlHash, subscription);
        claimed = subscription;
      }
      const shown = await putKeys(deps, subscription, request, tail);
      const deleted = all.find(({ id }) => slotOf(id) === slot);
      if (deleted !== undefined) await copyAudit(deps, deleted);
      if (!(await deps.putSubscription(subscription))) {
        await deps.deleteSigningKeys(companyId, subscription.id);
        continue;
      }
      if (!(await deps.isCompanyErased(companyId))) return { subscription, shown };
      await deleteIfThere(deps, companyId, subscription.id, requester);
      throw companyDeleted();
    }
  } catch (error) {
    // Only a refusal gives the claim back: after a fault, the subscription may be there all the same.
    if (error instanceof ProblemError && claimed !== undefined) {
      await deps.releaseUrl(companyId, urlHash, claimed);
    }
    throw error;
  }
};

/**
 * The answer to a creation, again.
 * @throws ProblemError gone
 */
export const findCreated = async (
  deps: Pick<CreationDeps, 'getSubscription' | 'getSigningKeys'>,
  companyId: number,
  id: string,
): Promise<Created> => {
  const subscription = await deps.getSubscription(companyId, id);
  if (subscription === undefined) throw gone('subscription');
  return showCreated(deps, subscription);
};

const showCreated = async (
  deps: Pick<CreationDeps, 'getSigningKeys'>,
  subscription: Subscription,
): Promise<Created> => {
  const { companyId, id } = subscription;
  if (subscription.deletedAt !== undefined) throw gone('subscription');
  return { subscription, ...(await findRotated(deps, companyId, id, id.slice(-tailDigits))) };
};

const tailDigits = 20;

const tailOf = (seed: string): string => seed.slice(0, tailDigits);

const putKeys = async (
  deps: CreationDeps,
  { companyId, id, url, signature }: Subscription,
  { headers }: NewSubscription,
  madeBy: string,
): Promise<ShownKey> => {
  const secret = deps.makeKey(signature ?? 'v1');
  await deps.putSigningKeys(companyId, id, {
    keys: [{ secret, madeBy }],
    ...(headers && { headers: giveHeaders(undefined, url, headers) }),
  });
  return shownKey(secret);
};

/** The first free slot; after a loss any, so that requests side by side do not meet again. */
const pickSlot = (deps: CreationDeps, all: readonly Subscription[], losses: number): number => {
  const taken = new Set(
    all.filter(({ deletedAt }) => deletedAt === undefined).map(({ id }) => slotOf(id)),
  );
  if (taken.size >= deps.subscriptionsMax) throw tooManySubscriptions(deps.subscriptionsMax);
  const slots = Array.from({ length: deps.subscriptionsMax }, (_, slot) => slot);
  const free = slots.filter((slot) => !taken.has(slot));
  const pick = losses === 0 ? 0 : Number.parseInt(deps.randomHex(4), 16) % free.length;
  return free[pick]!;
};

const subscriptionFrom = (
  request: NewSubscription,
  made: Pick<Subscription, 'id' | 'companyId'> & Required<Pick<Subscription, 'lastChange'>>,
): Subscription => ({
  ...made,
  url: request.url,
  eventTypes: request.event_types,
  ...settingsFrom(request),
  versions: currentVersions(),
  ...(request.signature !== undefined && { signature: request.signature }),
  ...(request.headers && { headerNames: Object.keys(request.headers) }),
  ...(request.max_per_second && { maxPerSecond: request.max_per_second }),
  status: request.status,
  ...(request.description && { description: request.description }),
  createdAt: made.lastChange.at,
  updatedAt: made.lastChange.at,
  revision: 1,
});
