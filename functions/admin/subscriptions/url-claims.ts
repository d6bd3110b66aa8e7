// The URL of a subscription: may it be called, and is it the company's only one to this receiver.
import { createHash } from 'node:crypto';
import type { Resolution } from '../../../shared/address-guard/resolve-name.ts';
import { checkUrl, type GuardRules, type Reach } from '../../../shared/address-guard.ts';
import { requestLeaseMs } from '../../../shared/limits.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import type { UrlClaim } from '../../../shared/url-claims-table.ts';
import { invalidRequest, urlInUse, urlIsBeingClaimed } from '../problem.ts';

export interface UrlDeps {
  /** Undefined where there is none, or it is deleted. */
  getSubscription(companyId: number, id: string): Promise<Subscription | undefined>;
  getUrlClaim(companyId: number, urlHash: string): Promise<UrlClaim | undefined>;
  claimUrl(
    companyId: number,
    urlHash: string,
    claim: UrlClaim,
    instead?: UrlClaim,
  ): Promise<boolean>;
  releaseUrl(
    companyId: number,
    urlHash: string,
    holder: Pick<Subscription, 'id' | 'revision'>,
  ): Promise<boolean>;
  resolveName(hostname: string, reach: Reach): Promise<Resolution>;
  readonly guardRules: GuardRules;
  now(): Date;
}

/** A URL in its normalised form, hashed: two spellings of one URL have one. */
export type UrlHash = string & { readonly urlHash?: never };

/**
 * A name that does not resolve yet is taken; one that resolves to a private address is not.
 * @throws ProblemError invalid-request
 */
export const checkTarget = async (deps: UrlDeps, url: string): Promise<UrlHash> => {
  const checked = checkUrl(url, deps.guardRules);
  if (!checked.ok) throw invalidRequest([{ path: 'url', message: checked.reason }]);
  const resolution = await deps.resolveName(checked.url.hostname, checked.reach);
  if (resolution.kind === 'blocked') {
    throw invalidRequest([{ path: 'url', message: `cannot be called: ${resolution.reason}` }]);
  }
  return hashOf(checked.normalised);
};

/** Of a URL that was taken before. Undefined where the guard's rules have changed since: it holds no claim. */
export const urlHashOf = ({ guardRules }: UrlDeps, url: string): UrlHash | undefined => {
  const checked = checkUrl(url, guardRules);
  return checked.ok ? hashOf(checked.normalised) : undefined;
};

/**
 * The claims say nothing of subscriptions made with `allow_same_url`.
 * @throws ProblemError url-in-use
 */
export const refuseUrlOf = (
  deps: UrlDeps,
  others: readonly Subscription[],
  urlHash: UrlHash,
): void => {
  const holder = others.find(
    ({ url, deletedAt }) => deletedAt === undefined && urlHashOf(deps, url) === urlHash,
  );
  if (holder !== undefined) throw urlInUse(holder.id);
};

/**
 * Claims a URL for a subscription's revision that is about to be written: before it is, so that of two requests
 * only one goes on. What a crash left behind is taken over: at once where it was this very request, tried before
 * for another slot.
 * @throws ProblemError url-in-use
 */
export const claimUrl = async (
  deps: UrlDeps,
  urlHash: UrlHash,
  { companyId, id, revision }: Pick<Subscription, 'companyId' | 'id' | 'revision'>,
): Promise<void> => {
  const mine = { subscriptionId: id, claimedAt: deps.now(), revision };
  if (await deps.claimUrl(companyId, urlHash, mine)) return;
  const theirs = await deps.getUrlClaim(companyId, urlHash);
  if (theirs !== undefined && tailOf(theirs.subscriptionId) !== tailOf(id)) {
    const holder = await deps.getSubscription(companyId, theirs.subscriptionId);
    if (holder !== undefined && urlHashOf(deps, holder.url) === urlHash) throw urlInUse(holder.id);
    // A claim that leads nowhere is left over from a crash, or its request is under way.
    const ageMs = mine.claimedAt.getTime() - theirs.claimedAt.getTime();
    if (ageMs < requestLeaseMs) throw urlIsBeingClaimed();
  }
  if (!(await deps.claimUrl(companyId, urlHash, mine, theirs))) throw urlIsBeingClaimed();
};

/** What one request draws for its subscription's id, whichever slot it comes to. */
const tailOf = (subscriptionId: string): string => subscriptionId.slice('sub_000'.length);

const hashOf = (normalisedUrl: string): UrlHash =>
  createHash('sha256').update(normalisedUrl).digest('hex');
