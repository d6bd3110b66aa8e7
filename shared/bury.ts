// Poison goes to its dead letters at once, with its reason, instead of coming back twenty times.
import {
  type MessageAttributeValue,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { deadLetterQueueUrl } from './dead-letter.ts';
import type { PoisonError } from './errors.ts';

/** Bytes of an SQS message, its attributes included.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const messageBytesMax = 1024 * 1024;

/** Bytes of both attributes without the reason's text: their names, their types and the longest code. */
const attributeBytes = 64;

/** Characters of a reason: a sentence, with the paths of a few fields. */
const reasonCharactersMax = 1_000;

/** Puts the record, as it came, into the dead letters of its queue: attributes `code` and `reason` say why. */
export const bury = async (
  client: SQSClient,
  anyQueueUrl: string,
  record: Pick<SQSRecord, 'body' | 'eventSourceARN'>,
  poison: PoisonError,
): Promise<void> => {
  await client.send(
    new SendMessageCommand({
      QueueUrl: deadLetterQueueUrl(record.eventSourceARN, anyQueueUrl),
      MessageBody: record.body,
      MessageAttributes: attributesOf(record.body, poison),
    }),
  );
};

/** A body that fills the message on its own goes without: better no reason beside it than twenty receives. */
const attributesOf = (
  body: string,
  poison: PoisonError,
): Record<string, MessageAttributeValue> | undefined => {
  const reason = printable(poison.message);
  const room = messageBytesMax - Buffer.byteLength(body) - attributeBytes;
  if (Buffer.byteLength(reason) > room) return undefined;
  return {
    code: { DataType: 'String', StringValue: poison.code },
    reason: { DataType: 'String', StringValue: reason },
  };
};

/** SQS refuses control characters and lone surrogates, and a field's name in an event may hold any. */
const printable = (text: string): string =>
  text
    .slice(0, reasonCharactersMax)
    .toWellFormed()
    .replaceAll(/[^\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ');
