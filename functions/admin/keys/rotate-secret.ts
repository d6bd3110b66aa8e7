// A new key for a subscription, of its scheme or of another; the older ones go on signing for a while.
import type { AuditEntry } from '../../../shared/audit-table.ts';
import {
  type DatedKey,
  nextExpiry,
  type Rotation,
  rotateKeys,
} from '../../../shared/key-rotation.ts';
import type { SigningKeys } from '../../../shared/keys-table.ts';
import { keyOverlapMsDefault, signingKeysMax } from '../../../shared/limits.ts';
import {
  type ShownKey,
  type SignatureScheme,
  schemeOf,
  shownKey,
} from '../../../shared/signing-key.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { notFound, notPossibleNow } from '../problem.ts';
import { changeKeys, type KeysDeps } from './change-keys.ts';

export interface RotationDeps extends KeysDeps {
  /** Undefined where there is none, or it is deleted. */
  getSubscription(companyId: number, id: string): Promise<Subscription | undefined>;
  /** The same entry again is one row. */
  putAuditEntry(entry: AuditEntry): Promise<void>;
  /** A new key, as it is stored. */
  makeKey(scheme: SignatureScheme): string;
  now(): Date;
}

type SchemeDeps = Omit<RotationDeps, 'putAuditEntry'>;

export interface RotationRequest {
  readonly overlapMs: number;
  /** Names this request: repeated, it finds the key that it made. */
  readonly madeBy: string;
  /** Who asks, as IAM knows them. */
  readonly caller: string;
}

export interface Rotated {
  /** Undefined for a secret that is no longer the newest: it was shown, and is not shown again. */
  readonly shown?: ShownKey;
  /** The older keys sign until then at most. */
  readonly previousExpiresAt: Date;
}

/**
 * Rotates within the subscription's scheme, once for each `madeBy`. The audit's entry comes first: a crash may leave
 * one of a rotation that was not made, never a rotation without one.
 * @throws ProblemError not-found · not-possible-now
 */
export const rotateSecret = async (
  deps: RotationDeps,
  companyId: number,
  id: string,
  { overlapMs, madeBy, caller }: RotationRequest,
): Promise<Rotated> => {
  const now = deps.now();
  const entry = { companyId, subscriptionId: id, at: now, caller, fields: [] };
  const { keys } = await changeKeys(deps, companyId, id, async (stored) => {
    const scheme = await schemeNow(deps, companyId, id);
    if (stored.keys.some((key) => key.madeBy === madeBy)) return stored;
    const newKey = { secret: deps.makeKey(scheme), madeBy };
    const next = rotated(stored, { newKey, overlapMs }, now);
    await deps.putAuditEntry({ ...entry, action: 'secret-rotated', token: madeBy.slice(0, 16) });
    return next;
  });
  const older = keys[keys.findIndex((key) => key.madeBy === madeBy) + 1];
  return { ...shownOf(keys, madeBy), previousExpiresAt: older?.expiresAt ?? now };
};

/**
 * What can still be shown of the key that a request made.
 * @throws ProblemError not-found
 */
export const findRotated = async (
  deps: Pick<RotationDeps, 'getSigningKeys'>,
  companyId: number,
  id: string,
  madeBy: string,
): Promise<Pick<Rotated, 'shown'>> => {
  const stored = await deps.getSigningKeys(companyId, id);
  if (stored === undefined) throw notFound('subscription');
  return shownOf(stored.keys, madeBy);
};

/**
 * Gives a subscription a key of the scheme that it has now; the others sign beside it for a day. Undefined where its
 * newest is of that scheme already. To be called once the subscription says so: were the key there first, and the
 * change then refused, callbacks would lose the signature that their receiver knows.
 * @throws ProblemError not-found · not-possible-now
 */
export const changeScheme = async (
  deps: SchemeDeps,
  companyId: number,
  id: string,
): Promise<ShownKey | undefined> => {
  // One of each scheme, whatever the tries: a write whose answer was lost is known by its key.
  const made = { v1: deps.makeKey('v1'), v1a: deps.makeKey('v1a') };
  const { keys } = await changeKeys(deps, companyId, id, async (stored) => {
    const scheme = await schemeNow(deps, companyId, id);
    // A copy, which is written in any case: who decided by what the subscription said before has to decide again.
    return { ...withScheme(deps, scheme, { secret: made[scheme] }, stored) };
  });
  const newest = keys[0]?.secret;
  return newest === made.v1 || newest === made.v1a ? shownKey(newest) : undefined;
};

/**
 * To be read after the keys, in each try: of two changes side by side, the last to write the keys has then seen the
 * last that was written of the subscription.
 * @throws ProblemError not-found
 */
const schemeNow = async (
  deps: Pick<SchemeDeps, 'getSubscription'>,
  companyId: number,
  id: string,
): Promise<SignatureScheme> => {
  const subscription = await deps.getSubscription(companyId, id);
  if (subscription === undefined) throw notFound('subscription');
  return subscription.signature ?? 'v1';
};

/**
 * Refuses beforehand what `changeScheme` would refuse.
 * @throws ProblemError not-found · not-possible-now
 */
export const refuseScheme = async (
  deps: SchemeDeps,
  companyId: number,
  id: string,
  scheme: SignatureScheme,
): Promise<void> => {
  const stored = await deps.getSigningKeys(companyId, id);
  if (stored === undefined) throw notFound('subscription');
  withScheme(deps, scheme, { secret: '' }, stored);
};

const withScheme = (
  deps: Pick<SchemeDeps, 'now'>,
  scheme: SignatureScheme,
  newKey: DatedKey,
  stored: SigningKeys,
): SigningKeys =>
  stored.keys[0] !== undefined && schemeOf(stored.keys[0].secret) === scheme
    ? stored
    : rotated(stored, { newKey, overlapMs: keyOverlapMsDefault }, deps.now());

const rotated = (stored: SigningKeys, rotation: Rotation, now: Date): SigningKeys => {
  const keys = rotateKeys(stored.keys, rotation, now);
  if (keys !== undefined) return { ...stored, keys };
  const until = nextExpiry(stored.keys, now)?.toISOString();
  throw notPossibleNow(
    `${signingKeysMax} keys of this subscription sign already.`,
    `The next of them ends at ${until}. An overlap of 0 ends all of them at once.`,
  );
};

const shownOf = (keys: readonly DatedKey[], madeBy: string): Pick<Rotated, 'shown'> => {
  const mine = keys.find((key) => key.madeBy === madeBy);
  if (mine === undefined) return {};
  const shown = shownKey(mine.secret);
  return 'secret' in shown && mine !== keys[0] ? {} : { shown };
};
