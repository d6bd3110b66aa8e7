// The in-process door to the queues, for the pollers of event source mappings.
import type { QueueEngine, ReceivedMessage } from '../stack-model.ts';
import type { MessageAttribute, MessageAttributes, StoredQueue } from './fauxqs-store.ts';
import { queueDoesNotExist } from './sqs-errors.ts';
import { systemAttributes } from './sqs-receive.ts';
import { sendMessage } from './sqs-send.ts';
import { type TakeDeps, type TakenMessage, takeMessages } from './take-messages.ts';

/** A message attribute as Lambda's SQS event has it.
 *  https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const lambdaAttribute = ({ DataType, StringValue, BinaryValue }: MessageAttribute) => ({
  ...(StringValue === undefined ? {} : { stringValue: StringValue }),
  ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});

const lambdaAttributes = (attributes: MessageAttributes): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [name, lambdaAttribute(attribute)]),
  );

const received = ({ receiptHandle, message }: TakenMessage): ReceivedMessage => ({
  messageId: message.messageId,
  receiptHandle,
  body: message.body,
  attributes: systemAttributes(message),
  messageAttributes: lambdaAttributes(message.messageAttributes),
  md5OfBody: message.md5OfBody,
});

/** Text attributes in the form of SendMessage. */
export const textAttributes = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [
      name,
      { DataType: 'String', StringValue },
    ]),
  );

/** Asks no permission: whoever uses it has asked. Each method throws an `AwsError` for an unknown
 *  queue. */
export const queueEngine = (deps: TakeDeps): QueueEngine => {
  const { store } = deps;
  const queueOf = (arn: string): StoredQueue => {
    const queue = store.byArn(arn);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  };
  return {
    receive: async (queueArn, max, waitSeconds, signal) => {
      const taken = await takeMessages(deps, queueOf(queueArn), { max, waitSeconds, signal });
      return taken.map(received);
    },
    delete: async (queueArn, receiptHandles) => {
      const queue = queueOf(queueArn);
      store.atomically(() => {
        for (const handle of receiptHandles) queue.deleteMessage(handle);
      });
    },
    changeVisibility: async (queueArn, receiptHandles, seconds) => {
      const queue = queueOf(queueArn);
      store.atomically(() => {
        for (const handle of receiptHandles) queue.changeVisibility(handle, seconds);
      });
    },
    send: async (queueArn, body, attributes = {}) => {
      const queue = queueOf(queueArn);
      sendMessage(store, queue, {
        MessageBody: body,
        MessageAttributes: textAttributes(attributes),
      });
    },
  };
};
