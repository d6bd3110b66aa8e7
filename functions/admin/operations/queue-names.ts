// Every queue with dead letters, by the name that operators know it by: `candidate-moved`, `deliveries`.
import { deadLetterQueueName } from '../../../shared/dead-letter.ts';
import { routedEventTypes } from '../../../shared/event-types.ts';

/** The fast lane: the queue that the stack names to admin; the others' names differ in their end. */
const knownQueue = 'deliveries';

/** As the stack names them. */
export const guardedQueues: readonly string[] = [
  ...routedEventTypes.map((type) => type.replaceAll('.', '-')),
  knownQueue,
  'deliveries-slow',
];

/** Where events go that no rule takes. Nobody consumes it. */
export const unroutedQueue = 'unrouted';

/** Its dead letters are EventBridge's alone: SQS redrives what another queue's redrive policy names, and none does. */
export const queuesWithDeadLetters: readonly string[] = [...guardedQueues, unroutedQueue];

/** `candidate-moved-dead` */
export const deadLettersOf = (queue: string): string => deadLetterQueueName(queue);

/**
 * Name of a queue in the account, as ARN or URL: only its end differs from the fast lane's.
 * @throws Error where the fast lane's name is not what the stack gives it
 */
export const siblingOf = (fastLane: string, queue: string): string => {
  if (!fastLane.endsWith(knownQueue)) {
    throw new Error(`the fast lane's name must end in "${knownQueue}"`);
  }
  return fastLane.slice(0, -knownQueue.length) + queue;
};
