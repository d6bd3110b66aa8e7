// Creating and deleting a subscription: without transactions, and without a race that breaks a rule.
import { createHash } from 'node:crypto';
import type { Resolution } from '../../../shared/address-guard/resolve-name.ts';
import {
  type CheckedUrl,
  checkUrl,
  type GuardRules,
  type Reach,
} from '../../../shared/address-guard.ts';
import { giveHeaders } from '../../../shared/custom-headers.ts';
import { slotOf, subscriptionIdOf } from '../../../shared/identifiers.ts';
import type { SigningKeys } from '../../../shared/keys-table.ts';
import { subscriptionsPerCompanyMax } from '../../../shared/limits.ts';
import { type ShownKey, type SignatureScheme, shownKey } from '../../../shared/signing-key.ts';
import { currentVersions, type Subscription } from '../../../shared/subscription.ts';
import type { UrlClaim } from '../../../shared/subscriptions-table.ts';
import {
  invalidRequest,
  ProblemError,
  tooManySubscriptions,
  urlInUse,
  urlIsBeingClaimed,
} from '../problem.ts';
import type { NewSubscription } from './subscription-json.ts';
import { settingsFrom } from './subscription-settings.ts';

export interface SubscriptionDeps {
  /** Deleted ones too, whose slot is still theirs. */
  listSubscriptions(companyId: number): Promise<Subscription[]>;
  getSubscription(companyId: number, id: string): Promise<Subscription | undefined>;
  putSubscription(subscription: Subscription): Promise<boolean>;
  markDeleted(subscription: Subscription, now: Date): Promise<boolean>;
  getUrlClaim(companyId: number, urlHash: string): Promise<UrlClaim | undefined>;
  claimUrl(
    companyId: number,
    urlHash: string,
    claim: UrlClaim,
    instead?: UrlClaim,
  ): Promise<boolean>;
  releaseUrl(companyId: number, urlHash: string, subscriptionId: string): Promise<boolean>;
  putSigningKeys(companyId: number, id: string, keys: SigningKeys): Promise<void>;
  deleteSigningKeys(companyId: number, id: string): Promise<void>;
  resolveName(hostname: string, reach: Reach): Promise<Resolution>;
  readonly guardRules: GuardRules;
  now(): Date;
  randomHex(bytes: number): string;
  /** A new key, as it is stored. */
  makeKey(scheme: SignatureScheme): string;
}

export interface Created {
  readonly subscription: Subscription;
  /** A secret is shown in the answer to the creation, and nowhere else. */
  readonly shown: ShownKey;
}

/** Milliseconds after which a claim without a subscription is left over from a crash, not from a request under
 *  way: twice a function's time-out. */
const claimIsLeftOverMs = 60_000;

/**
 * Order of writes: the URL's claim, the keys, the subscription. A crash on the way leaves a claim that a later
 * request for that URL takes over, and keys that nobody reads; never a subscription without keys.
 * @throws ProblemError invalid-request · url-in-use · too-many-subscriptions
 */
export const createSubscription = async (
  deps: SubscriptionDeps,
  companyId: number,
  request: NewSubscription,
): Promise<Created> => {
  const { normalised } = await checkTarget(deps, request.url);
  const urlHash = hashOf(normalised);
  const tail = deps.randomHex(10);
  const now = deps.now();
  let claimed: UrlClaim | undefined;
  try {
    for (let losses = 0; ; losses += 1) {
      const living = await listLiving(deps, companyId);
      if (!request.allow_same_url) refuseUrlOf(living, deps.guardRules, normalised);
      const id = subscriptionIdOf(pickSlot(deps, living, losses), tail);
      if (!request.allow_same_url) {
        const claim = { subscriptionId: id, claimedAt: now };
        await claimUrl(deps, companyId, urlHash, claim, claimed);
        claimed = claim;
      }
      const subscription = subscriptionFrom(request, { id, companyId, now });
      const key = deps.makeKey(subscription.signature ?? 'v1');
      await deps.putSigningKeys(companyId, id, {
        keys: [{ secret: key }],
        ...(request.headers && { headers: giveHeaders(undefined, request.url, request.headers) }),
      });
      if (await deps.putSubscription(subscription)) return { subscription, shown: shownKey(key) };
      await deps.deleteSigningKeys(companyId, id);
    }
  } catch (error) {
    // Only a refusal gives the claim back: after a fault, the subscription may be there all the same.
    if (error instanceof ProblemError && claimed !== undefined) {
      await deps.releaseUrl(companyId, urlHash, claimed.subscriptionId);
    }
    throw error;
  }
};

