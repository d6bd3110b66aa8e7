// A subscription's signing keys over time: which of them sign, and how one follows another.
import { keyOverlapMsMax, signingKeysMax } from './limits.ts';

export interface DatedKey {
  /** `whsec_…` or `whsk_…`. */
  readonly secret: string;
  /** It signs until then. The newest key has none. */
  readonly expiresAt?: Date;
  /** Names the request that made it: repeated, that request makes no second one. */
  readonly madeBy?: string;
}

export interface Rotation {
  readonly newKey: DatedKey;
  /** Milliseconds that older keys go on signing; 0 ends them at once. */
  readonly overlapMs: number;
}

/** The keys that sign what is sent at an instant, newest first. */
export const signingAt = (keys: readonly DatedKey[], at: Date): DatedKey[] =>
  keys.filter(({ expiresAt }) => expiresAt === undefined || at < expiresAt);

/**
 * The keys once a new one has taken over. Every older key ends after the overlap, or when it was to end anyway;
 * what has ended is forgotten. Undefined where too many would sign: none that was promised time is ended early.
 * @throws RangeError for an overlap that is not 0 to 7 days
 */
export const rotateKeys = (
  keys: readonly DatedKey[],
  { newKey, overlapMs }: Rotation,
  now: Date,
): DatedKey[] | undefined => {
  if (!(overlapMs >= 0 && overlapMs <= keyOverlapMsMax)) {
    throw new RangeError(`overlapMs is ${overlapMs}; it must be 0 to ${keyOverlapMsMax}`);
  }
  const end = now.getTime() + overlapMs;
  const older = keys.map((key) => ({
    ...key,
    expiresAt: new Date(Math.min(end, key.expiresAt?.getTime() ?? end)),
  }));
  const rotated = [newKey, ...signingAt(older, now)];
  return rotated.length > signingKeysMax ? undefined : rotated;
};

/** When the next of the keys ends; undefined where none does. */
export const nextExpiry = (keys: readonly DatedKey[], now: Date): Date | undefined => {
  const ends = signingAt(keys, now).flatMap(({ expiresAt }) => expiresAt?.getTime() ?? []);
  return ends.length === 0 ? undefined : new Date(Math.min(...ends));
};
