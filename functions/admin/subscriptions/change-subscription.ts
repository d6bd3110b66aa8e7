// Changing a subscription, as a merge patch: what is not named stays, null takes back. https://www.rfc-editor.org/rfc/rfc7396
import { afterEnabling, type Health } from '../../../shared/health.ts';
import { requestConflictsMax } from '../../../shared/limits.ts';
import { untilWritten } from '../../../shared/retry-conflicts.ts';
import type { ShownKey, SignatureScheme } from '../../../shared/signing-key.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { changeScheme, refuseScheme } from '../keys/rotate-secret.ts';
import { ProblemError } from '../problem.ts';
import { changeBy, type Requester } from './audit.ts';
import {
  changeHeaders,
  type HeaderDeps,
  headerNamesAfter,
  refuseHeaders,
} from './change-headers.ts';
import { type SubscriptionPatch, subscriptionToJson } from './subscription-json.ts';
import { settingsFrom } from './subscription-settings.ts';
import {
  checkTarget,
  claimUrl,
  refuseUrlOf,
  type UrlDeps,
  type UrlHash,
  urlHashOf,
} from './url-claims.ts';
import { type WriteDeps, writeSubscription } from './write-subscription.ts';

export interface ChangeDeps extends UrlDeps, WriteDeps, HeaderDeps {
  /** A new key, as it is stored. */
  makeKey(scheme: SignatureScheme): string;
  getHealth(companyId: number, id: string): Promise<Health | undefined>;
  /** False where another writer was first. */
  putHealth(health: Health): Promise<boolean>;
}

export interface Changed {
  readonly subscription: Subscription;
  /** Of a change of scheme: the new key, shown in this answer only. */
  readonly shown?: ShownKey;
}

interface Claim {
  readonly urlHash: UrlHash;
  readonly holder: Pick<Subscription, 'companyId' | 'id' | 'revision'>;
}

/**
 * Order of writes: the new URL's claim, the subscription, the old URL's release, header values and keys. A crash on
 * the way leaves what the same request, repeated, makes whole; but for the old URL's claim, which the next who wants
 * that URL takes over.
 * @throws ProblemError invalid-request · not-found · changed-meanwhile · url-in-use · not-possible-now
 */
export const changeSubscription = async (
  deps: ChangeDeps,
  companyId: number,
  id: string,
  patch: SubscriptionPatch,
  requester: Requester & { readonly ifMatch?: string },
): Promise<Changed> => {
  const target = patch.url === undefined ? undefined : await checkTarget(deps, patch.url);
  let before: Subscription | undefined;
  let claim: Claim | undefined;
  const decide = async (current: Subscription): Promise<Subscription> => {
    before = current;
    const next = patched(current, patch);
    await refuseHeaders(deps, current, next, patch.headers);
    const fields = changedFields(current, next, patch);
    if (fields.length === 0) return current;
    claim = await claimTarget(deps, current, target, patch.allow_same_url);
    await prepare(deps, current, next, patch);
    const change = changeBy(deps, requester, 'changed', fields, current.revision + 1);
    return { ...next, updatedAt: change.at, lastChange: change };
  };
  try {
    const subscription = await writeSubscription(deps, companyId, id, requester.ifMatch, decide);
    // First: what follows is refused where the subscription is deleted meanwhile.
    await releaseOld(deps, before!, subscription);
    await changeHeaders(deps, before!, subscription, patch.headers);
    const shown = patch.signature && (await changeScheme(deps, companyId, id));
    return { subscription, ...(shown && { shown }) };
  } catch (error) {
    if (error instanceof ProblemError && claim !== undefined) await giveBack(deps, claim);
    throw error;
  }
};

/** Null for what may be left out means: as if it had never been given. */
const patched = (current: Subscription, patch: SubscriptionPatch): Subscription => {
  const status = patch.status ?? current.status;
  const url = patch.url ?? current.url;
  return {
    ...current,
    url,
    eventTypes: patch.event_types ?? current.eventTypes,
    ...settingsFrom(patch),
    signature: patch.signature ?? current.signature,
    headerNames: headerNamesAfter(current, url, patch.headers),
    ...(patch.max_per_second !== undefined && { maxPerSecond: patch.max_per_second ?? undefined }),
    ...(patch.description !== undefined && { description: patch.description || undefined }),
    status,
    disabledAt: status === 'disabled' ? current.disabledAt : undefined,
  };
};

/** As the API names them. Header values may change where their names do not. */
const changedFields = (
  current: Subscription,
  next: Subscription,
  { headers }: SubscriptionPatch,
): string[] => {
  const [old, young] = [subscriptionToJson(current), subscriptionToJson(next)];
  const differing = (Object.keys(young) as (keyof typeof young)[])
    .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(young[name]))
    .map((name) => (name === 'header_names' ? 'headers' : name));
  const givesHeaders = Object.keys(headers ?? {}).length > 0;
  return [...new Set([...differing, ...(givesHeaders ? ['headers'] : [])])];
};

const claimTarget = async (
  deps: ChangeDeps,
  current: Subscription,
  target: UrlHash | undefined,
  allowSameUrl: boolean,
): Promise<Claim | undefined> => {
  const moves = target !== undefined && target !== urlHashOf(deps, current.url);
  if (!moves || allowSameUrl) return undefined;
  const { companyId, id } = current;
  const all = await deps.listSubscriptions(companyId);
  refuseUrlOf(
    deps,
    all.filter((other) => other.id !== id),
    target,
  );
  const holder = { companyId, id, revision: current.revision + 1 };
  await claimUrl(deps, target, holder);
  return { urlHash: target, holder };
};

/**
 * Before the subscription says so: a refusal of what would be refused after it, and a clean record of health, or the
 * next failure would switch the subscription off again. After a pause too, whose days are none without a success.
 */
const prepare = async (
  deps: ChangeDeps,
  current: Subscription,
  next: Subscription,
  { signature }: SubscriptionPatch,
): Promise<void> => {
  const { companyId, id } = next;
  if (signature !== undefined) await refuseScheme(deps, companyId, id, signature);
  if (current.status !== 'enabled' && next.status === 'enabled') await beginAnew(deps, next);
};

const beginAnew = async (deps: ChangeDeps, { companyId, id }: Subscription): Promise<void> => {
  await untilWritten(requestConflictsMax, "the subscription's health", async () => {
    const health = await deps.getHealth(companyId, id);
    return health === undefined || deps.putHealth(afterEnabling(health));
  });
};

const releaseOld = async (
  deps: ChangeDeps,
  before: Subscription,
  after: Subscription,
): Promise<void> => {
  const old = urlHashOf(deps, before.url);
  if (old === undefined || old === urlHashOf(deps, after.url)) return;
  await deps.releaseUrl(after.companyId, old, after);
};

/** Of a request that was refused: unless another has given the subscription this very URL meanwhile. */
const giveBack = async (deps: ChangeDeps, { urlHash, holder }: Claim): Promise<void> => {
  const current = await deps.getSubscription(holder.companyId, holder.id);
  if (current !== undefined && urlHashOf(deps, current.url) === urlHash) return;
  await deps.releaseUrl(holder.companyId, urlHash, holder);
};