/**
 * Deletes a subscription: marked, so that what waits is cancelled when it is met. False where there is none.
 * Again for one that is deleted: then it removes what a crash may have left of it.
 */
export const deleteSubscription = async (
  deps: SubscriptionDeps,
  companyId: number,
  id: string,
): Promise<boolean> => {
  const all = await deps.listSubscriptions(companyId);
  const subscription = all.find((candidate) => candidate.id === id);
  if (subscription === undefined) return false;
  const isLiving = subscription.deletedAt === undefined;
  // Its answer does not matter: whoever marked it, this request or another, it is deleted now.
  if (isLiving) await deps.markDeleted(subscription, deps.now());
  await deps.deleteSigningKeys(companyId, id);
  const checked = checkUrl(subscription.url, deps.guardRules);
  if (checked.ok) await deps.releaseUrl(companyId, hashOf(checked.normalised), id);
  return isLiving;
};

/** A name that does not resolve yet is taken; one that resolves to a private address is not. */
const checkTarget = async (
  deps: SubscriptionDeps,
  url: string,
): Promise<Extract<CheckedUrl, { ok: true }>> => {
  const checked = checkUrl(url, deps.guardRules);
  if (!checked.ok) throw invalidRequest([{ path: 'url', message: checked.reason }]);
  const resolution = await deps.resolveName(checked.url.hostname, checked.reach);
  if (resolution.kind === 'blocked') {
    throw invalidRequest([{ path: 'url', message: `cannot be called: ${resolution.reason}` }]);
  }
  return checked;
};

const listLiving = async (deps: SubscriptionDeps, companyId: number): Promise<Subscription[]> => {
  const all = await deps.listSubscriptions(companyId);
  return all.filter(({ deletedAt }) => deletedAt === undefined);
};

/** The claims say nothing of subscriptions made with `allow_same_url`. */
const refuseUrlOf = (
  living: readonly Subscription[],
  rules: GuardRules,
  normalised: string,
): void => {
  const holder = living.find(({ url }) => {
    const checked = checkUrl(url, rules);
    return checked.ok && checked.normalised === normalised;
  });
  if (holder !== undefined) throw urlInUse(holder.id);
};

/** The first free slot; after a loss any, so that requests side by side do not meet again. */
const pickSlot = (
  deps: SubscriptionDeps,
  living: readonly Subscription[],
  losses: number,
): number => {
  const taken = new Set(living.map(({ id }) => slotOf(id)));
  const all = Array.from({ length: subscriptionsPerCompanyMax }, (_, slot) => slot);
  const free = all.filter((slot) => !taken.has(slot));
  const pick = losses === 0 ? 0 : Number.parseInt(deps.randomHex(4), 16) % free.length;
  const slot = free[pick];
  if (slot === undefined) throw tooManySubscriptions();
  return slot;
};

/** Claims the URL, instead of the claim that this request made for another slot, or of one left over. */
const claimUrl = async (
  deps: SubscriptionDeps,
  companyId: number,
  urlHash: string,
  mine: UrlClaim,
  before: UrlClaim | undefined,
): Promise<void> => {
  if (await deps.claimUrl(companyId, urlHash, mine, before)) return;
  const theirs = await deps.getUrlClaim(companyId, urlHash);
  if (theirs !== undefined) {
    const holder = await deps.getSubscription(companyId, theirs.subscriptionId);
    if (holder !== undefined) throw urlInUse(holder.id);
    const ageMs = mine.claimedAt.getTime() - theirs.claimedAt.getTime();
    if (ageMs < claimIsLeftOverMs) throw urlIsBeingClaimed();
  }
  if (!(await deps.claimUrl(companyId, urlHash, mine, theirs))) throw urlIsBeingClaimed();
};

const subscriptionFrom = (
  request: NewSubscription,
  { id, companyId, now }: { id: string; companyId: number; now: Date },
): Subscription => ({
  id,
  companyId,
  url: request.url,
  eventTypes: request.event_types,
  ...settingsFrom(request),
  versions: currentVersions(),
  ...(request.signature !== undefined && { signature: request.signature }),
  ...(request.headers && { headerNames: Object.keys(request.headers) }),
  status: request.status,
  ...(request.description !== undefined && { description: request.description }),
  createdAt: now,
  updatedAt: now,
  revision: 1,
});

const hashOf = (normalisedUrl: string): string =>
  createHash('sha256').update(normalisedUrl).digest('hex');
