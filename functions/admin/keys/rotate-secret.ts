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

type SchemeDeps = Omit<RotationDeps, 'getSubscription' | 'putAuditEntry'>;

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
  const subscription = await deps.getSubscription(companyId, id);
  if (subscription === undefined) throw notFound('subscription');
  const now = deps.now();
  const newKey = { secret: deps.makeKey(subscription.signature ?? 'v1'), madeBy };
  const entry = { companyId, subscriptionId: id, at: now, caller, fields: [] };
  const { keys } = await changeKeys(deps, companyId, id, async (stored) => {
    if (stored.keys.some((key) => key.madeBy === madeBy)) return stored;
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
 * Gives a subscription a key of a scheme; the others sign beside it for a day. Undefined where its newest is of that
 * scheme already. To be called once the subscription says so: were the key there first, and the change then refused,
 * callbacks would lose the signature that their receiver knows.
 * @throws ProblemError not-found · not-possible-now
 */
export const changeScheme = async (
  deps: SchemeDeps,
  companyId: number,
  id: string,
  scheme: SignatureScheme,
): Promise<ShownKey | undefined> => {
  const newKey = { secret: deps.makeKey(scheme) };
  const { keys } = await changeKeys(deps, companyId, id, withScheme(deps, scheme, newKey));
  return keys[0]?.secret === newKey.secret ? shownKey(newKey.secret) : undefined;
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
  withScheme(deps, scheme, { secret: '' })(stored);
};

const withScheme =
  (deps: Pick<SchemeDeps, 'now'>, scheme: SignatureScheme, newKey: DatedKey) =>
  (stored: SigningKeys): SigningKeys =>
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
