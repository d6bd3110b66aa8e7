// Starts the local AWS endpoint: DynamoDB, SQS and EventBridge of one stack, on one port of
// 127.0.0.1.
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
import { openQueueStore } from './fauxqs-store.ts';
import { principalReader } from './principal-of.ts';
import { queueEngine } from './queue-engine.ts';
import { seededRandom } from './seeded-random.ts';
import { serveCalls } from './serve-calls.ts';
import { sqsService } from './sqs-service.ts';
import { startEventBridge } from './start-eventbridge.ts';

export type { AwsAnswer, AwsCall, CallHook, Unkind } from './aws-call.ts';

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

const startEngines = async (options: AwsEndpointOptions, closers: (() => Promise<void>)[]) => {
  const { stack, dataFolder, authorize, observe, hook, scheduleSeconds, targetRetryMs } = options;
  const { unkind = {}, now = Date.now } = options;
  const random = seededRandom(unkind.seed ?? 1);
  const keptIn = (name: string) =>
    dataFolder === undefined ? {} : { folder: join(dataFolder, name) };

  const dynamodb = await startDynamoDb({ ...stack, ...keptIn('dynamodb'), unkind, random, now });
  closers.push(dynamodb.close);
  const store = await openQueueStore(stack.queues, keptIn('sqs').folder);
  const take = { store, unkind, random };
  const sqs = sqsService(take);
  closers.push(sqs.close);
  const events = startEventBridge({
    stack,
    queues: store,
    authorize,
    observe,
    now,
    random,
    ...keptIn('events'),
    ...(hook === undefined ? {} : { hook }),
    ...(scheduleSeconds === undefined ? {} : { scheduleSeconds }),
    ...(targetRetryMs === undefined ? {} : { firstWaitMs: targetRetryMs }),
  });
  closers.push(events.close);
  return { services: { dynamodb, sqs, events }, queues: queueEngine(take), now };
};

/** Starts everything, and answers when calls can be made. Throws on a busy port, an invalid
 *  pattern, a schedule that it does not run, or a data folder of another stack; then nothing stays
 *  open. */
export const startAwsEndpoint = async (options: AwsEndpointOptions): Promise<AwsEndpoint> => {
  const { stack, authorize, observe, hook } = options;
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const { services, queues, now } = await startEngines(options, closers);
    const server = await serveCalls(
      {
        services,
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
    return { url: server.url, queues, useFunctions: services.events.useFunctions, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
};
