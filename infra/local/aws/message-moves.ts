// Redrive of dead letters: StartMessageMoveTask and its two companions, which fauxqs lacks.
import { type Members, numberMember, stringMember } from './call-input.ts';
import type { QueueStore, StoredQueue } from './fauxqs-store.ts';
import {
  describeTask,
  type MoveTask,
  moveSome,
  movesPerSecondMax,
  sourcesOf,
  taskHandle,
  tickMs,
} from './message-move-task.ts';
import { invalidValue, resourceNotFound } from './sqs-errors.ts';

export interface MessageMoves {
  start(input: Members): Record<string, unknown>;
  list(input: Members): Record<string, unknown>;
  cancel(input: Members): Record<string, unknown>;
  close(): void;
}

const queueOf = (store: QueueStore, input: Members, member: string): StoredQueue => {
  const queue = store.byArn(stringMember(input, member) ?? '');
  if (queue === undefined) throw resourceNotFound(member);
  return queue;
};

const deadLettersOf = (store: QueueStore, input: Members): StoredQueue => {
  const source = queueOf(store, input, 'SourceArn');
  if (sourcesOf(store, source).length > 0) return source;
  throw invalidValue('Source queue must be configured as a Dead Letter Queue.');
};

const paceOf = (input: Members): number | undefined => {
  const pace = numberMember(input, 'MaxNumberOfMessagesPerSecond');
  if (pace === undefined || (pace >= 1 && pace <= movesPerSecondMax)) return pace;
  throw invalidValue(
    `Value ${pace} for parameter MaxNumberOfMessagesPerSecond is invalid. ` +
      `Reason: Must be between 1 and ${movesPerSecondMax}.`,
  );
};

const readTask = (store: QueueStore, input: Members): MoveTask => {
  const source = deadLettersOf(store, input);
  const named = input.DestinationArn !== undefined;
  return {
    handle: taskHandle(source.arn),
    source,
    destination: named ? queueOf(store, input, 'DestinationArn') : undefined,
    perSecond: paceOf(input),
    startedAt: Date.now(),
    toMove: source.messages.length,
    moved: 0,
    status: 'RUNNING',
  };
};

/** The tasks that move dead letters back. They are forgotten at the end of the process; what is not
 *  yet moved then stays where it is. */
export const messageMoves = (store: QueueStore): MessageMoves => {
  const tasks: MoveTask[] = [];
  const proceed = (task: MoveTask): void => {
    store.atomically(() => moveSome(store, task));
    if (task.status !== 'RUNNING') clearInterval(task.timer);
  };

  return {
    start: (input) => {
      const task = readTask(store, input);
      if (tasks.some(({ source, status }) => source === task.source && status === 'RUNNING')) {
        throw invalidValue('There is already a task running. Only one active task is allowed.');
      }
      tasks.unshift(task);
      task.timer = setInterval(() => proceed(task), tickMs(task));
      return { TaskHandle: task.handle };
    },
    list: (input) => {
      const source = deadLettersOf(store, input);
      const ofSource = tasks.filter((task) => task.source === source);
      return {
        Results: ofSource.slice(0, numberMember(input, 'MaxResults') ?? 1).map(describeTask),
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
