// Way 5 of 8. A batch of deliveries: read together, attempted side by side, each settled on its own. Next: functions/deliver/deliver.ts
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type BuryDeps, buryPoison } from '../../shared/bury-poison.ts';
import { type DeliveryMessage, readDeliveryMessage } from '../../shared/delivery-message.ts';
import type { PoisonError } from '../../shared/errors.ts';
import { attemptBudgetMs, socketsPerSubscriptionMax } from '../../shared/limits.ts';
import { errorFields } from '../../shared/log.ts';
import { type DeliverDeps, deliver, idsOf } from './deliver.ts';
import type { Lane } from './gate.ts';
import type { Loaded } from './load-batch.ts';
import { readFresh } from './read-fresh.ts';
import { rememberHealth } from './remember-health.ts';

export interface DeliverHandlerDeps extends DeliverDeps, Pick<BuryDeps, 'bury'> {
  laneOf(record: SQSRecord): Lane;
  /** At the end of an invocation: a worker may be frozen, and its idle sockets die unseen. */
  closeSockets(): void;
}

interface Task {
  /** More than one where several in one batch ask for the same attempt: SQS's copies, an event published twice. */
  readonly records: readonly SQSRecord[];
  readonly message: DeliveryMessage;
}

/** Never throws for a record: a thrown error makes Lambda slow the whole queue.
 *  https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export const createHandler =
  (deps: DeliverHandlerDeps) =>
  async (batch: SQSEvent, context: HandlerContext): Promise<SQSBatchResponse> => {
    const failed = new Set<string>();
    const report: Report = (records, error, message) => {
      for (const { messageId } of records) {
        failed.add(messageId);
        const ids = message && idsOf(message);
        deps.log({ event: 'delivery.fault', messageId, ...ids, ...errorFields(error) });
      }
    };
    try {
      const tasks = await readTasks(deps, batch.Records, report);
      await runTasks(deps, tasks, context, report);
    } finally {
      deps.closeSockets();
      deps.metrics.flush(context.functionName);
    }
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };

type HandlerContext = Pick<Context, 'functionName' | 'getRemainingTimeInMillis'>;

/** With the message, where it could be read. */
type Report = (records: readonly SQSRecord[], error: unknown, message?: DeliveryMessage) => void;

const readTasks = async (
  deps: DeliverHandlerDeps,
  records: readonly SQSRecord[],
  report: Report,
): Promise<Task[]> => {
  const read: { record: SQSRecord; message: DeliveryMessage }[] = [];
  for (const record of records) {
    try {
      read.push({ record, message: readDeliveryMessage(record.body) });
    } catch (poison) {
      await buryOne(deps, record, poison as PoisonError, report);
    }
  }
  return [...Map.groupBy(read, ({ message }) => attemptKeyOf(message)).values()].map((copies) => ({
    records: copies.map(({ record }) => record),
    // Of a probe and a message beside it, only the probe passes an open circuit.
    message: (copies.find(({ message }) => message.probe !== undefined) ?? copies[0]!).message,
  }));
};

/** What makes two messages ask for the same attempt: not when their event was published, for one. */
const attemptKeyOf = (message: DeliveryMessage): string => {
  const { company_id, event_id, subscription_id, attempt, trigger, request } = message;
  return [company_id, event_id, subscription_id, attempt, trigger, request].join('#');
};

const buryOne = async (
  deps: DeliverHandlerDeps,
  record: SQSRecord,
  poison: PoisonError,
  report: Report,
): Promise<void> => {
  try {
    await buryPoison(deps, 'delivery', record, poison);
  } catch (error) {
    report([record], error);
  }
};

const runTasks = async (
  deps: DeliverHandlerDeps,
  tasks: readonly Task[],
  context: HandlerContext,
  report: Report,
): Promise<void> => {
  let read: (message: DeliveryMessage) => Promise<Loaded>;
  try {
    read = await readFresh(
      deps,
      tasks.map(({ message }) => message),
    );
  } catch (error) {
    for (const { records, message } of tasks) report(records, error, message);
    return;
  }
  const batch = rememberHealth(deps);
  const run = async ({ records, message }: Task): Promise<void> => {
    try {
      assertTime(context);
      const loaded = batch.refresh(await read(message), message);
      await deliver(inTime(batch.deps, context), message, loaded, deps.laneOf(records[0]!));
    } catch (error) {
      report(records, error, message);
    }
  };
  // Behind a slow receiver only some of a batch have time. What came most often is first, lest it become a dead letter.
  const runs = tasks
    .toSorted((one, other) => receivesOf(other) - receivesOf(one))
    .map((task) => ({ key: task.message.subscription_id, run: () => run(task) }));
  await runByKey(runs);
};

const receivesOf = ({ records }: Task): number =>
  Math.max(...records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));

const assertTime = (context: HandlerContext): void => {
  if (context.getRemainingTimeInMillis() < attemptBudgetMs) {
    throw new Error(
      'not enough time is left in this invocation to start an attempt; it comes again',
    );
  }
};

/** Asked again right before the attempt: it may have waited for its turn. */
const inTime = (deps: DeliverHandlerDeps, context: HandlerContext): DeliverHandlerDeps => ({
  ...deps,
  attempt: async (callback, onSlow) => {
    assertTime(context);
    return deps.attempt(callback, onSlow);
  },
});

/** Side by side, but for one key at most so many at once: a slow receiver gets two sockets of a batch's ten. */
const runByKey = async (
  runs: readonly { key: string; run: () => Promise<void> }[],
): Promise<void> => {
  const byKey = Map.groupBy(runs, ({ key }) => key);
  const workers = [...byKey.values()].flatMap((group) =>
    Array.from({ length: Math.min(socketsPerSubscriptionMax, group.length) }, () => group),
  );
  await Promise.all(
    workers.map(async (group) => {
      for (let next = group.shift(); next !== undefined; next = group.shift()) await next.run();
    }),
  );
};
