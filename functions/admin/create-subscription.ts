// Creating and deleting a subscription: without transactions, and without a race that breaks a rule.
import { createHash } from 'node:crypto';
import { checkUrl, type GuardRules } from '../../shared/address-guard.ts';
import { subscriptionIdOf } from '../../shared/identifiers.ts';
import type { SigningKeys } from '../../shared/keys-table.ts';
import { subscriptionsPerCompanyMax } from '../../shared/limits.ts';
import type { Subscription } from '../../shared/subscription.ts';
import type { UrlClaim } from '../../shared/subscriptions-table.ts';
import { invalidRequest, ProblemError } from './problem.ts';
import type { NewSubscription } from './subscription-json.ts';

export interface SubscriptionDeps {
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
  readonly guardRules: GuardRules;
  now(): Date;
  randomHex(bytes: number): string;
  makeSecret(): string;
}

export interface Created {
  readonly subscription: Subscription;
  /** Shown in the answer to the creation, and nowhere else. */
  readonly secret: string;
}

/** Milliseconds after which a claim without a subscription is left over from a crash, not from a request under way. */
const claimIsLeftOverMs = 60_000;

/**
 * Order of writes: the URL's claim, the keys, the subscription. A crash on the way leaves a claim that the
 * next request for that URL takes over, and keys that nobody reads; never a subscription without keys.
 * @throws ProblemError invalid-request · url-in-use · too-many-subscriptions
 */
export const createSubscription = async (
  deps: SubscriptionDeps,
  companyId: number,
  request: NewSubscription,
): Promise<Created> => {
  const checked = checkUrl(request.url, deps.guardRules);
  if (!checked.ok) throw invalidRequest([{ path: 'url', message: checked.reason }]);
  const urlHash = hashOf(checked.normalised);
  const slots = await freeSlots(deps, companyId);
  const now = deps.now();
  const tail = deps.randomHex(10);

  for (const slot of slots) {
    const id = subscriptionIdOf(slot, tail);
    if (!request.allow_same_url)
      await claim(deps, companyId, urlHash, { subscriptionId: id, claimedAt: now });
    const secret = deps.makeSecret();
    await deps.putSigningKeys(companyId, id, { secrets: [secret] });
    const subscription = subscriptionFrom(request, { id, companyId, now });
    if (await deps.putSubscription(subscription)) return { subscription, secret };
    // Somebody took the slot in between: undo, and try the next.
    await deps.deleteSigningKeys(companyId, id);
    await deps.releaseUrl(companyId, urlHash, id);
  }
  throw tooMany();
};

/** Deletes a subscription: marked, so that what waits is cancelled when it is met. False where there is none. */
export const deleteSubscription = async (
  deps: SubscriptionDeps,
  companyId: number,
  id: string,
): Promise<boolean> => {
  const subscription = await deps.getSubscription(companyId, id);
  if (subscription === undefined || !(await deps.markDeleted(subscription, deps.now())))
    return false;
  const checked = checkUrl(subscription.url, deps.guardRules);
  if (checked.ok) await deps.releaseUrl(companyId, hashOf(checked.normalised), id);
  await deps.deleteSigningKeys(companyId, id);
  return true;
};

const freeSlots = async (deps: SubscriptionDeps, companyId: number): Promise<number[]> => {
  const living = (await deps.listSubscriptions(companyId)).filter(
    ({ deletedAt }) => deletedAt === undefined,
  );
  const taken = new Set(living.map(({ id }) => Number(id.slice(4, 7))));
  const free = Array.from({ length: subscriptionsPerCompanyMax }, (_, slot) => slot).filter(
    (slot) => !taken.has(slot),
  );
  if (free.length === 0) throw tooMany();
  return free;
};

const claim = async (
  deps: SubscriptionDeps,
  companyId: number,
  urlHash: string,
  mine: UrlClaim,
): Promise<void> => {
  if (await deps.claimUrl(companyId, urlHash, mine)) return;
  const theirs = await deps.getUrlClaim(companyId, urlHash);
  if (theirs !== undefined) {
    const isAlive = (await deps.getSubscription(companyId, theirs.subscriptionId)) !== undefined;
    const isFresh = mine.claimedAt.getTime() - theirs.claimedAt.getTime() < claimIsLeftOverMs;
    if (isAlive || isFresh) throw urlInUse(theirs.subscriptionId);
  }
  if (!(await deps.claimUrl(companyId, urlHash, mine, theirs))) throw urlInUse();
};

const subscriptionFrom = (
  request: NewSubscription,
  { id, companyId, now }: { id: string; companyId: number; now: Date },
): Subscription => ({
  id,
  companyId,
  url: request.url,
  eventTypes: request.event_types,
  status: request.status,
  ...(request.description !== undefined && { description: request.description }),
  createdAt: now,
  updatedAt: now,
  revision: 1,
});

const hashOf = (normalisedUrl: string): string =>
  createHash('sha256').update(normalisedUrl).digest('hex');

const urlInUse = (subscriptionId?: string): ProblemError =>
  new ProblemError({
    type: '/problems/url-in-use',
    status: 409,
    title: 'This company has a subscription to this URL already.',
    detail: `${subscriptionId ?? 'Another request'} has it. Two subscriptions to one URL receive every common event twice; say "allow_same_url": true if that is wanted.`,
    errors: [{ path: 'url', message: 'is in use' }],
  });

const tooMany = (): ProblemError =>
  new ProblemError({
    type: '/problems/too-many-subscriptions',
    status: 409,
    title: `A company may have ${subscriptionsPerCompanyMax} subscriptions, and has them.`,
    detail: 'Delete one, or let one subscription take several event types.',
  });
