// Writes what became of a delivery, against whatever another writer made of its row meanwhile, and its next attempt.
import type { AttemptSummary, Delivery, Trigger } from '../../shared/delivery.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import { PartialFailureError } from '../../shared/errors.ts';
import {
  delayedAttemptsMax,
  delayNetMs,
  messageDelaySecondsMax,
  pausedConflictsMax,
} from '../../shared/limits.ts';
import { errorFields, type Log, type LogLine } from '../../shared/log.ts';
import { metOf, type Outcome } from '../../shared/outcome.ts';
import { untilWritten } from '../../shared/retry-conflicts.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';

export interface SettleDeps {
  /** False where another writer was first. */
  putDelivery(delivery: Delivery, wakeAt?: Date): Promise<boolean>;
  /** Strongly consistent. */
  getDelivery(delivery: Delivery): Promise<Delivery | undefined>;
  putFailedAttempt(
    delivery: Delivery,
    attempt: Pick<AttemptSummary, 'number' | 'trigger' | 'request'>,
    outcome: Outcome,
  ): Promise<void>;
  /** Pauses after so many collisions, from 1: longer each time, and by chance. */
  backOff(round: number): Promise<void>;
  /** To the slow lane. Returns what the queue did not take. */
  enqueue(messages: QueueMessage[]): Promise<QueueMessage[]>;
  now(): Date;
  log: Log;
}

/** An attempt that was made: by the number that was asked for, which its row may not give it. */
export interface Made {
  readonly attempt: number;
  readonly trigger: Trigger;
  readonly outcome: Outcome;
}

/** Resolves once the next state is written, or needs no writing. The same object from `next` means: leave it. */
export const settle = async (
  deps: SettleDeps,
  delivery: Delivery,
  next: (row: Delivery) => Delivery,
  made?: Made,
): Promise<void> => {
  let row = delivery;
  await untilWritten(pausedConflictsMax, 'the delivery', async (conflicts) => {
    if (conflicts > 0) {
      await deps.backOff(conflicts);
      row = (await deps.getDelivery(row)) ?? { ...row, revision: 0 };
    }
    const settled = next(row);
    if (settled === row) {
      logLeft(deps, row, made);
      return true;
    }
    await putDetail(deps, settled, made);
    const hop = hopOf(settled, deps.now());
    if (!(await deps.putDelivery(settled, wakeAtOf(row, settled, hop, deps.now())))) return false;
    logSettled(deps, settled, made);
    if (hop) await sendHop(deps, settled, hop);
    return true;
  });
};

/**
 * Never rejects: the row is written, and the sweep is the net under its next attempt. What is still to be recorded of
 * this one, its subscription's health, does not depend on it; brought again, the message would only be dropped.
 */
const sendHop = async (deps: SettleDeps, settled: Delivery, hop: QueueMessage): Promise<void> => {
  try {
    if ((await deps.enqueue([hop])).length > 0) {
      throw new PartialFailureError('the slow lane did not take the next attempt; the sweep will');
    }
  } catch (error) {
    const attempt = settled.attempts + 1;
    deps.log({
      event: 'delivery.hop-fault',
      ...namesOf(settled),
      attempt,
      ...errorFields(error),
    });
  }
};

/** Under the number that the row will give it. A success has no detail but its summary. */
const putDetail = async (
  deps: SettleDeps,
  settled: Delivery,
  made: Made | undefined,
): Promise<void> => {
  const summary = settled.lastAttempts.at(-1);
  if (made === undefined || made.outcome.kind === 'accepted' || summary === undefined) return;
  await deps.putFailedAttempt(settled, summary, made.outcome);
};

/** When the sweep shall look at the row. A parked one is its circuit's to release; an exhausted one has news. */
const wakeAtOf = (
  before: Delivery,
  settled: Delivery,
  hop: QueueMessage | undefined,
  now: Date,
): Date | undefined => {
  const { status, parked, dueAt, test } = settled;
  if (status === 'exhausted') return test || isToldAlready(before) ? undefined : now;
  if (dueAt === undefined || parked) return undefined;
  if (hop) return new Date(dueAt.getTime() + delayNetMs);
  return isUnderWay(settled, now) ? new Date(now.getTime() + delayNetMs) : dueAt;
};

/** Overdue when a manual attempt came first: its message may be on its way, and the sweep is that one's net. */
const isUnderWay = ({ dueAt, lastAttempts }: Delivery, now: Date): boolean =>
  dueAt !== undefined && dueAt <= now && lastAttempts.at(-1)?.trigger === 'manual';

/** Exhausted before, and the ATS was told: a manual attempt that fails is no news. */
const isToldAlready = ({ status, untold }: Delivery): boolean =>
  status === 'exhausted' && untold === undefined;

/**
 * Waits of fifteen minutes or less go by one delayed message, also where the writing took longer than the wait;
 * longer ones by the due rows alone.
 */
const hopOf = (delivery: Delivery, now: Date): QueueMessage | undefined => {
  const { dueAt, parked } = delivery;
  if (dueAt === undefined || parked || isUnderWay(delivery, now)) return undefined;
  const delaySeconds = Math.max(0, Math.ceil((dueAt.getTime() - now.getTime()) / 1000));
  const attemptsInRound = delivery.attempts - delivery.roundStart;
  return delaySeconds > messageDelaySecondsMax || attemptsInRound > delayedAttemptsMax
    ? undefined
    : { ...nextAttemptMessage(delivery), delaySeconds };
};

const logSettled = (deps: SettleDeps, delivery: Delivery, made: Made | undefined): void => {
  const number = delivery.lastAttempts.at(-1)?.number;
  deps.log({
    ...lineOf(delivery, made && { ...made, attempt: number ?? made.attempt }),
    ...(delivery.parked && { parked: true }),
    nextAttemptAt: delivery.dueAt?.toISOString(),
  });
};

/** Nothing is written, and yet the receiver may have been called: what its row does not tell, the log does. */
const logLeft = (deps: SettleDeps, row: Delivery, made: Made | undefined): void => {
  const isOver = made?.trigger === 'manual' ? row.status === 'erased' : row.status !== 'waiting';
  const reason = isOver ? `the delivery was ${row.status} meanwhile` : 'its row has it already';
  deps.log({ ...lineOf(row, made), recorded: false, reason });
};

const lineOf = (delivery: Delivery, made: Made | undefined): LogLine => ({
  event: made ? 'delivery.attempted' : 'delivery.settled',
  ...namesOf(delivery),
  eventType: delivery.eventType,
  status: delivery.status,
  attempts: delivery.attempts,
  ...(made && { attempt: made.attempt, ...outcomeFields(made.outcome) }),
  ...(made?.trigger === 'manual' && { trigger: made.trigger }),
  ...(delivery.test && { test: true }),
});

const outcomeFields = (outcome: Outcome) => ({
  outcome: outcome.kind,
  met: metOf(outcome),
  ...(outcome.kind !== 'accepted' && { errorClass: outcome.errorClass }),
  durationMs: outcome.durationMs,
});

const namesOf = ({ eventId, companyId, subscriptionId }: Delivery) => ({
  eventId,
  companyId,
  subscriptionId,
});
