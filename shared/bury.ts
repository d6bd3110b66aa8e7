// Poison goes to its dead letters at once, with its reason, instead of coming back twenty times.
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { deadLetterQueueUrl } from './dead-letter.ts';
import type { PoisonError } from './errors.ts';

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
      MessageAttributes: {
        code: { DataType: 'String', StringValue: poison.code },
        // SQS takes 1 MiB with the body; a sentence needs no more than this.
        reason: { DataType: 'String', StringValue: printable(poison.message) },
      },
    }),
  );
};

/** SQS refuses control characters and lone surrogates, and a field's name in an event may hold any. */
const printable = (text: string): string =>
  text
    .slice(0, 1_000)
    .toWellFormed()
    .replaceAll(/[^\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ');
