// Dead letters: where they are, and why a message is one. A customer's failure never is.
import { deadLetterQueueName } from './queue-names.ts';

/**
 * URL of the dead letters of the queue that a record came from. Queues of one account and region differ in
 * the last part of their URL only, so any of them gives the rest.
 */
export const deadLetterQueueUrl = (eventSourceArn: string, anyQueueUrl: string): string => {
  const queueName = eventSourceArn.slice(eventSourceArn.lastIndexOf(':') + 1);
  return new URL(deadLetterQueueName(queueName), anyQueueUrl).href;
};

/** Whether a record came from this queue: ARN and URL end alike. */
export const isQueueOf = (eventSourceArn: string, queueUrl: string): boolean =>
  eventSourceArn.slice(eventSourceArn.lastIndexOf(':') + 1) ===
  queueUrl.slice(queueUrl.lastIndexOf('/') + 1);

/** Why a message went to its dead letters at once. Alarms, logs and the runbook refer to these codes. */
export type DeadLetterCode =
  | 'INVALID_EVENT'
  | 'EVENT_TOO_LARGE'
  | 'EVENT_ID_REUSED'
  | 'INVALID_MESSAGE';
