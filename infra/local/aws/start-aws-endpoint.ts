// Starts the local AWS endpoint: DynamoDB, SQS and EventBridge of one stack, on one port of 127.0.0.1.
import { join } from 'node:path';
import type {
  Authorize,
  FunctionEngine,
  Observe,
  QueueEngine,
  StackModel,
} from '../stack-model.ts';
import { accessFinder } from './access-of.ts';
import type { CallHook, Unkind } from './aws-call.ts';
import { startDynamoDb } from './dynamodb-service.ts';
import { eventDeliveries } from './event-deliveries.ts';
import { eventReplays } from './event-replays.ts';
import { eventRouter } from './event-router.ts';
import { rateMs, startSchedules } from './event-schedules.ts';
import { openEventStore } from './event-store.ts';
import { eventsService } from './events-service.ts';
import { openQueueStore } from './fauxqs-store.ts';
import { principalReader } from './principal-of.ts';
import { queueEngine } from './queue-engine.ts';
import { seededRandom } from './seeded-random.ts';
import { serveCalls } from './serve-calls.ts';
import { sqsService } from './sqs-service.ts';

export type { AwsAnswer, AwsCall, CallHook, Unkind } from './aws-call.ts';

const dayMs = 86_400_000;

export interface AwsEndpointOptions {
  readonly stack: StackModel;
  /** 0 takes a free one. */
  readonly port: number;
  /** Keeps tables, messages, archives and replays over a restart and over a kill. */
  readonly dataFolder?: string;
  readonly authorize: Authorize;
  readonly observe: Observe;
  readonly unkind?: Unkind;
  /** Overrides the rate of every schedule rule. */
  readonly scheduleSeconds?: number;
  /** Milliseconds before EventBridge's second try of a target, a second if not given. */
  readonly targetRetryMs?: number;
  readonly hook?: CallHook;
  /** The clock of EventBridge and of stale reads. The queues have the machine's own. */
  readonly now?: () => number;
}

export interface AwsEndpoint {
  readonly url: string;
  readonly queues: QueueEngine;
  /** Gives rules their function targets, and starts the schedules. */
  useFunctions(functions: FunctionEngine): void;
  close(): Promise<void>;
}

const forgetOld = (
  { stack }: AwsEndpointOptions,
  store: ReturnType<typeof openEventStore>,
  now: () => number,
) => {
  for (const { name, retentionDays } of stack.archives) {
    if (retentionDays > 0) store.forgetBefore(name, now() - retentionDays * dayMs);
  }
};

/** Starts everything, and answers when calls can be made. Throws on a busy port, an invalid pattern, a schedule
 *  that it does not run, or a data folder of another stack; then nothing stays open. */
export const startAwsEndpoint = async (options: AwsEndpointOptions): Promise<AwsEndpoint> => {
  const { stack, dataFolder, unkind = {}, authorize, observe, hook } = options;
  const now = options.now ?? Date.now;
  const random = seededRandom(unkind.seed ?? 1);
  const inFolder = (name: string) =>
    dataFolder === undefined ? undefined : join(dataFolder, name);
  for (const rule of stack.rules) if (rule.scheduleExpression !== undefined) rateMs(rule);
  const closers: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };

  try {
    const dynamodbFolder = inFolder('dynamodb');
    const dynamodb = await startDynamoDb({
      ...stack,
      ...(dynamodbFolder === undefined ? {} : { folder: dynamodbFolder }),
      unkind,
      random,
      now,
    });
    closers.push(dynamodb.close);

    const take = { store: await openQueueStore(stack.queues, inFolder('sqs')), unkind, random };
    const sqs = sqsService(take);
    closers.push(sqs.close);

    const store = openEventStore(inFolder('events'));
    closers.push(store.close);
    forgetOld(options, store, now);
    let functions: FunctionEngine | undefined;
    const deliveries = eventDeliveries({
      stack,
      rules: stack.rules,
      queues: take.store,
      functions: () => functions,
      store,
      authorize,
      observe,
      now,
      random,
      ...(hook === undefined ? {} : { hook }),
      ...(options.targetRetryMs === undefined ? {} : { firstWaitMs: options.targetRetryMs }),
    });
    closers.push(deliveries.close);
    const entry = { region: stack.region, accountId: stack.accountId, now };
    const router = eventRouter({ stack, store, deliveries, observe, now });
    const replays = eventReplays({ stack, store, router, now });
    closers.push(replays.close);
    const events = eventsService({ ...entry, stack, store, router, replays });

    const server = await serveCalls(
      {
        services: { dynamodb, sqs, events },
        principalOf: principalReader(stack.functions),
        accessOf: accessFinder(stack),
        authorize,
        observe,
        now,
        ...(hook === undefined ? {} : { hook }),
      },
      options.port,
    );
    closers.push(server.close);

    return {
      url: server.url,
      queues: queueEngine(take),
      useFunctions: (engine) => {
        const everyMs = options.scheduleSeconds;
        if (functions === undefined) {
          const schedules = startSchedules(
            { ...entry, deliveries, ...(everyMs === undefined ? {} : { everyMs: everyMs * 1000 }) },
            stack.rules,
          );
          closers.push(schedules.close);
        }
        functions = engine;
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
};
