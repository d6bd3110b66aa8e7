// One task that moves dead letters back: how fast, where to, and how it is told.
import { randomUUID } from 'node:crypto';
import type { QueueStore, StoredMessage, StoredQueue } from './fauxqs-store.ts';

/** Messages a second, at most and where the caller says nothing.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
export const movesPerSecondMax = 500;
const ticksPerSecond = 10;

export interface MoveTask {
  readonly handle: string;
  readonly source: StoredQueue;
  readonly destination: StoredQueue | undefined;
  readonly perSecond: number | undefined;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failure?: string;
  timer?: NodeJS.Timeout;
}

/** A handle names its queue, as AWS's does: a cancel is judged on that queue. */
export const taskHandle = (sourceArn: string): string =>
  Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64');

const targetOf = (queue: StoredQueue): unknown => {
  const policy = queue.attributes.RedrivePolicy;
  return policy === undefined ? undefined : JSON.parse(policy).deadLetterTargetArn;
};

/** The queues whose dead letters go to this one. */
export const sourcesOf = (store: QueueStore, deadLetters: StoredQueue): readonly StoredQueue[] =>
  store.all().filter((queue) => targetOf(queue) === deadLetters.arn);

/** A message on its way back counts as new: no receives, a new time, no origin. Writing it under
 *  its id into its new queue's rows takes it out of the old one's in the same statement. */
const renewed = (message: StoredMessage): StoredMessage => ({
  ...message,
  sentTimestamp: Date.now(),
  approximateReceiveCount: 0,
  approximateFirstReceiveTimestamp: undefined,
  messageDeduplicationId: undefined,
});

const destinationOf = (
  store: QueueStore,
  task: MoveTask,
  message: StoredMessage,
): StoredQueue | undefined => {
  if (task.destination !== undefined) return task.destination;
  const origin = message.messageDeduplicationId;
  if (origin !== undefined) return store.byArn(origin);
  const sources = sourcesOf(store, task.source);
  return sources.length === 1 ? sources[0] : undefined;
};

const movesPerTick = ({ perSecond = movesPerSecondMax }: MoveTask): number =>
  Math.ceil(perSecond / ticksPerSecond);

/** Milliseconds between two calls of `moveSome`. */
export const tickMs = (task: MoveTask): number =>
  (1000 * movesPerTick(task)) / (task.perSecond ?? movesPerSecondMax);

/** Moves one tick's messages, and ends the task where none is left. */
export const moveSome = (store: QueueStore, task: MoveTask): void => {
  const count = movesPerTick(task);
  task.source.processTimers();
  for (let moved = 0; moved < count && task.moved < task.toMove; moved += 1) {
    const message = task.source.messages[0];
    if (message === undefined) break;
    const destination = destinationOf(store, task, message);
    if (destination === undefined) {
      task.status = 'FAILED';
      task.failure = 'CouldNotDetermineMessageSource';
      return;
    }
    task.source.messages.shift();
    destination.enqueue(renewed(message));
    task.moved += 1;
  }
  if (task.moved >= task.toMove || task.source.messages.length === 0) task.status = 'COMPLETED';
};

/** The task as ListMessageMoveTasks tells it: a handle only while it runs. */
export const describeTask = (task: MoveTask): Record<string, unknown> => ({
  ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
  Status: task.status,
  SourceArn: task.source.arn,
  ...(task.destination === undefined ? {} : { DestinationArn: task.destination.arn }),
  ...(task.perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.perSecond }),
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  ...(task.failure === undefined ? {} : { FailureReason: task.failure }),
  StartedTimestamp: task.startedAt,
});
