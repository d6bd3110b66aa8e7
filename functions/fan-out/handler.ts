// Way 3 of 8. A batch of one event type's queue: each event on its own, no neighbour harmed. Next: functions/fan-out/fan-out-event.ts
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type BuryDeps, buryPoison } from '../../shared/bury-poison.ts';
import { PoisonError } from '../../shared/errors.ts';
import { type AtsEvent, readEvent } from '../../shared/event.ts';
import { errorFields } from '../../shared/log.ts';
import type { Metrics } from '../../shared/metrics.ts';
import { type FanOutDeps, fanOutEvent } from './fan-out-event.ts';

export interface FanOutHandlerDeps extends FanOutDeps, Pick<BuryDeps, 'bury'> {
  readonly metrics: Metrics;
}

/** Never throws for a record: a thrown error makes Lambda slow the whole queue.
 *  https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export const createHandler =
  (deps: FanOutHandlerDeps) =>
  async (batch: SQSEvent, context: Pick<Context, 'functionName'>): Promise<SQSBatchResponse> => {
    const settled = await Promise.all(batch.Records.map((record) => settle(deps, record)));
    deps.metrics.flush(context.functionName);
    const failed = batch.Records.filter((_, index) => !settled[index]);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

/** True when the record is done with: fanned out, or in the dead letters. False: it shall come again. */
const settle = async (deps: FanOutHandlerDeps, record: SQSRecord): Promise<boolean> => {
  let event: AtsEvent | undefined;
  try {
    event = readEvent(record.body);
    await fanOutEvent(deps, event, publishedAtOf(event, record));
    return true;
  } catch (error) {
    return error instanceof PoisonError
      ? settlePoison(deps, record, error, event)
      : reportFault(deps, record, error, event);
  }
};

/**
 * When the bus took the event, or a little later. The bus tells the whole second, SQS the millisecond of the hand-over:
 * the earlier of the second's end and that is taken, so that no latency is told too long.
 */
const publishedAtOf = ({ putAt }: AtsEvent, { attributes }: SQSRecord): Date | undefined =>
  putAt && new Date(Math.min(putAt.getTime() + 999, Number(attributes.SentTimestamp)));

const settlePoison = async (
  deps: FanOutHandlerDeps,
  record: SQSRecord,
  poison: PoisonError,
  event: AtsEvent | undefined,
): Promise<boolean> => {
  try {
    await buryPoison(deps, 'event', record, poison);
    return true;
  } catch (error) {
    return reportFault(deps, record, error, event);
  }
};

/** @param event where it could be read */
const reportFault = (
  deps: FanOutHandlerDeps,
  { messageId }: SQSRecord,
  error: unknown,
  event: AtsEvent | undefined,
): false => {
  const ids = event && { eventId: event.id, eventType: event.type, companyId: event.companyId };
  deps.log({ event: 'event.fault', messageId, ...ids, ...errorFields(error) });
  return false;
};
