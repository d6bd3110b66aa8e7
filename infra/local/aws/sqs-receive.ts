// ReceiveMessage on the wire: its limits, and the form in which a message is given out.
import { type Members, numberMember, stringList } from './call-input.ts';
import type { QueueStore, StoredMessage, StoredQueue } from './fauxqs-store.ts';
import { outOfRange } from './sqs-errors.ts';
import { type TakeDeps, type TakenMessage, takeMessages } from './take-messages.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const receiveMax = 10;
const waitSecondsMax = 20;
export const visibilitySecondsMax = 43_200;

/** The system attributes of a message, by SQS's names. */
export const systemAttributes = (message: StoredMessage): Record<string, string> => ({
  SenderId: 'local',
  SentTimestamp: String(message.sentTimestamp),
  ApproximateReceiveCount: String(message.approximateReceiveCount),
  ApproximateFirstReceiveTimestamp: String(message.approximateFirstReceiveTimestamp),
  ...(message.messageGroupId === undefined ? {} : { MessageGroupId: message.messageGroupId }),
  ...(message.messageDeduplicationId === undefined
    ? {}
    : { DeadLetterQueueSourceArn: message.messageDeduplicationId }),
});

const namesMatch = (wanted: readonly string[], name: string): boolean =>
  wanted.some(
    (each) =>
      each === 'All' || each === name || (each.endsWith('*') && name.startsWith(each.slice(0, -1))),
  );

const pick = <T>(all: Readonly<Record<string, T>>, wanted: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => namesMatch(wanted, name)));

/** A message on the wire: only the attributes that were asked for, and their digest. fauxqs gives
 *  all of them, and the digest of all. */
const wireMessage = (
  store: QueueStore,
  { receiptHandle, message }: TakenMessage,
  input: Members,
): Record<string, unknown> => {
  const Attributes = pick(systemAttributes(message), [
    ...stringList(input, 'AttributeNames'),
    ...stringList(input, 'MessageSystemAttributeNames'),
  ]);
  const MessageAttributes = pick(
    message.messageAttributes,
    stringList(input, 'MessageAttributeNames'),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(Object.keys(Attributes).length === 0 ? {} : { Attributes }),
    ...(Object.keys(MessageAttributes).length === 0
      ? {}
      : {
          MessageAttributes,
          MD5OfMessageAttributes: store.md5OfMessageAttributes(MessageAttributes),
        }),
  };
};

const within = (input: Members, name: string, min: number, max: number): number | undefined => {
  const value = numberMember(input, name);
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max))
    return value;
  throw outOfRange(name, value, min, max);
};

/** ReceiveMessage. Nothing to give is an answer without `Messages`. */
export const receiveMessage = async (
  deps: TakeDeps,
  queue: StoredQueue,
  input: Members,
  signal: AbortSignal,
): Promise<Record<string, unknown>> => {
  const queueWait = Number(queue.attributes.ReceiveMessageWaitTimeSeconds ?? 0);
  const visibilitySeconds = within(input, 'VisibilityTimeout', 0, visibilitySecondsMax);
  const taken = await takeMessages(deps, queue, {
    max: within(input, 'MaxNumberOfMessages', 1, receiveMax) ?? 1,
    waitSeconds: within(input, 'WaitTimeSeconds', 0, waitSecondsMax) ?? queueWait,
    ...(visibilitySeconds === undefined ? {} : { visibilitySeconds }),
    signal,
  });
  if (taken.length === 0) return {};
  return { Messages: taken.map((each) => wireMessage(deps.store, each, input)) };
};
