// The stack's queues as operators look at them: SQS's edge. Queues go by their short names.
import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { ReceivedMessage } from './received-message.ts';
import { siblingOf } from './stack-queues.ts';

export interface QueueCounts {
  /** Approximate, as SQS counts. */
  readonly waiting: number;
  /** Received by somebody, and not yet visible again. */
  readonly inFlight: number;
}

export interface MoveTask {
  readonly status: 'running' | 'completed' | 'cancelling' | 'cancelled' | 'failed';
  readonly startedAt: Date;
  readonly moved: number;
  /** When it began. */
  readonly toMove: number;
  readonly maxPerSecond?: number;
  readonly failure?: string;
}

export interface QueuePorts {
  countMessages(queue: string): Promise<QueueCounts>;
  /** So many and at most ten, hidden from others until made visible or for a minute. Raises their receive count. */
  receiveMessages(queue: string, max: number): Promise<ReceivedMessage[]>;
  /** Visible to all again, at once. */
  makeVisible(queue: string, messages: readonly ReceivedMessage[]): Promise<void>;
  deleteMessage(queue: string, message: ReceivedMessage): Promise<void>;
  /** False where a task moves messages of this queue already. */
  startMove(from: string, to: string, maxPerSecond?: number): Promise<boolean>;
  /** Leaves what is not moved where it is. False where no task moves messages of this queue. */
  cancelMove(from: string): Promise<boolean>;
  /** At most ten, the latest first. */
  listMoves(from: string): Promise<MoveTask[]>;
}

/** Entries of one batch, messages of one receive.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const batchMax = 10;

/** Longer than a call of admin lasts: one call never takes a message twice. */
const hiddenSeconds = 60;

/** Tasks that one call lists.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html */
const tasksMax = 10;

/** @param fastLane the URL and the ARN of the queue that the others are named like */
export const createQueuePorts = (
  client: SQSClient,
  fastLane: { readonly url: string; readonly arn: string },
): QueuePorts => {
  const urlOf = (queue: string) => siblingOf(fastLane.url, queue);
  const arnOf = (queue: string) => siblingOf(fastLane.arn, queue);
  return {
    countMessages: (queue) => countMessages(client, urlOf(queue)),
    receiveMessages: (queue, max) => receiveMessages(client, urlOf(queue), max),
    makeVisible: (queue, messages) => makeVisible(client, urlOf(queue), messages),
    deleteMessage: async (queue, { receipt }) => {
      await client.send(
        new DeleteMessageCommand({ QueueUrl: urlOf(queue), ReceiptHandle: receipt }),
      );
    },
    startMove: (from, to, maxPerSecond) =>
      startMove(client, { from: arnOf(from), to: arnOf(to), maxPerSecond }),
    cancelMove: (from) => cancelMove(client, arnOf(from)),
    listMoves: (from) => listMoves(client, arnOf(from)),
  };
};

const countMessages = async (client: SQSClient, QueueUrl: string): Promise<QueueCounts> => {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
};

const receiveMessages = async (
  client: SQSClient,
  QueueUrl: string,
  max: number,
): Promise<ReceivedMessage[]> => {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: Math.min(max, batchMax),
      VisibilityTimeout: hiddenSeconds,
      // Long polling asks every server of the queue: a short one may find nothing where there is something.
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    }),
  );
  return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes = {} }) => ({
    messageId: MessageId!,
    receipt: ReceiptHandle!,
    body: Body ?? '',
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
        StringValue === undefined ? [] : [[name, StringValue]],
      ),
    ),
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
    receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
  }));
};

/** What SQS refuses becomes visible when its time is over. */
const makeVisible = async (
  client: SQSClient,
  QueueUrl: string,
  messages: readonly ReceivedMessage[],
): Promise<void> => {
  for (let from = 0; from < messages.length; from += batchMax) {
    const Entries = messages.slice(from, from + batchMax).map(({ receipt }, index) => ({
      Id: String(index),
      ReceiptHandle: receipt,
      VisibilityTimeout: 0,
    }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
};

/** `DestinationArn` always: what a function or EventBridge put there has no source that SQS could find.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
const startMove = async (
  client: SQSClient,
  { from, to, maxPerSecond }: { from: string; to: string; maxPerSecond: number | undefined },
): Promise<boolean> => {
  try {
    await client.send(
      new StartMessageMoveTaskCommand({
        SourceArn: from,
        DestinationArn: to,
        MaxNumberOfMessagesPerSecond: maxPerSecond,
      }),
    );
    return true;
  } catch (error) {
    // SQS has one code for every wrong parameter; of ours none is, unless a task is running.
    const moves = await listMoves(client, from);
    if (moves.some(({ status }) => status === 'running' || status === 'cancelling')) return false;
    throw error;
  }
};

/** Only a running task has a handle.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasksResultEntry.html */
const cancelMove = async (client: SQSClient, from: string): Promise<boolean> => {
  const runningHandle = async () =>
    (await listTasks(client, from)).find(({ Status }) => Status === 'RUNNING')?.TaskHandle;
  const TaskHandle = await runningHandle();
  if (TaskHandle === undefined) return false;
  try {
    await client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    return true;
  } catch (error) {
    if ((await runningHandle()) !== TaskHandle) return false;
    throw error;
  }
};

const listTasks = async (client: SQSClient, SourceArn: string) => {
  const { Results = [] } = await client.send(
    new ListMessageMoveTasksCommand({ SourceArn, MaxResults: tasksMax }),
  );
  return Results;
};

const listMoves = async (client: SQSClient, from: string): Promise<MoveTask[]> =>
  (await listTasks(client, from)).map((task) => ({
    status: task.Status?.toLowerCase() as MoveTask['status'],
    startedAt: new Date(task.StartedTimestamp ?? 0),
    moved: Number(task.ApproximateNumberOfMessagesMoved ?? 0),
    toMove: Number(task.ApproximateNumberOfMessagesToMove ?? 0),
    ...(task.MaxNumberOfMessagesPerSecond !== undefined && {
      maxPerSecond: task.MaxNumberOfMessagesPerSecond,
    }),
    ...(task.FailureReason !== undefined && { failure: task.FailureReason }),
  }));
