// Every queue with dead letters, and where it is: operators and routes name queues without the stack.
import { routedEventTypes } from '../../../shared/event-types.ts';
import {
  eventQueueName,
  fastLaneName,
  slowLaneName,
  unroutedName,
} from '../../../shared/queue-names.ts';

/** Of the unrouted, dead letters are EventBridge's alone: SQS redrives what another queue's redrive policy names, and
 *  none does. */
export const queuesWithDeadLetters: readonly string[] = [
  ...routedEventTypes.map(eventQueueName),
  fastLaneName,
  slowLaneName,
  unroutedName,
];

/**
 * Name of a queue in the account, as ARN or URL: only its end differs from the fast lane's.
 * @throws Error where the fast lane's name is not what the stack gives it
 */
export const siblingOf = (fastLane: string, queue: string): string => {
  if (!fastLane.endsWith(fastLaneName)) {
    throw new Error(`the fast lane's name must end in "${fastLaneName}"`);
  }
  return fastLane.slice(0, -fastLaneName.length) + queue;
};
