// The in-process door to the queues, as pollers and rules use it.
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SmallEndpoint, startSmallEndpoint } from './small-endpoint.ts';
import { queueArn, queueUrl } from './small-stack.ts';

const work = queueArn('work');
const never = new AbortController().signal;
let endpoint: SmallEndpoint;
beforeEach(async () => {
  endpoint = await startSmallEndpoint();
});
afterEach(() => endpoint.close());

it('gives messages in the form of a Lambda event', async () => {
  await endpoint.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl('work'),
      MessageBody: 'one',
      MessageGroupId: 'sub_1',
      MessageAttributes: {
        reason: { DataType: 'String', StringValue: 'why' },
        bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1]) },
      },
    }),
  );

  const [message] = await endpoint.queues.receive(work, 10, 0, never);

  const lists = { stringListValues: [], binaryListValues: [] };
  expect(message).toMatchObject({
    body: 'one',
    md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
    attributes: { ApproximateReceiveCount: '1', SenderId: 'local', MessageGroupId: 'sub_1' },
    messageAttributes: {
      reason: { stringValue: 'why', dataType: 'String', ...lists },
      bytes: { binaryValue: 'AQ==', dataType: 'Binary', ...lists },
    },
  });
});

it('gives more than ten messages at once, and waits for the first one only', async () => {
  for (const body of Array.from({ length: 25 }, String)) await endpoint.queues.send(work, body);

  expect(await endpoint.queues.receive(work, 100, 20, never)).toHaveLength(25);
});

it('ends its wait with nothing when it is aborted, and takes nothing later', async () => {
  const abort = new AbortController();
  const waiting = endpoint.queues.receive(work, 10, 20, abort.signal);
  abort.abort();

  expect(await waiting).toEqual([]);
  await endpoint.queues.send(work, 'one');
  expect(await endpoint.queues.receive(work, 10, 0, abort.signal)).toEqual([]);
  expect(await endpoint.queues.receive(work, 10, 0, never)).toHaveLength(1);
});

it('makes messages visible again, and deletes them', async () => {
  for (const body of ['one', 'two']) await endpoint.queues.send(work, body);
  const handles = async (wait = 0) =>
    (await endpoint.queues.receive(work, 10, wait, never)).map((each) => each.receiptHandle);

  await endpoint.queues.changeVisibility(work, await handles(), 0);
  const again = await handles();
  await endpoint.queues.delete(work, again);

  expect(again).toHaveLength(2);
  expect(await handles()).toEqual([]);
});

it('sends text with attributes, and refuses an unknown queue', async () => {
  await endpoint.queues.send(work, 'dead', { ERROR_CODE: 'WHY' });

  const received = await endpoint.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl('work'), MessageAttributeNames: ['All'] }),
  );
  expect(received.Messages?.[0]?.MessageAttributes).toMatchObject({
    ERROR_CODE: { DataType: 'String', StringValue: 'WHY' },
  });
  await expect(endpoint.queues.send(queueArn('nowhere'), 'x')).rejects.toMatchObject({
    code: 'QueueDoesNotExist',
  });
});
