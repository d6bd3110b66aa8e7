// Way 3 of 8. A batch of one event type's queue: each event on its own, no neighbour harmed. Next: functions/fan-out/fan-out-event.ts
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { PoisonError } from '../../shared/errors.ts';
import { readEvent } from '../../shared/event.ts';
import { errorFields } from '../../shared/log.ts';
import { type FanOutDeps, fanOutEvent } from './fan-out-event.ts';

export interface FanOutHandlerDeps extends FanOutDeps {
  /** Puts a record into its queue's dead letters, with the reason. */
  bury(record: SQSRecord, poison: PoisonError): Promise<void>;
}

/** Never throws for a record: a thrown error makes Lambda slow the whole queue.
 *  https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export const createHandler =
  (deps: FanOutHandlerDeps) =>
  async (batch: SQSEvent): Promise<SQSBatchResponse> => {
    const settled = await Promise.all(batch.Records.map((record) => settle(deps, record)));
    const failed = batch.Records.filter((_, index) => !settled[index]);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

/** True when the record is done with: fanned out, or in the dead letters. False: it shall come again. */
const settle = async (deps: FanOutHandlerDeps, record: SQSRecord): Promise<boolean> => {
  try {
    await fanOutEvent(deps, readEvent(record.body));
    return true;
  } catch (error) {
    return error instanceof PoisonError
      ? settlePoison(deps, record, error)
      : reportFault(deps, record, error);
  }
};

const settlePoison = async (
  deps: FanOutHandlerDeps,
  record: SQSRecord,
  poison: PoisonError,
): Promise<boolean> => {
  try {
    await deps.bury(record, poison);
    deps.log({
      event: 'event.dead-lettered',
      messageId: record.messageId,
      code: poison.code,
      reason: poison.message,
    });
    return true;
  } catch (error) {
    return reportFault(deps, record, error);
  }
};

const reportFault = (deps: FanOutHandlerDeps, record: SQSRecord, error: unknown): false => {
  deps.log({ event: 'event.fault', messageId: record.messageId, ...errorFields(error) });
  return false;
};
