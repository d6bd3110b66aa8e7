// SendMessageBatch, whole: tens of ten, and the part that SQS refused is sent again or named.
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { backOff } from './back-off.ts';
import { sendMessageBatchEntriesMax } from './limits.ts';

export interface QueueMessage {
  readonly body: string;
  /** Fair queues: a noisy group does not make the others wait.
   *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html */
  readonly group?: string;
  readonly delaySeconds?: number;
}

/** Rounds that a refused part is sent in; what is left then goes back to the source queue. */
const roundsMax = 3;

/** Sends all, ten at a time. Returns the messages that SQS did not take, after three rounds: none, nearly always. */
export const sendMessages = async (
  client: SQSClient,
  queueUrl: string,
  messages: readonly QueueMessage[],
): Promise<QueueMessage[]> => {
  let left = [...messages];
  for (let round = 0; left.length > 0 && round < roundsMax; round += 1) {
    if (round > 0) await backOff(round);
    const refused = await Promise.all(tens(left).map((ten) => sendTen(client, queueUrl, ten)));
    left = refused.flat();
  }
  return left;
};

const sendTen = async (
  client: SQSClient,
  queueUrl: string,
  messages: readonly QueueMessage[],
): Promise<QueueMessage[]> => {
  const { Failed } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: messages.map(toEntry) }),
  );
  return (Failed ?? [])
    .map(({ Id }) => messages[Number(Id)])
    .filter((message) => message !== undefined);
};

const toEntry = (
  { body, group, delaySeconds }: QueueMessage,
  index: number,
): SendMessageBatchRequestEntry => ({
  Id: String(index),
  MessageBody: body,
  MessageGroupId: group,
  DelaySeconds: delaySeconds,
});

const tens = <Type>(items: readonly Type[]): Type[][] =>
  Array.from({ length: Math.ceil(items.length / sendMessageBatchEntriesMax) }, (_, index) =>
    items.slice(index * sendMessageBatchEntriesMax, (index + 1) * sendMessageBatchEntriesMax),
  );
