// SQS on the local endpoint: its operations over fauxqs's queues.
import type { AwsService } from './aws-call.ts';
import { AwsError } from './aws-error.ts';
import { type Members, numberMember, stringList, stringMember } from './call-input.ts';
import type { StoredQueue } from './fauxqs-store.ts';
import { sourcesOf } from './message-move-task.ts';
import { type MessageMoves, messageMoves } from './message-moves.ts';
import {
  invalidReceiptHandle,
  messageNotInFlight,
  missingParameter,
  outOfRange,
  queueDoesNotExist,
} from './sqs-errors.ts';
import { receiveMessage, visibilitySecondsMax } from './sqs-receive.ts';
import { checkBatch, eachEntry, sendMessage, sendMessageBatch } from './sqs-send.ts';
import type { TakeDeps } from './take-messages.ts';

const receiptHandle = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const queueChanges = [
  'AddPermission',
  'CreateQueue',
  'DeleteQueue',
  'RemovePermission',
  'SetQueueAttributes',
  'TagQueue',
  'UntagQueue',
];

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
const attributeNames = [
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'VisibilityTimeout',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'DelaySeconds',
  'ReceiveMessageWaitTimeSeconds',
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
];

const handleOf = (input: Members): string => {
  const handle = stringMember(input, 'ReceiptHandle');
  if (handle === undefined) throw missingParameter('ReceiptHandle');
  if (!receiptHandle.test(handle)) throw invalidReceiptHandle(handle);
  return handle;
};

/** A handle that is no longer the message's last one is no error: the message stays. */
const deleteMessage = (queue: StoredQueue, input: Members): Record<string, unknown> => {
  queue.deleteMessage(handleOf(input));
  return {};
};

const changeVisibility = (queue: StoredQueue, input: Members): Record<string, unknown> => {
  const handle = handleOf(input);
  const seconds = numberMember(input, 'VisibilityTimeout');
  if (seconds === undefined) throw missingParameter('VisibilityTimeout');
  if (!(seconds >= 0 && seconds <= visibilitySecondsMax)) {
    throw outOfRange('VisibilityTimeout', seconds, 0, visibilitySecondsMax);
  }
  if (!queue.inflightMessages.has(handle)) throw messageNotInFlight();
  queue.changeVisibility(handle, seconds);
  return {};
};

const getAttributes = (queue: StoredQueue, input: Members): Record<string, unknown> => {
  const wanted = stringList(input, 'AttributeNames');
  const unknown = wanted.find((name) => name !== 'All' && !attributeNames.includes(name));
  if (unknown !== undefined) {
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  }
  queue.processTimers();
  const names = wanted.includes('All') ? attributeNames : wanted;
  const Attributes = Object.fromEntries(
    names
      .map((name) => [name, queue.getAttribute(name)] as const)
      .filter(([, value]) => value !== undefined),
  );
  return { Attributes };
};

type Handler = (
  queue: StoredQueue,
  input: Members,
  signal: AbortSignal,
) => Record<string, unknown> | Promise<Record<string, unknown>>;

const queueHandlers = (deps: TakeDeps): Readonly<Record<string, Handler>> => {
  const { store } = deps;
  const commit =
    (work: Handler): Handler =>
    (queue, input, signal) =>
      store.atomically(() => work(queue, input, signal));
  return {
    SendMessage: (queue, input) => sendMessage(store, queue, input),
    SendMessageBatch: commit((queue, input) => sendMessageBatch(store, queue, input)),
    ReceiveMessage: (queue, input, signal) => receiveMessage(deps, queue, input, signal),
    DeleteMessage: deleteMessage,
    DeleteMessageBatch: commit((queue, input) =>
      eachEntry(checkBatch('DeleteMessageBatch', input), (entry) => deleteMessage(queue, entry)),
    ),
    ChangeMessageVisibility: changeVisibility,
    ChangeMessageVisibilityBatch: commit((queue, input) =>
      eachEntry(checkBatch('ChangeMessageVisibilityBatch', input), (entry) =>
        changeVisibility(queue, entry),
      ),
    ),
    GetQueueAttributes: getAttributes,
    ListDeadLetterSourceQueues: (queue) => ({
      queueUrls: sourcesOf(store, queue).map(({ url }) => url),
    }),
    ListQueueTags: () => ({}),
    PurgeQueue: (queue) => {
      queue.purge();
      return {};
    },
  };
};

const accountHandlers = (
  { store }: TakeDeps,
  moves: MessageMoves,
): Readonly<Record<string, (input: Members) => Record<string, unknown>>> => ({
  GetQueueUrl: (input) => {
    const queue = store.byName(stringMember(input, 'QueueName') ?? '');
    if (queue === undefined) throw queueDoesNotExist();
    return { QueueUrl: queue.url };
  },
  ListQueues: (input) => {
    const prefix = stringMember(input, 'QueueNamePrefix') ?? '';
    const queues = store.all().filter(({ name }) => name.startsWith(prefix));
    return queues.length === 0 ? {} : { QueueUrls: queues.map(({ url }) => url) };
  },
  StartMessageMoveTask: moves.start,
  ListMessageMoveTasks: moves.list,
  CancelMessageMoveTask: moves.cancel,
});

/** SQS over the stack's queues; a queue is found by the name at the end of its URL. FIFO queues,
 *  retention and the limit on messages in flight are not emulated. */
export const sqsService = (deps: TakeDeps): AwsService => {
  const moves = messageMoves(deps.store);
  const ofQueue = queueHandlers(deps);
  const ofAccount = accountHandlers(deps, moves);
  const queueOf = (input: Members): StoredQueue => {
    const url = stringMember(input, 'QueueUrl');
    if (url === undefined) throw missingParameter('QueueUrl');
    const queue = deps.store.byName(url.slice(url.lastIndexOf('/') + 1));
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  };
  return {
    operations: [...Object.keys(ofAccount), ...Object.keys(ofQueue)].sort(),
    changes: queueChanges,
    run: async ({ operation, input }, signal) => {
      const account = ofAccount[operation];
      if (account !== undefined) return account(input);
      return ofQueue[operation]?.(queueOf(input), input, signal) ?? {};
    },
    close: async () => {
      moves.close();
      deps.store.close();
    },
  };
};
