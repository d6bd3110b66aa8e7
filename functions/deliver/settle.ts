// Writes what became of a delivery, against whatever another writer made of its row meanwhile, and its next attempt.
import type { AttemptSummary, Delivery } from '../../shared/delivery.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import { ConflictError, PartialFailureError } from '../../shared/errors.ts';
import { delayedAttemptsMax, delayNetMs, messageDelaySecondsMax } from '../../shared/limits.ts';
import type { Log } from '../../shared/log.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';

export interface SettleDeps {
  /** False where another writer was first. */
  putDelivery(delivery: Delivery, wakeAt?: Date): Promise<boolean>;
  /** Strongly consistent. */
  getDelivery(delivery: Delivery): Promise<Delivery | undefined>;
  putFailedAttempt(
    delivery: Delivery,
    attempt: Pick<AttemptSummary, 'number' | 'trigger'>,
    outcome: Outcome,
  ): Promise<void>;
  /** To the slow lane. Returns what the queue did not take. */
  enqueue(messages: QueueMessage[]): Promise<QueueMessage[]>;
  now(): Date;
  log: Log;
}

/** Writers that may meet on one delivery's row in a row, before its message goes back to the queue. */
const conflictsMax = 5;

/** Resolves once the next state is written, or needs no writing. The same object from `next` means: leave it. */
export const settle = async (
  deps: SettleDeps,
  delivery: Delivery,
  next: (row: Delivery) => Delivery,
  outcome?: Outcome,
): Promise<void> => {
  let row = delivery;
  for (let conflicts = 0; conflicts < conflictsMax; conflicts += 1) {
    const settled = next(row);
    if (settled === row) return;
    await putDetail(deps, settled, outcome);
    const hop = hopOf(settled, deps.now());
    if (await deps.putDelivery(settled, wakeAtOf(row, settled, hop, deps.now()))) {
      logSettled(deps, settled, outcome);
      if (hop && (await deps.enqueue([hop])).length > 0) {
        throw new PartialFailureError(
          'the slow lane did not take the next attempt; the sweep will',
        );
      }
      return;
    }
    row = (await deps.getDelivery(row)) ?? { ...row, revision: 0 };
  }
  throw new ConflictError('other writers kept changing the delivery');
};

/** Under the number that the row will give it. A success has no detail but its summary. */
const putDetail = async (
  deps: SettleDeps,
  settled: Delivery,
  outcome: Outcome | undefined,
): Promise<void> => {
  const summary = settled.lastAttempts.at(-1);
  if (outcome === undefined || outcome.kind === 'accepted' || summary === undefined) return;
  await deps.putFailedAttempt(settled, summary, outcome);
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

const logSettled = (deps: SettleDeps, delivery: Delivery, outcome: Outcome | undefined): void => {
  const last = delivery.lastAttempts.at(-1);
  deps.log({
    event: outcome ? 'delivery.attempted' : 'delivery.settled',
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    companyId: delivery.companyId,
    subscriptionId: delivery.subscriptionId,
    status: delivery.status,
    ...(delivery.parked && { parked: true }),
    attempts: delivery.attempts,
    ...(outcome && { outcome: outcome.kind, met: last?.met, durationMs: outcome.durationMs }),
    ...(last?.trigger === 'manual' && { trigger: last.trigger }),
    ...(delivery.test && { test: true }),
    nextAttemptAt: delivery.dueAt?.toISOString(),
  });
};
