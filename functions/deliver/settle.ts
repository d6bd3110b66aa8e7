// Writes what became of a delivery, against whatever another writer made of its row meanwhile, and its next attempt.
import type { Delivery } from '../../shared/delivery.ts';
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
    const hop = hopOf(settled, deps.now());
    if (await deps.putDelivery(settled, wakeAtOf(settled, hop, deps.now()))) {
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

/** When the sweep shall look at the row. A parked one is its circuit's to release; an exhausted one has news. */
const wakeAtOf = (
  { status, parked, dueAt }: Delivery,
  hop: QueueMessage | undefined,
  now: Date,
): Date | undefined => {
  if (status === 'exhausted') return now;
  if (dueAt === undefined || parked) return undefined;
  return hop ? new Date(dueAt.getTime() + delayNetMs) : dueAt;
};

/** Waits of fifteen minutes or less go by one delayed message; longer ones by the due rows alone. */
const hopOf = (delivery: Delivery, now: Date): QueueMessage | undefined => {
  if (delivery.dueAt === undefined || delivery.parked) return undefined;
  const delaySeconds = Math.max(0, Math.ceil((delivery.dueAt.getTime() - now.getTime()) / 1000));
  return delaySeconds > messageDelaySecondsMax || delivery.attempts > delayedAttemptsMax
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
    nextAttemptAt: delivery.dueAt?.toISOString(),
  });
};
