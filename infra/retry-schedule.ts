// The retry schedule that a stack or a command line asks for, checked there: a bad one must not reach a function.
import type { Duration } from 'aws-cdk-lib';
import {
  dayMs,
  retentionDays,
  retryDelayMsMax,
  retryDelayMsMin,
  retryDelaysCountMax,
  retryDelaysMs,
  retryJitterShare,
} from '../shared/limits.ts';

/** Milliseconds of each wait; without a schedule, the one of the limits. Throws a sentence on one that cannot be kept. */
export const retryDelaysMsOf = (delays?: readonly Duration[]): readonly number[] => {
  if (delays === undefined) return retryDelaysMs;
  const delaysMs = delays.map((delay) => delay.toMilliseconds());
  const problem = retryDelaysProblem(delaysMs);
  if (problem !== undefined) throw new Error(`retryDelays ${problem}`);
  return delaysMs;
};

/** Why a schedule cannot be kept, as the rest of a sentence on it; undefined where it can. */
export const retryDelaysProblem = (delaysMs: readonly number[]): string | undefined => {
  if (delaysMs.length < 1 || delaysMs.length > retryDelaysCountMax) {
    return `has ${delaysMs.length} waits; it must have 1 to ${retryDelaysCountMax}`;
  }
  const strange = delaysMs.find((ms) => !(ms >= retryDelayMsMin && ms <= retryDelayMsMax));
  if (strange !== undefined) {
    return `has a wait of ${strange / 1000} s; each must last 1 s to 24 h`;
  }
  const longestDays = (sum(delaysMs) * (1 + retryJitterShare)) / dayMs;
  if (longestDays < retentionDays) return undefined;
  return `may take ${longestDays.toFixed(1)} days with jitter; payloads are kept for ${retentionDays}`;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
