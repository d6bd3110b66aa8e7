// The retry schedule that a stack asks for, checked at synthesis: a bad one must not reach a deployed function.
import type { Duration } from 'aws-cdk-lib';
import {
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
  if (delays.length < 1 || delays.length > retryDelaysCountMax) {
    throw new Error(
      `retryDelays has ${delays.length} waits; it must have 1 to ${retryDelaysCountMax}`,
    );
  }
  const delaysMs = delays.map((delay) => delay.toMilliseconds());
  const strange = delaysMs.findIndex((ms) => !(ms >= retryDelayMsMin && ms <= retryDelayMsMax));
  if (strange >= 0) {
    throw new Error(
      `retryDelays[${strange}] is ${delaysMs[strange]! / 1000} s; each wait must last 1 s to 24 h`,
    );
  }
  const longestDays = (sum(delaysMs) * (1 + retryJitterShare)) / dayMs;
  if (longestDays >= retentionDays) {
    throw new Error(
      `retryDelays may take ${longestDays.toFixed(1)} days with jitter; payloads are kept for ${retentionDays}`,
    );
  }
  return delaysMs;
};

const dayMs = 86_400_000;

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
