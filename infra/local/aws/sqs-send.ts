// SendMessage and SendMessageBatch: what AWS refuses, and the message put into its queue.
import { AwsError } from './aws-error.ts';
import {
  type Members,
  numberMember,
  stringMember,
  structureList,
  structureMember,
} from './call-input.ts';
import type {
  MessageAttribute,
  MessageAttributes,
  QueueStore,
  StoredQueue,
} from './fauxqs-store.ts';
import {
  batchTooLong,
  emptyBatch,
  entryIdRepeated,
  invalidContents,
  invalidEntryId,
  invalidValue,
  missingParameter,
  tooManyEntries,
} from './sqs-errors.ts';

/** Bytes of a batch, and at most of a message.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const batchBytesMax = 1_048_576;
const batchEntriesMax = 10;
const delaySecondsMax = 900;
const attributesMax = 10;
const entryId = /^[A-Za-z0-9_-]{1,80}$/;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const groupId = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: SQS allows these three.
const allowedText = /^[\x09\x0a\x0d\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Refuses a batch as a whole, as AWS does before it looks into an entry. */
export const checkBatch = (operation: string, input: Members): readonly Members[] => {
  const entries = structureList(input, 'Entries');
  if (entries.length === 0) throw emptyBatch(operation);
  if (entries.length > batchEntriesMax) throw tooManyEntries(entries.length);
  const seen = new Set<string>();
  for (const entry of entries) {
    const id = stringMember(entry, 'Id') ?? '';
    if (!entryId.test(id)) throw invalidEntryId();
    if (seen.has(id)) throw entryIdRepeated(id);
    seen.add(id);
  }
  return entries;
};

const attributesOf = (entry: Members): MessageAttributes => {
  const attributes = structureMember(entry, 'MessageAttributes') ?? {};
  const names = Object.keys(attributes);
  if (names.length > attributesMax) {
    throw invalidValue(
      `Number of message attributes [${names.length}] exceeds the allowed maximum ` +
        `[${attributesMax}].`,
    );
  }
  const read = (name: string): MessageAttribute => {
    const attribute = structureMember(attributes, name) ?? {};
    const DataType = stringMember(attribute, 'DataType');
    const StringValue = stringMember(attribute, 'StringValue');
    const BinaryValue = stringMember(attribute, 'BinaryValue');
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType ?? '')) {
      throw invalidValue(
        `The type of message (user) attribute '${name}' is invalid. ` +
          'You must use only the following supported type prefixes: Binary, Number, String.',
      );
    }
    if (!(DataType?.startsWith('Binary') ? BinaryValue : StringValue)) {
      throw invalidValue(
        `Message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`,
      );
    }
    return { DataType, StringValue, BinaryValue } as MessageAttribute;
  };
  return Object.fromEntries(names.map((name) => [name, read(name)]));
};

/** Bytes as AWS counts them: the body, and each attribute's name, type and value. */
const bytesOf = (entry: Members): number => {
  const attributes = structureMember(entry, 'MessageAttributes') ?? {};
  return Object.keys(attributes).reduce(
    (bytes, name) => {
      const attribute = structureMember(attributes, name) ?? {};
      return (
        bytes +
        Buffer.byteLength(name) +
        Buffer.byteLength(stringMember(attribute, 'DataType') ?? '') +
        Buffer.byteLength(stringMember(attribute, 'StringValue') ?? '') +
        Buffer.byteLength(stringMember(attribute, 'BinaryValue') ?? '', 'base64')
      );
    },
    Buffer.byteLength(stringMember(entry, 'MessageBody') ?? ''),
  );
};

const delayOf = (queue: StoredQueue, entry: Members): number => {
  const delay = numberMember(entry, 'DelaySeconds');
  if (delay === undefined) return Number(queue.attributes.DelaySeconds ?? 0);
  if (Number.isInteger(delay) && delay >= 0 && delay <= delaySecondsMax) return delay;
  throw invalidValue(
    `Value ${delay} for parameter DelaySeconds is invalid. ` +
      `Reason: DelaySeconds must be >= 0 and <= ${delaySecondsMax}.`,
  );
};

const checkSize = (queue: StoredQueue, entry: Members): void => {
  const bytesMax = Number(queue.attributes.MaximumMessageSize ?? batchBytesMax);
  if (bytesOf(entry) <= bytesMax) return;
  throw invalidValue(
    `One or more parameters are invalid. Reason: Message must be shorter than ${bytesMax} bytes.`,
  );
};

const checkIds = (entry: Members): void => {
  const group = stringMember(entry, 'MessageGroupId');
  if (group !== undefined && !groupId.test(group)) {
    throw invalidValue(
      `Value ${group} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only ` +
        'include alphanumeric and punctuation characters. 1 to 128 in length.',
    );
  }
  const deduplication = stringMember(entry, 'MessageDeduplicationId');
  if (deduplication !== undefined) {
    throw invalidValue(
      `Value ${deduplication} for parameter MessageDeduplicationId is invalid. Reason: The ` +
        'request include parameter that is not valid for this queue type.',
    );
  }
};

/** Puts one message into a queue, or throws what AWS refuses it with. fauxqs drops the group of a
 *  message to a standard queue; a fair queue needs it. */
export const sendMessage = (
  store: QueueStore,
  queue: StoredQueue,
  entry: Members,
): Record<string, unknown> => {
  const body = stringMember(entry, 'MessageBody');
  if (!body) throw missingParameter('MessageBody');
  const attributes = attributesOf(entry);
  if (!allowedText.test(body)) throw invalidContents();
  checkSize(queue, entry);
  checkIds(entry);
  const delay = delayOf(queue, entry);
  const message = store.createMessage(
    body,
    attributes,
    delay > 0 ? delay : undefined,
    stringMember(entry, 'MessageGroupId'),
  );
  queue.enqueue(message);
  return {
    MessageId: message.messageId,
    MD5OfMessageBody: message.md5OfBody,
    ...(message.md5OfMessageAttributes === ''
      ? {}
      : { MD5OfMessageAttributes: message.md5OfMessageAttributes }),
  };
};

/** Puts up to ten messages; one that AWS refuses is told in `Failed`, and the others are sent. */
export const sendMessageBatch = (
  store: QueueStore,
  queue: StoredQueue,
  input: Members,
): Record<string, unknown> => {
  const entries = checkBatch('SendMessageBatch', input);
  const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (bytes > batchBytesMax) throw batchTooLong(batchBytesMax, bytes);
  return eachEntry(entries, (entry) => sendMessage(store, queue, entry));
};

/** Runs a batch's entries one by one and sorts them into `Successful` and `Failed`. */
export const eachEntry = (
  entries: readonly Members[],
  run: (entry: Members) => Record<string, unknown>,
): Record<string, unknown> => {
  const Successful: Record<string, unknown>[] = [];
  const Failed: Record<string, unknown>[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { queryCode, message } = error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: queryCode, Message: message });
    }
  }
  return { Successful, ...(Failed.length === 0 ? {} : { Failed }) };
};
