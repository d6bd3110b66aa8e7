// What every worker does with a record that nothing can mend: dead letters, a figure, a line.
import type { SQSRecord } from 'aws-lambda';
import type { PoisonError } from './errors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

export interface BuryDeps {
  /** Puts a record into its queue's dead letters, with the reason. */
  bury(record: SQSRecord, poison: PoisonError): Promise<void>;
  readonly metrics: Pick<Metrics, 'count'>;
  log: Log;
}

/** Counted and told only once it is there. Throws what `bury` throws: the record is then to come again. */
export const buryPoison = async (
  deps: BuryDeps,
  kind: 'event' | 'delivery',
  record: SQSRecord,
  poison: PoisonError,
): Promise<void> => {
  await deps.bury(record, poison);
  deps.metrics.count('DeadLettered');
  deps.log({
    event: `${kind}.dead-lettered`,
    messageId: record.messageId,
    code: poison.code,
    reason: poison.message,
  });
};
