// SQS on the local endpoint, through the real client: sending, receiving, visibility, dead letters.
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, type SmallEndpoint, startSmallEndpoint } from './small-endpoint.ts';
import { queueArn, queueUrl } from './small-stack.ts';

const work = queueUrl('work');
let endpoint: SmallEndpoint;
beforeEach(async () => {
  endpoint = await startSmallEndpoint();
});
afterEach(() => endpoint.close());

const send = (MessageBody: string, more = {}) =>
  endpoint.sqs.send(new SendMessageCommand({ QueueUrl: work, MessageBody, ...more }));

const receive = async (more = {}): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: work,
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
    ...more,
  });
  return (await endpoint.sqs.send(command)).Messages ?? [];
};

const attributesOf = async (name: string) => {
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl(name),
    AttributeNames: ['All'],
  });
  return (await endpoint.sqs.send(command)).Attributes ?? {};
};

describe('SQS on the local endpoint', () => {
  it('gives a message out with its group and its system attributes', async () => {
    const sentAt = Date.now();
    await send('one', { MessageGroupId: 'sub_1' });

    const [message] = await receive();

    expect(message?.Body).toBe('one');
    expect(message?.Attributes).toMatchObject({
      MessageGroupId: 'sub_1',
      ApproximateReceiveCount: '1',
      SenderId: 'local',
    });
    expect(Number(message?.Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(sentAt);
    expect(Number(message?.Attributes?.ApproximateFirstReceiveTimestamp)).toBeGreaterThanOrEqual(
      sentAt,
    );
  });

  it('gives only the attributes that were asked for', async () => {
    const MessageAttributes = {
      'rappel.one': { DataType: 'String', StringValue: '1' },
      'rappel.two': { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      other: { DataType: 'Number', StringValue: '3' },
    };
    await send('one', { MessageAttributes });
    const again = { VisibilityTimeout: 0 };

    const [all] = await receive({ ...again, MessageAttributeNames: ['All'] });
    const [some] = await receive({ ...again, MessageAttributeNames: ['rappel.*'] });

    expect(all?.MessageAttributes).toEqual(MessageAttributes);
    expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(['rappel.one', 'rappel.two']);
  });

  it('gives no attribute where none was asked for', async () => {
    await send('one', { MessageAttributes: { a: { DataType: 'String', StringValue: '1' } } });

    const [none] = await receive({ MessageAttributeNames: [], MessageSystemAttributeNames: [] });

    expect(none?.Attributes).toBeUndefined();
    expect(none?.MessageAttributes).toBeUndefined();
  });

  it('hides a received message until its visibility is over or made so', async () => {
    await send('one');
    const [first] = await receive();
    expect(await receive()).toEqual([]);

    await endpoint.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: work,
        ReceiptHandle: first?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );

    const [second] = await receive();
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('ends a long poll when a message comes', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('one');

    expect((await waiting).map(({ Body }) => Body)).toEqual(['one']);
  });

  it('wakes a long poll when a delay is over', async () => {
    await send('one', { DelaySeconds: 1 });
    expect((await attributesOf('work')).ApproximateNumberOfMessagesDelayed).toBe('1');
    expect(await receive()).toEqual([]);

    expect(await receive({ WaitTimeSeconds: 5 })).toHaveLength(1);
  });

  it('keeps waiting when another receiver was faster', async () => {
    const two = [receive({ WaitTimeSeconds: 5 }), receive({ WaitTimeSeconds: 5 })];
    await send('one');
    await Promise.race(two);
    await send('two');

    const bodies = (await Promise.all(two)).flat().map(({ Body }) => Body);
    expect(bodies.sort()).toEqual(['one', 'two']);
  });

  it('gives no message to a receiver who has gone', async () => {
    const gone = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl: work, WaitTimeSeconds: 20 });
    const waiting = endpoint.sqs.send(command, { abortSignal: gone.signal });
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });

    await send('one');

    expect(await eventually(async () => (await receive())[0])).toMatchObject({ Body: 'one' });
  });

  it('moves a message that was received too often to the dead letters, with its origin', async () => {
    await send('poison', { MessageGroupId: 'sub_1' });
    for (const _ of [1, 2, 3]) await receive({ VisibilityTimeout: 0 });

    const [dead] = await receive({ QueueUrl: queueUrl('work-dead') });

    expect(dead?.Body).toBe('poison');
    expect(dead?.Attributes).toMatchObject({
      DeadLetterQueueSourceArn: queueArn('work'),
      MessageGroupId: 'sub_1',
    });
    expect(await receive()).toEqual([]);
  });

  it('sends, hides and deletes in batches', async () => {
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: `body ${Id}` }));
    const sent = await endpoint.sqs.send(new SendMessageBatchCommand({ QueueUrl: work, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a', 'b', 'c']);
    const handles = (await receive()).map(({ ReceiptHandle }, index) => ({
      Id: `m${index}`,
      ReceiptHandle,
    }));

    await endpoint.sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: work,
        Entries: handles.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
      }),
    );
    const again = await receive();
    await endpoint.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: work,
        Entries: again.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle })),
      }),
    );

    expect(again).toHaveLength(3);
    expect(await attributesOf('work')).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  it('deletes nothing, and refuses nothing, by a receipt handle of the past', async () => {
    await send('one');
    const [first] = await receive({ VisibilityTimeout: 0 });
    const [second] = await receive();

    await endpoint.sqs.send(
      new DeleteMessageCommand({ QueueUrl: work, ReceiptHandle: first?.ReceiptHandle }),
    );

    expect((await attributesOf('work')).ApproximateNumberOfMessagesNotVisible).toBe('1');
    await endpoint.sqs.send(
      new DeleteMessageCommand({ QueueUrl: work, ReceiptHandle: second?.ReceiptHandle }),
    );
    expect((await attributesOf('work')).ApproximateNumberOfMessagesNotVisible).toBe('0');
  });

  it('tells the queues of the template, their URLs and their policies', async () => {
    const list = await endpoint.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'work' }));
    const found = await endpoint.sqs.send(new GetQueueUrlCommand({ QueueName: 'other' }));

    expect(list.QueueUrls).toEqual([work, queueUrl('work-dead')]);
    expect(found.QueueUrl).toBe(queueUrl('other'));
    expect(await attributesOf('work')).toMatchObject({
      QueueArn: queueArn('work'),
      VisibilityTimeout: '30',
      RedrivePolicy: expect.stringContaining('work-dead'),
    });
  });

  it('empties a queue', async () => {
    await send('one');
    await endpoint.sqs.send(new PurgeQueueCommand({ QueueUrl: work }));

    expect(await receive()).toEqual([]);
  });
});

describe('SQS made unkind', () => {
  const unkindBodies = async (unkind: object): Promise<string[]> => {
    const other = await startSmallEndpoint({ unkind: { seed: 7, ...unkind } });
    for (let count = 0; count < 8; count += 1) {
      const MessageBody = String(count);
      await other.sqs.send(new SendMessageCommand({ QueueUrl: work, MessageBody }));
    }
    const receiveTen = new ReceiveMessageCommand({ QueueUrl: work, MaxNumberOfMessages: 10 });
    const rounds = [await other.sqs.send(receiveTen), await other.sqs.send(receiveTen)];
    await other.close();
    return rounds.flatMap(({ Messages }) => Messages ?? []).map(({ Body }) => String(Body));
  };

  it('gives messages out twice, each at most once more', async () => {
    const bodies = await unkindBodies({ duplicateShare: 1 });

    expect(bodies).toHaveLength(16);
    expect(new Set(bodies).size).toBe(8);
  });

  it('gives messages out in another order, the same for the same seed', async () => {
    const bodies = await unkindBodies({ reorder: true });

    expect(bodies).not.toEqual([...bodies].sort());
    expect([...bodies].sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(await unkindBodies({ reorder: true })).toEqual(bodies);
  });
});
