// A subscription's circuit, pure: when deliveries stop calling a dead receiver, and how they come back to a live one.
import {
  circuitFailuresMin,
  circuitSpanMs,
  drainEveryMs,
  drainPerMinute,
  indexLagMsMax,
  probeEveryMs,
  probeGapMsMin,
} from './limits.ts';

export interface Circuit {
  /**
   * closed: every delivery is attempted. open: deliveries are parked, and one a minute is let through as a
   * probe. half-open: an attempt succeeded; the next sweep closes the circuit.
   */
  readonly state: 'closed' | 'open' | 'half-open';
  /** The one timer: when the sweep looks at the circuit next. Undefined only where nothing can be parked. */
  readonly tendAt?: Date;
  /** While open: when a probe was taken last; before the first, when it opened. */
  readonly probedAt?: Date;
  /** While closed and something waits: which of `drainPerMinute` was released last. */
  readonly drainStep?: number;
  /** Since when the sweep has found nothing parked. */
  readonly emptySince?: Date;
  /** Set while closed and something waits for the subscription's own limit, not for its receiver to come back. */
  readonly paced?: boolean;
}

export const closedCircuit: Circuit = { state: 'closed' };

/** Whether deliveries are to wait. */
export const parksDeliveries = ({ state }: Circuit): boolean => state !== 'closed';

/** Whether what waited is being released to a receiver that just came back. */
export const isDraining = ({ state, drainStep, emptySince }: Circuit): boolean =>
  state === 'closed' && drainStep !== undefined && emptySince === undefined;

/** Whether something waits for a turn: what comes now waits behind it. */
export const isPacing = ({ paced = false, emptySince }: Circuit): boolean =>
  paced && emptySince === undefined;

/** After a delivery was parked for want of a turn: there must be a timer that releases it. The same object: there is. */
export const pacing = (circuit: Circuit, now: Date): Circuit =>
  circuit.state !== 'closed' || isDraining(circuit) || isPacing(circuit)
    ? circuit
    : { state: 'closed', tendAt: circuit.tendAt ?? now, paced: true };

/** Opens after enough failures over enough time; at once while half-open or draining. */
export const afterFailure = (
  circuit: Circuit,
  failures: number,
  failingSince: Date,
  now: Date,
): Circuit => {
  if (circuit.state === 'open') return circuit;
  const relapsed = circuit.state === 'half-open' || isDraining(circuit);
  const spanMs = now.getTime() - failingSince.getTime();
  const dead = failures >= circuitFailuresMin && spanMs >= circuitSpanMs;
  return relapsed || dead ? { state: 'open', tendAt: aMinuteAfter(now), probedAt: now } : circuit;
};

/**
 * The circuit once a probe is taken; undefined where it is too soon for one. The pace is kept here, where a probe
 * arrives, and not by when it was sent: behind a slow lane that is minutes late several are on their way at once.
 */
export const probed = (circuit: Circuit, now: Date): Circuit | undefined => {
  if (circuit.state !== 'open') return undefined;
  const sinceMs = now.getTime() - (circuit.probedAt?.getTime() ?? 0);
  return sinceMs < probeGapMsMin ? undefined : { ...circuit, probedAt: now };
};

/** A success while open, of the probe or of an attempt that began before: the receiver lives. */
export const afterSuccess = (circuit: Circuit): Circuit =>
  circuit.state === 'open' ? { state: 'half-open', tendAt: circuit.tendAt } : circuit;

/**
 * Parked deliveries that the sweep may release when it tends the circuit.
 * @param maxPerSecond the subscription's own limit
 */
export const releasable = (circuit: Circuit, maxPerSecond?: number): number => {
  if (circuit.state === 'open') return 1;
  const ownMax = 60 * (maxPerSecond ?? Number.POSITIVE_INFINITY);
  if (circuit.paced && maxPerSecond !== undefined) return ownMax;
  return Math.min(drainPerMinute[circuit.paced ? lastDrainStep : nextDrainStep(circuit)]!, ownMax);
};

/**
 * The circuit once the sweep has tended it. Its timer ends only after the index of parked rows has been empty
 * for as long as an index may lag, and nothing was parked meanwhile: ended earlier, a row parked in the last
 * moment would wait for ever. An open circuit with nothing to probe with is closed first, for that reason.
 * @param found parked deliveries that are about to be released
 * @param timerAt when this sweep was to begin. A minute later the next one is, which may come to this row sooner within
 *   its own time than this one did
 */
export const tended = (circuit: Circuit, found: number, now: Date, timerAt = now): Circuit => {
  const emptySince = found > 0 ? undefined : (circuit.emptySince ?? now);
  const isIdle = emptySince !== undefined && now.getTime() - emptySince.getTime() > indexLagMsMax;
  if (circuit.state === 'open') {
    const dueAt = circuit.tendAt ?? timerAt;
    const tendAt = aMinuteAfter(dueAt > timerAt ? dueAt : timerAt);
    return isIdle ? quiet(now) : { ...circuit, tendAt, emptySince };
  }
  if (isIdle) return closedCircuit;
  const tendAt = nextSweepAfter(now);
  if (circuit.paced) return { state: 'closed', tendAt, emptySince, paced: true };
  return { state: 'closed', tendAt, drainStep: nextDrainStep(circuit), emptySince };
};

/** For a subscription that is not enabled: what is parked goes at full pace, and deliver holds or cancels it. */
export const unparking = ({ paced: _, probedAt: __, ...circuit }: Circuit): Circuit => ({
  ...circuit,
  state: 'closed',
  drainStep: lastDrainStep,
  emptySince: circuit.state === 'closed' ? circuit.emptySince : undefined,
});

const lastDrainStep = drainPerMinute.length - 1;

const quiet = (now: Date): Circuit => ({
  state: 'closed',
  tendAt: nextSweepAfter(now),
  drainStep: lastDrainStep,
  emptySince: now,
});

const nextDrainStep = ({ drainStep = -1 }: Circuit): number =>
  Math.min(drainStep + 1, lastDrainStep);

const aMinuteAfter = (now: Date): Date => new Date(now.getTime() + probeEveryMs);

const nextSweepAfter = (now: Date): Date => new Date(now.getTime() + drainEveryMs);
