// One batch of a queue's messages: calls the function, and settles each message after it.
import type {
  FunctionEngine,
  FunctionModel,
  InvokeResult,
  MappingModel,
  Observe,
  QueueEngine,
  ReceivedMessage,
} from '../stack-model.ts';
import { payloadBytesMax } from './function-runner.ts';
import { readBatchAnswer, splitBySize, sqsEventOf } from './sqs-event.ts';

export interface BatchDeps {
  readonly mapping: MappingModel;
  readonly fn: Pick<FunctionModel, 'name' | 'roleArn'>;
  readonly region: string;
  readonly queues: QueueEngine;
  readonly functions: FunctionEngine;
  readonly observe: Observe;
  /** Failed messages come back at once, not after their visibility time-out. */
  readonly fastRedrive?: boolean;
}

/** Deletes what succeeded and leaves the rest to its visibility time-out, which AWS does not
 *  touch either. False when the function failed as such, or gave an answer that cannot be read;
 *  messages that it reported as failed are no such fault. `isAbandoned` says that the queue must
 *  be left alone from now on. Never throws. */
export const runBatch = async (
  deps: BatchDeps,
  messages: readonly ReceivedMessage[],
  isAbandoned: () => boolean,
): Promise<boolean> => {
  let succeeded = true;
  try {
    for (const part of splitBySize(messages, deps.mapping.queueArn, deps.region, payloadBytesMax)) {
      const failedIds = await callFunction(deps, part);
      if (isAbandoned()) return succeeded;
      await settle(deps, part, failedIds);
      succeeded &&= failedIds !== 'all';
    }
  } catch (fault) {
    reportTrouble(deps, `a batch could not be settled. ${fault}`);
    succeeded = false;
  }
  return succeeded;
};

/** Tells of a fault with the names of the queue and the function. */
export const reportTrouble = (
  { mapping, fn, observe }: Pick<BatchDeps, 'mapping' | 'fn' | 'observe'>,
  what: string,
): void => {
  const queue = mapping.queueArn.split(':').at(-1);
  observe({ kind: 'trouble', at: Date.now(), text: `From queue ${queue} to ${fn.name}: ${what}` });
};

const callFunction = async (
  deps: BatchDeps,
  messages: readonly ReceivedMessage[],
): Promise<ReadonlySet<string> | 'all'> => {
  const { mapping, region, functions } = deps;
  const event = sqsEventOf(messages, mapping.queueArn, region);
  const result = await functions.invoke(mapping.functionArn, event).catch((fault): InvokeResult => {
    reportTrouble(deps, `the function could not be called. ${fault}`);
    return { kind: 'failed', error: String(fault), durationMs: 0 };
  });
  if (result.kind === 'failed') return 'all';
  if (!mapping.reportBatchItemFailures) return new Set();
  const answer = readBatchAnswer(result.value, new Set(messages.map((each) => each.messageId)));
  if (answer.kind === 'read') return answer.failedIds;
  reportTrouble(deps, `the whole batch counts as failed, since ${answer.reason}.`);
  return 'all';
};

const settle = async (
  { mapping, queues, fastRedrive }: BatchDeps,
  messages: readonly ReceivedMessage[],
  failedIds: ReadonlySet<string> | 'all',
): Promise<void> => {
  const failed = messages.filter((each) => failedIds === 'all' || failedIds.has(each.messageId));
  const done = messages.filter((each) => !failed.includes(each));
  if (done.length > 0) await queues.delete(mapping.queueArn, handlesOf(done));
  if (failed.length > 0 && fastRedrive) {
    await queues.changeVisibility(mapping.queueArn, handlesOf(failed), 0);
  }
};

export const handlesOf = (messages: readonly ReceivedMessage[]): string[] =>
  messages.map(({ receiptHandle }) => receiptHandle);
