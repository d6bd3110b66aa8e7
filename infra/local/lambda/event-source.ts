// Polls one queue for one function, as an event source mapping does.
import type { Authorize, ReceivedMessage } from '../stack-model.ts';
import { type BatchDeps, handlesOf, reportTrouble, runBatch } from './run-batch.ts';

/** With `fastRedrive`, for tests, faults of the function do not slow the polling either. */
export interface EventSourceOptions extends BatchDeps {
  readonly authorize: Authorize;
  /** Milliseconds until a queue that refused or failed is tried again; 5 s if not given. */
  readonly retryMs?: number;
}

export interface EventSource {
  /** Stops the polling and waits for the batches under way, but no longer than 3 s: messages of
   *  later ones come again after their visibility time-out. */
  close(): Promise<void>;
}

/** Batches at once where the mapping sets no maximum: what Lambda begins with. It would go on to
 *  1,250, more than one machine can run.
 *  https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const defaultConcurrency = 5;

/** The most that SQS allows.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
const longPollSeconds = 20;

const closeGraceMs = 3_000;

/** A batch that runs for longer waits for somebody, and takes no core from the others. */
const computingMs = 250;

/** What the function's role must be allowed on the queue.
 *  https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const requiredActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

interface Source extends EventSourceOptions {
  readonly retryMs: number;
  readonly stop: AbortController;
  readonly concurrencyMax: number;
  /** Batches that may run at once now: fewer after faults of the function. */
  limit: number;
  readonly running: Set<Running>;
  /** Calls failed in a row. */
  failures: number;
  /** Once the grace of `close` is over, the queue may be gone. */
  abandoned: boolean;
  /** Resolves when a batch ends or the polling stops; renewed each time. */
  change: PromiseWithResolvers<void>;
}

/** A batch under way. */
interface Running {
  /** On the clock of `performance.now`. */
  readonly startedAt: number;
}

/** Starts polling, unless the mapping is disabled. A permission that the function's role lacks
 *  is observed as denied, once, and nothing is polled until it has it. */
export const startEventSource = (options: EventSourceOptions): EventSource => {
  const concurrencyMax = options.mapping.maximumConcurrency ?? defaultConcurrency;
  const source: Source = {
    ...options,
    retryMs: options.retryMs ?? 5_000,
    stop: new AbortController(),
    concurrencyMax,
    limit: concurrencyMax,
    running: new Set(),
    failures: 0,
    abandoned: false,
    change: Promise.withResolvers(),
  };
  const polling = options.mapping.enabled ? poll(source) : Promise.resolve();
  return {
    close: async () => {
      source.stop.abort();
      notify(source);
      await polling;
      const endsAt = performance.now() + closeGraceMs;
      while (source.running.size > 0 && performance.now() < endsAt) {
        await changed(source, endsAt - performance.now());
      }
      source.abandoned = true;
    },
  };
};

const poll = async (source: Source): Promise<void> => {
  const { mapping, queues, stop, retryMs } = source;
  await waitUntilAllowed(source);
  while (!stop.signal.aborted) {
    try {
      const messages = await receiveBatch(source);
      if (messages.length === 0) continue;
      if (stop.signal.aborted) {
        await queues.changeVisibility(mapping.queueArn, handlesOf(messages), 0);
      } else {
        void startBatch(source, messages);
        await waitForRoom(source, messages.length >= mapping.batchSize);
      }
    } catch (fault) {
      reportTrouble(source, `the queue could not be polled. ${fault}`);
      await pause(source, retryMs);
    }
  }
};

const waitUntilAllowed = async (source: Source): Promise<void> => {
  let told: string | undefined;
  while (!source.stop.signal.aborted) {
    const reason = findDenial(source);
    if (reason === undefined) return;
    if (reason !== told) source.observe({ kind: 'denied', at: Date.now(), reason });
    told = reason;
    await pause(source, source.retryMs);
  }
};

const findDenial = ({ mapping, fn, authorize }: Source): string | undefined => {
  const reasons = requiredActions.flatMap((action) => {
    const decision = authorize({
      principal: { kind: 'role', arn: fn.roleArn },
      action,
      resourceArn: mapping.queueArn,
      context: { 'aws:SecureTransport': 'true' },
    });
    return decision.allowed ? [] : [decision.reason];
  });
  return reasons.length > 0 ? reasons.join(' ') : undefined;
};

/** One batch, or nothing when the long poll ends. A batching window begins with the first
 *  message. */
const receiveBatch = async ({ mapping, queues, stop }: Source): Promise<ReceivedMessage[]> => {
  const { queueArn, batchSize, batchingWindowSeconds } = mapping;
  const messages = await queues.receive(queueArn, batchSize, longPollSeconds, stop.signal);
  const windowEndsAt = performance.now() + batchingWindowSeconds * 1000;
  while (messages.length > 0 && messages.length < batchSize && !stop.signal.aborted) {
    const secondsLeft = (windowEndsAt - performance.now()) / 1000;
    if (secondsLeft <= 0) break;
    const missing = batchSize - messages.length;
    messages.push(...(await queues.receive(queueArn, missing, secondsLeft, stop.signal)));
  }
  return messages;
};

const startBatch = async (source: Source, messages: readonly ReceivedMessage[]): Promise<void> => {
  const batch: Running = { startedAt: performance.now() };
  source.running.add(batch);
  const succeeded = await runBatch(source, messages, () => source.abandoned);
  source.running.delete(batch);
  if (succeeded) {
    source.failures = 0;
    source.limit = Math.min(source.limit + 1, source.concurrencyMax);
  } else if (!source.fastRedrive) {
    source.failures += 1;
    source.limit = Math.max(1, Math.floor(source.limit / 2));
  }
  notify(source);
};

/** Waits until one more batch may start. After a full one that may be at once. Otherwise
 *  messages get a moment to gather, the longer the more batches compute, or until one ends: a
 *  small machine does not run hundreds of batches of one message. */
const waitForRoom = async (source: Source, wasFull: boolean): Promise<void> => {
  const { stop } = source;
  if (!wasFull) await changed(source, Math.min(2 * computing(source), 50));
  while (source.running.size >= source.limit && !stop.signal.aborted) await changed(source);
  // AWS slows the polling of a function that fails, and gives no figures; these are ours.
  if (source.failures > 0) await pause(source, Math.min(50 * 2 ** source.failures, 5_000));
};

const computing = ({ running }: Source): number => {
  const since = performance.now() - computingMs;
  return [...running].filter(({ startedAt }) => startedAt > since).length;
};

const notify = (source: Source): void => {
  source.change.resolve();
  source.change = Promise.withResolvers();
};

/** Waits for the next change, or for `ms` milliseconds if they are given. */
const changed = async (source: Source, ms?: number): Promise<void> => {
  const timeout = Promise.withResolvers<void>();
  const timer = ms === undefined ? undefined : setTimeout(timeout.resolve, ms);
  await Promise.race([source.change.promise, timeout.promise]);
  clearTimeout(timer);
};

/** Waits for `ms` milliseconds, or until the polling stops. */
const pause = async ({ stop: { signal } }: Source, ms: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  signal.addEventListener('abort', stop);
  if (signal.aborted) resolve();
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
};
