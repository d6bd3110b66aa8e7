// What tending a circuit releases: parked deliveries, claimed and sent some at a time, evenly over the minute.
import type { Delivery } from '../../shared/delivery.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import { probeEveryMs, sweepLeaseMs, sweepReserveMs } from '../../shared/limits.ts';
import type { Hint } from '../../shared/timers-table.ts';
import { eachGuarded, type GuardDeps } from './each-guarded.ts';
import type { DueDeps } from './enqueue-due.ts';

export interface ReleaseDeps extends GuardDeps, Pick<DueDeps, 'enqueue' | 'now'> {
  /** Moves a parked row among the due ones, claimed until then. Undefined where another was first. */
  claimParked(hint: Hint, until: Date): Promise<Delivery | undefined>;
  /** Milliseconds left of this invocation. */
  remainingMs(): number;
}

export interface Release {
  /** The longest overdue first. */
  readonly hints: readonly Hint[];
  /** The pace that they go at, so that the receiver meets no burst. */
  readonly perMinute: number;
  /** When their minute began. */
  readonly from: Date;
  /** Of an open circuit: the number of its probe. */
  readonly probe?: number;
}

/** Rows claimed side by side, and sent as one batch before the next of theirs are claimed. */
const claimsAtOnce = 10;

/** Chunks at once: a hundred claims, of which a client makes sixteen at a time. */
const chunksAtOnce = 10;

/**
 * Takes a chunk of each in turn, and stops while there is time to send what is claimed: a claimed row without its
 * message waits for its lease to end. What is left stays parked, and its circuit's timer is set for the next minute.
 */
export const releaseParked = async (
  deps: ReleaseDeps,
  releases: readonly Release[],
): Promise<void> => {
  const chunks = inTurns(releases);
  for (let from = 0; from < chunks.length; from += chunksAtOnce) {
    if (deps.remainingMs() < sweepReserveMs) {
      const parked = chunks.slice(from).reduce((sum, { hints }) => sum + hints.length, 0);
      deps.log({ event: 'sweep.cut-short', parked });
      return;
    }
    const some = chunks.slice(from, from + chunksAtOnce);
    const settled = await Promise.allSettled(some.map((chunk) => releaseChunk(deps, chunk)));
    // A queue that takes nothing: whatever else were claimed would have to wait for its lease to end.
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
};

interface Chunk extends Release {
  /** Which of its release's chunks. */
  readonly turn: number;
}

/** Of the first chunks all, then all second ones: where time runs out, each has had its share, and the probes are gone. */
const inTurns = (releases: readonly Release[]): Chunk[] =>
  releases.flatMap(chunksOf).sort((one, other) => one.turn - other.turn);

const chunksOf = (release: Release): Chunk[] =>
  Array.from({ length: Math.ceil(release.hints.length / claimsAtOnce) }, (_, turn) => {
    const from = turn * claimsAtOnce;
    return { ...release, turn, hints: release.hints.slice(from, from + claimsAtOnce) };
  });

const releaseChunk = async (deps: ReleaseDeps, chunk: Chunk): Promise<void> => {
  const { hints, perMinute, from, probe, turn } = chunk;
  const until = new Date(deps.now().getTime() + sweepLeaseMs);
  const deliveries = await eachGuarded(deps, hints, (hint) => deps.claimParked(hint, until));
  const gapMs = probeEveryMs / Math.max(perMinute, 1);
  // From when the minute began: however long the claims before took, no message is later or sooner for it.
  const elapsedMs = deps.now().getTime() - from.getTime();
  const messages = deliveries.map((delivery, n) => {
    const waitMs = (turn * claimsAtOnce + n) * gapMs - elapsedMs;
    const delaySeconds = Math.max(0, Math.floor(waitMs / 1000));
    return { ...nextAttemptMessage(delivery, { probe }), delaySeconds };
  });
  const left = await deps.enqueue(messages);
  if (left.length > 0) deps.log({ event: 'sweep.left', messages: left.length });
};
