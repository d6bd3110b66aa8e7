// Puts one delivery on its way, as a part of a job: once, whoever else writes its row, and however often it is tried.
import { type Delivery, startRound } from '../../../shared/delivery.ts';
import { nextAttemptMessage } from '../../../shared/delivery-message.ts';
import { extendedUntil, isForJob, type Job, markOf } from '../../../shared/job.ts';
import { conflictsMax, sweepLeaseMs } from '../../../shared/limits.ts';
import { untilWritten } from '../../../shared/retry-conflicts.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';

export interface StartDeps {
  /** False where another writer was first. */
  putDelivery(delivery: Delivery, wakeAt?: Date): Promise<boolean>;
  /** Strongly consistent. */
  getDelivery(delivery: Delivery): Promise<Delivery | undefined>;
  /** Of its event, and of its rendering. */
  extendPayload(delivery: Delivery, until: Date): Promise<void>;
  /** Tells the ATS that it was exhausted. Rejects where the bus does not take it. */
  announce(delivery: Delivery): Promise<void>;
  now(): Date;
}

/**
 * started: its message is to be sent · before: by a step that was cut off; the sweep sends it where that step did
 * not · left: it is none of this job's any more.
 */
export type Started =
  | { readonly kind: 'started'; readonly message: QueueMessage }
  | { readonly kind: 'before' | 'left' };

/** @param seen as an index showed it; the row itself decides */
export const startDelivery = (
  deps: StartDeps,
  job: Job,
  seen: Delivery,
  dueAt: Date,
): Promise<Started> =>
  untilWritten(conflictsMax, 'the delivery', async (conflicts) => {
    const row = conflicts === 0 ? seen : await deps.getDelivery(seen);
    if (row?.job === markOf(job)) return { kind: 'before' };
    if (row === undefined || !isForJob(job, row)) return { kind: 'left' };
    // First: its timer, which would have it told, is about to be that of its next attempt.
    if (row.untold) await deps.announce(row);
    const keptUntil = laterOf(row.keptUntil, extendedUntil(row.createdAt, deps.now()));
    const round = { job: markOf(job), dueAt, ...(keptUntil && { keptUntil }) };
    const message = await writeStarted(deps, startRound(row, round, deps.now()));
    return message !== undefined && { kind: 'started', message };
  });

/**
 * The payload first, then the row, then its message: a row that waits always has what it sends. The row's timer is
 * the message's net. Undefined where another writer was first.
 */
export const writeStarted = async (
  deps: StartDeps,
  started: Delivery,
): Promise<QueueMessage | undefined> => {
  const dueAt = started.dueAt!;
  if (started.keptUntil) await deps.extendPayload(started, started.keptUntil);
  const wakeAt = new Date(dueAt.getTime() + sweepLeaseMs);
  if (!(await deps.putDelivery(started, wakeAt))) return undefined;
  const delaySeconds = Math.floor((dueAt.getTime() - deps.now().getTime()) / 1000);
  return { ...nextAttemptMessage(started), delaySeconds: Math.max(0, delaySeconds) };
};

const laterOf = (one: Date | undefined, other: Date | undefined): Date | undefined =>
  one !== undefined && other !== undefined && one > other ? one : (other ?? one);
