// A poller for the tests, with a function whose calls wait for an answer; its clock is a false one.
import type { SQSEvent } from 'aws-lambda';
import { onTestFinished, vi } from 'vitest';
import {
  type EventSourceOptions,
  startEventSource,
} from '../../../../infra/local/lambda/event-source.ts';
import type {
  InvokeResult,
  MappingModel,
  Observation,
} from '../../../../infra/local/stack-model.ts';
import { createMemoryQueue } from './memory-queue.ts';

/** For a file's `beforeAll`: only `tick` lets time pass until the file's end. The next one shares its process. */
export const stopClock = (): (() => void) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  return () => void vi.useRealTimers();
};

/** Lets milliseconds pass, and all that waits for nothing else happen. */
export const tick = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

export const mapping: MappingModel = {
  logicalId: 'Mapping',
  queueArn: 'arn:aws:sqs:eu-west-3:000000000000:deliveries',
  functionArn: 'arn:aws:lambda:eu-west-3:000000000000:function:deliver',
  enabled: true,
  batchSize: 10,
  batchingWindowSeconds: 0,
  maximumConcurrency: 2,
  reportBatchItemFailures: true,
};
export const roleArn = 'arn:aws:iam::000000000000:role/deliver';

export const returned = (value: unknown = null): InvokeResult => ({
  kind: 'returned',
  value,
  durationMs: 1,
});
export const failed: InvokeResult = { kind: 'failed', error: 'Error: odd', durationMs: 1 };
export const failures = (ids: string[]) =>
  returned({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

interface Call {
  readonly bodies: string[];
  readonly ids: string[];
  answer(result: InvokeResult): void;
}

/** A function whose calls wait for the test's answer, on a queue that is polled until the test
 *  ends. */
export const startSource = (
  changes: Partial<MappingModel> = {},
  options: Partial<EventSourceOptions> = {},
) => {
  const queue = createMemoryQueue();
  const calls: Call[] = [];
  const observations: Observation[] = [];
  const source = startEventSource({
    mapping: { ...mapping, ...changes },
    fn: { name: 'deliver', roleArn },
    region: 'eu-west-3',
    queues: queue,
    functions: {
      invoke: (_, event) =>
        new Promise((answer) => {
          const { Records } = event as SQSEvent;
          const bodies = Records.map(({ body }) => body);
          calls.push({ bodies, ids: Records.map(({ messageId }) => messageId), answer });
        }),
    },
    authorize: () => ({ allowed: true }),
    observe: (each) => observations.push(each),
    ...options,
  });
  onTestFinished(async () => {
    for (const call of calls) call.answer(returned());
    const closing = source.close();
    await tick(5_000);
    await closing;
  });
  return { queue, calls, observations, source };
};
