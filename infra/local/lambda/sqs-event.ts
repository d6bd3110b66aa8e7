// The event that a queue's messages become, and what the function's answer means for each.
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { ReceivedMessage } from '../stack-model.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const recordOf = (message: ReceivedMessage, queueArn: string, region: string): SQSRecord => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: message.attributes as unknown as SQSRecord['attributes'],
  messageAttributes: message.messageAttributes as SQSRecord['messageAttributes'],
  md5OfBody: message.md5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: region,
});

export const sqsEventOf = (
  messages: readonly ReceivedMessage[],
  queueArn: string,
  region: string,
): SQSEvent => ({
  Records: messages.map((message) => recordOf(message, queueArn, region)),
});

/** The messages in order, in parts whose events have at most `bytesMax` bytes of JSON each. A
 *  message that is alone over it is a part of its own, which Lambda then refuses. */
export const splitBySize = (
  messages: readonly ReceivedMessage[],
  queueArn: string,
  region: string,
  bytesMax: number,
): ReceivedMessage[][] => {
  const parts: ReceivedMessage[][] = [];
  let bytesLeft = 0;
  for (const message of messages) {
    const bytes =
      Buffer.byteLength(JSON.stringify(recordOf(message, queueArn, region))) + ','.length;
    if (bytes > bytesLeft) {
      parts.push([]);
      bytesLeft = bytesMax - '{"Records":[]}'.length;
    }
    parts.at(-1)?.push(message);
    bytesLeft -= bytes;
  }
  return parts;
};

export type BatchAnswer =
  | { readonly kind: 'read'; readonly failedIds: ReadonlySet<string> }
  /** The whole batch has failed. */
  | { readonly kind: 'malformed'; readonly reason: string };

const malformed = (reason: string): BatchAnswer => ({ kind: 'malformed', reason });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a partial batch response. Nothing, null, `{}` and an empty or null list mean that all
 *  succeeded; what cannot be read, and an identifier that is empty or not of this batch, that
 *  all failed. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export const readBatchAnswer = (value: unknown, messageIds: ReadonlySet<string>): BatchAnswer => {
  if (value === null || value === undefined) return { kind: 'read', failedIds: new Set() };
  if (!isRecord(value)) return malformed('the answer is not an object');
  const failures = value.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return malformed('batchItemFailures is not a list');
  const failedIds = new Set<string>();
  for (const failure of failures) {
    const id = isRecord(failure) ? failure.itemIdentifier : undefined;
    if (typeof id !== 'string' || id === '') return malformed('an item has no itemIdentifier');
    if (!messageIds.has(id)) return malformed(`no message of the batch has the id ${id}`);
    failedIds.add(id);
  }
  return { kind: 'read', failedIds };
};
