// Redrive of dead letters: StartMessageMoveTask and its two companions, which fauxqs lacks.
import { randomUUID } from 'node:crypto';
import { type Members, numberMember, stringMember } from './call-input.ts';
import type { QueueStore, StoredMessage, StoredQueue } from './fauxqs-store.ts';
import { invalidValue, resourceNotFound } from './sqs-errors.ts';

/** Messages a second, at most and where the caller says nothing.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
const movesPerSecondMax = 500;
const ticksPerSecond = 10;

interface MoveTask {
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
const taskHandle = (sourceArn: string): string =>
  Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64');

const targetOf = (queue: StoredQueue): unknown => {
  const policy = queue.attributes.RedrivePolicy;
  return policy === undefined ? undefined : JSON.parse(policy).deadLetterTargetArn;
};

/** The queues whose dead letters go to this one. */
export const sourcesOf = (store: QueueStore, deadLetters: StoredQueue): readonly StoredQueue[] =>
  store.all().filter((queue) => targetOf(queue) === deadLetters.arn);

/** A message on its way back counts as new: no receives, a new time, no origin.
 *  Writing it under its id into its new queue's rows takes it out of the old one's in the same statement. */
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

const tickMs = (task: MoveTask): number =>
  (1000 * movesPerTick(task)) / (task.perSecond ?? movesPerSecondMax);

const moveSome = (store: QueueStore, task: MoveTask): void => {
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

const describe = (task: MoveTask): Record<string, unknown> => ({
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

export interface MessageMoves {
  start(input: Members): Record<string, unknown>;
  list(input: Members): Record<string, unknown>;
  cancel(input: Members): Record<string, unknown>;
  close(): void;
}

/** The tasks that move dead letters back. They are forgotten at the end of the process; what is not yet moved
 *  then stays where it is. */
export const messageMoves = (store: QueueStore): MessageMoves => {
  const tasks: MoveTask[] = [];
  const queueOf = (input: Members, member: string): StoredQueue => {
    const queue = store.byArn(stringMember(input, member) ?? '');
    if (queue === undefined) throw resourceNotFound(member);
    return queue;
  };
  const deadLettersOf = (input: Members): StoredQueue => {
    const source = queueOf(input, 'SourceArn');
    if (sourcesOf(store, source).length > 0) return source;
    throw invalidValue('Source queue must be configured as a Dead Letter Queue.');
  };
  const proceed = (task: MoveTask): void => {
    store.atomically(() => moveSome(store, task));
    if (task.status !== 'RUNNING') clearInterval(task.timer);
  };

  return {
    start: (input) => {
      const source = deadLettersOf(input);
      if (tasks.some((task) => task.source === source && task.status === 'RUNNING')) {
        throw invalidValue('There is already a task running. Only one active task is allowed.');
      }
      const perSecond = numberMember(input, 'MaxNumberOfMessagesPerSecond');
      if (perSecond !== undefined && !(perSecond >= 1 && perSecond <= movesPerSecondMax)) {
        throw invalidValue(
          `Value ${perSecond} for parameter MaxNumberOfMessagesPerSecond is invalid. ` +
            `Reason: Must be between 1 and ${movesPerSecondMax}.`,
        );
      }
      const task: MoveTask = {
        handle: taskHandle(source.arn),
        source,
        destination:
          input.DestinationArn === undefined ? undefined : queueOf(input, 'DestinationArn'),
        perSecond,
        startedAt: Date.now(),
        toMove: source.messages.length,
        moved: 0,
        status: 'RUNNING',
      };
      tasks.unshift(task);
      task.timer = setInterval(() => proceed(task), tickMs(task));
      return { TaskHandle: task.handle };
    },
    list: (input) => {
      const source = deadLettersOf(input);
      const max = numberMember(input, 'MaxResults') ?? 1;
      return {
        Results: tasks
          .filter((task) => task.source === source)
          .slice(0, max)
          .map(describe),
      };
    },
    cancel: (input) => {
      const handle = stringMember(input, 'TaskHandle');
      const task = tasks.find((each) => each.handle === handle && each.status === 'RUNNING');
      if (task === undefined) throw resourceNotFound('TaskHandle');
      clearInterval(task.timer);
      task.status = 'CANCELLED';
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },
    close: () => {
      for (const task of tasks) clearInterval(task.timer);
    },
  };
};
