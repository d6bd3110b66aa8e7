// What SQS on the local endpoint refuses, by the names that the real client shows.
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SmallEndpoint, startSmallEndpoint } from './small-endpoint.ts';
import { queueUrl } from './small-stack.ts';

const QueueUrl = queueUrl('work');
const handle = '0f6f2d5e-3d3b-4a55-9c3a-0d6c0a4b8f11';
const entries = (count: number, more = {}) =>
  Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, MessageBody: 'x', ...more }));

let endpoint: SmallEndpoint;
beforeAll(async () => {
  endpoint = await startSmallEndpoint();
});
afterAll(() => endpoint.close());

const message = (more: object) =>
  new SendMessageCommand({ QueueUrl, MessageBody: 'x', ...more }) as never;
const batch = (Entries: { Id: string; MessageBody: string }[]) =>
  new SendMessageBatchCommand({ QueueUrl, Entries }) as never;

const refusals: readonly [string, string, never][] = [
  ['a batch of eleven', 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest', batch(entries(11))],
  ['an empty batch', 'AWS.SimpleQueueService.EmptyBatchRequest', batch([])],
  [
    'an id that is there twice',
    'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
    batch([...entries(1), ...entries(1)]),
  ],
  [
    'an id with a dot',
    'AWS.SimpleQueueService.InvalidBatchEntryId',
    batch([{ Id: 'a.b', MessageBody: 'x' }]),
  ],
  [
    'an id of 81 letters',
    'AWS.SimpleQueueService.InvalidBatchEntryId',
    batch([{ Id: 'a'.repeat(81), MessageBody: 'x' }]),
  ],
  [
    'a batch over 1 MiB',
    'AWS.SimpleQueueService.BatchRequestTooLong',
    batch(entries(2, { MessageBody: 'x'.repeat(600_000) })),
  ],
  [
    'a message over 1 MiB',
    'InvalidParameterValue',
    message({ MessageBody: 'x'.repeat(1_048_577) }),
  ],
  ['a delay of 901 s', 'InvalidParameterValue', message({ DelaySeconds: 901 })],
  ['a negative delay', 'InvalidParameterValue', message({ DelaySeconds: -1 })],
  ['a control character', 'InvalidMessageContents', message({ MessageBody: 'a\u0001b' })],
  ['a lone surrogate', 'InvalidMessageContents', message({ MessageBody: 'a\ud800b' })],
  ['a character that is none', 'InvalidMessageContents', message({ MessageBody: 'a\uffffb' })],
  ['an empty body', 'MissingParameter', message({ MessageBody: '' })],
  ['a group of 129 letters', 'InvalidParameterValue', message({ MessageGroupId: 'g'.repeat(129) })],
  ['a group with a space', 'InvalidParameterValue', message({ MessageGroupId: 'a b' })],
  [
    'a deduplication id on a standard queue',
    'InvalidParameterValue',
    message({ MessageDeduplicationId: 'once' }),
  ],
  [
    'an attribute without a value',
    'InvalidParameterValue',
    message({ MessageAttributes: { a: { DataType: 'String', StringValue: '' } } }),
  ],
  [
    'eleven messages to receive',
    'InvalidParameterValue',
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }) as never,
  ],
  [
    'a wait of 21 s',
    'InvalidParameterValue',
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 21 }) as never,
  ],
  [
    'a visibility of more than twelve hours',
    'InvalidParameterValue',
    new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 43_201 }) as never,
  ],
  [
    'a receipt handle that is none',
    'ReceiptHandleIsInvalid',
    new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'nonsense' }) as never,
  ],
  [
    'a new visibility for a message that is not in flight',
    'AWS.SimpleQueueService.MessageNotInflight',
    new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: handle,
      VisibilityTimeout: 1,
    }) as never,
  ],
  [
    'a queue that does not exist',
    'AWS.SimpleQueueService.NonExistentQueue',
    new SendMessageCommand({ QueueUrl: queueUrl('nowhere'), MessageBody: 'x' }) as never,
  ],
  [
    'an unknown attribute',
    'InvalidAttributeName',
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Nonsense' as never] }) as never,
  ],
  [
    'a new queue, as the template is their source',
    'AWS.SimpleQueueService.UnsupportedOperation',
    new CreateQueueCommand({ QueueName: 'mine' }) as never,
  ],
];

describe('SQS on the local endpoint', () => {
  it.each(refusals)('refuses %s as %s', async (_what, Code, command) => {
    await expect(endpoint.sqs.send(command)).rejects.toMatchObject({ Code });
  });

  it('takes every character that AWS takes, and exactly 1 MiB', async () => {
    for (const MessageBody of ['\t\n\r é 漢 👩‍💻', 'x'.repeat(1_048_576)]) {
      const sent = await endpoint.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

      expect(sent.MessageId).toBeDefined();
    }
  });

  it('tells the refused entries of a batch, and sends the others', async () => {
    const answer = await endpoint.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'x' },
          { Id: 'late', MessageBody: 'x', DelaySeconds: 901 },
          { Id: 'bad', MessageBody: 'a\u0000b' },
        ],
      }),
    );

    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(answer.Failed).toMatchObject([
      { Id: 'late', Code: 'InvalidParameterValue', SenderFault: true },
      { Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true },
    ]);
  });
});
