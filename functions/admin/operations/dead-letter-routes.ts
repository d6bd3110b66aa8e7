// Dead letters: how many lie where, what they are, and their way back to the queue they belong to.
import * as z from 'zod';
import { ConflictError } from '../../../shared/errors.ts';
import { deadLetterQueueName, unroutedName } from '../../../shared/queue-names.ts';
import { gone, notFound, notPossibleNow } from '../problem.ts';
import { type Answer, defineRoute, type Route } from '../route.ts';
import { peekMessages } from './peek-messages.ts';
import type { MoveTask, QueuePorts } from './queues.ts';
import { deadLetterJson, deadLetterToJson } from './received-message.ts';
import { queuesWithDeadLetters } from './stack-queues.ts';

const path = '/v1/operations/dead-letters';
const tag = 'Operations';

/** Messages a second.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
const movesPerSecondMax = 500;

const queueParams = z.object({
  queue: z.string().max(80).describe('As the list names it, such as `candidate-moved`.'),
});

/** To be used by every look into a queue. */
export const peekBody = z.strictObject({
  limit: z.int().min(1).max(100).default(10).describe('Messages at most.'),
});

const redriveJson = z
  .strictObject({
    status: z.enum(['running', 'completed', 'cancelling', 'cancelled', 'failed']),
    started_at: z.iso.datetime(),
    moved: z.int(),
    to_move: z.int().describe('When it began; as SQS counts, approximately.'),
    max_per_second: z.int().nullable(),
    failure: z.string().nullable(),
  })
  .meta({ id: 'Redrive' });

const redriveToJson = (task: MoveTask): z.input<typeof redriveJson> => ({
  status: task.status,
  started_at: task.startedAt.toISOString(),
  moved: task.moved,
  to_move: task.toMove,
  max_per_second: task.maxPerSecond ?? null,
  failure: task.failure ?? null,
});

const queueJson = z
  .strictObject({
    queue: z.string(),
    dead_letters: z.int().describe('As SQS counts, approximately.'),
    in_flight: z.int().describe('Of them: being looked at or moved.'),
  })
  .meta({ id: 'DeadLetterQueue' });

/** @throws ProblemError not-found */
const known = (queue: string): string => {
  if (!queuesWithDeadLetters.includes(queue)) throw notFound('queue');
  return queue;
};

/** SQS moves what lies in a queue that another one's redrive policy names; the unrouted queue has none.
 *  @throws ProblemError not-found · not-possible-now */
const redrivable = (queue: string): string => {
  if (known(queue) !== unroutedName) return deadLetterQueueName(queue);
  throw notPossibleNow(
    'Dead letters of unrouted events have no queue to go back to.',
    'POST /v1/operations/unrouted/put-again puts them on the bus.',
  );
};

const redriveAnswer = (status: 200 | 202, task: MoveTask): Answer => ({
  status,
  body: redriveToJson(task),
  reference: { started_at: task.startedAt.toISOString() },
});

const latestMove = async (deps: QueuePorts, from: string): Promise<MoveTask> => {
  const [task] = await deps.listMoves(from);
  if (task === undefined) throw new ConflictError('SQS does not list the redrive that it has');
  return task;
};

/** @throws ProblemError gone */
const moveBegunAt = async (deps: QueuePorts, from: string, at: string): Promise<MoveTask> => {
  const tasks = await deps.listMoves(from);
  const task = tasks.find(({ startedAt }) => startedAt.toISOString() === at);
  if (task === undefined) throw gone('redrive');
  return task;
};

export const deadLetterRoutes: readonly Route<QueuePorts>[] = [
  defineRoute({
    method: 'GET',
    path,
    id: 'listDeadLetters',
    tag,
    summary: 'Every queue, and how many dead letters it has',
    params: z.object({}),
    answers: {
      200: {
        description: 'All queues. Each number should be 0.',
        schema: z.strictObject({ queues: z.array(queueJson) }),
      },
    },
    handle: async (deps: QueuePorts) => {
      const queues = await Promise.all(
        queuesWithDeadLetters.map(async (queue) => {
          const { waiting, inFlight } = await deps.countMessages(deadLetterQueueName(queue));
          return { queue, dead_letters: waiting + inFlight, in_flight: inFlight };
        }),
      );
      return { status: 200, body: { queues } };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/{queue}/peek`,
    id: 'peekDeadLetters',
    tag,
    summary: 'Look at dead letters: ids, type and reason, never bodies',
    description:
      'A look raises the receive count of what it shows, and hides it from other looks until it ends. ' +
      'SQS keeps no order: two looks may show different messages. A repeated `Idempotency-Key` looks again.',
    params: queueParams,
    body: peekBody,
    answers: {
      200: {
        description: 'Some of them, in no order.',
        schema: z.strictObject({ dead_letters: z.array(deadLetterJson) }),
      },
    },
    handle: async (deps: QueuePorts, { params, body }) => {
      const letters = await peekMessages(
        deps,
        deadLetterQueueName(known(params.queue)),
        body.limit,
      );
      return { status: 200, body: { dead_letters: letters.map(deadLetterToJson) } };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/{queue}/redrive`,
    id: 'redriveDeadLetters',
    tag,
    summary: 'Move all dead letters of a queue back to it',
    description:
      'Mend the cause first. SQS moves them, however they came there; what was delivered is known by its ' +
      'ids and not delivered again. One redrive of a queue at a time.',
    params: queueParams,
    body: z.strictObject({
      max_per_second: z
        .int()
        .min(1)
        .max(movesPerSecondMax)
        .optional()
        .describe('SQS’s own choice where it is not given.'),
    }),
    answers: { 202: { description: 'Begun. SQS does it.', schema: redriveJson } },
    problems: ['/problems/not-possible-now'],
    handle: async (deps: QueuePorts, { params, body }) => {
      const from = redrivable(params.queue);
      if (!(await deps.startMove(from, params.queue, body.max_per_second))) {
        throw notPossibleNow('A redrive of this queue is under way.');
      }
      return redriveAnswer(202, await latestMove(deps, from));
    },
    rebuild: async (deps, { params }, { started_at }) =>
      redriveAnswer(202, await moveBegunAt(deps, redrivable(params.queue), started_at!)),
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/{queue}/redrive/cancel`,
    id: 'cancelRedrive',
    tag,
    summary: 'Cancel the redrive of a queue',
    description: 'What is moved stays so; the rest stays among the dead letters.',
    params: queueParams,
    body: z.strictObject({}),
    answers: { 200: { description: 'Cancelled, or about to be.', schema: redriveJson } },
    problems: ['/problems/not-possible-now'],
    handle: async (deps: QueuePorts, { params }) => {
      const from = redrivable(params.queue);
      if (!(await deps.cancelMove(from))) {
        throw notPossibleNow('No redrive of this queue is under way.');
      }
      return redriveAnswer(200, await latestMove(deps, from));
    },
    rebuild: async (deps, { params }, { started_at }) =>
      redriveAnswer(200, await moveBegunAt(deps, redrivable(params.queue), started_at!)),
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/{queue}/redrives`,
    id: 'listRedrives',
    tag,
    summary: 'The last redrives of a queue, and how far they are',
    params: queueParams,
    answers: {
      200: {
        description: 'The latest first, at most ten.',
        schema: z.strictObject({ redrives: z.array(redriveJson) }),
      },
    },
    problems: ['/problems/not-possible-now'],
    handle: async (deps: QueuePorts, { params }) => {
      const tasks = await deps.listMoves(redrivable(params.queue));
      return { status: 200, body: { redrives: tasks.map(redriveToJson) } };
    },
  }),
];
