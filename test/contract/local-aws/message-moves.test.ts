// Redrive of dead letters on the local endpoint, through the real client.
import {
  CancelMessageMoveTaskCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, type SmallEndpoint, startSmallEndpoint } from './small-endpoint.ts';
import { queueArn, queueUrl } from './small-stack.ts';

const SourceArn = queueArn('work-dead');
let endpoint: SmallEndpoint;
beforeEach(async () => {
  endpoint = await startSmallEndpoint();
});
afterEach(() => endpoint.close());

const send = (queue: string, MessageBody: string) =>
  endpoint.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(queue), MessageBody }));

const receive = async (queue: string, VisibilityTimeout = 30) => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl(queue),
    MaxNumberOfMessages: 10,
    VisibilityTimeout,
    MessageSystemAttributeNames: ['All'],
  });
  return (await endpoint.sqs.send(command)).Messages ?? [];
};

const tasks = async () =>
  (await endpoint.sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 10 }))).Results;

const taskThat = (status: string) =>
  eventually(async () => (await tasks())?.find(({ Status }) => Status === status));

it('moves dead letters back to where they came from, as new messages', async () => {
  await send('work', 'poison');
  for (const _ of [1, 2, 3]) await receive('work', 0);

  await endpoint.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));

  expect(await taskThat('COMPLETED')).toMatchObject({ ApproximateNumberOfMessagesMoved: 1 });
  const [message] = await receive('work');
  expect(message).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
  expect(message?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
  expect(await receive('work-dead')).toEqual([]);
});

it('moves dead letters to the queue that is named', async () => {
  await send('work-dead', 'put there by hand');

  await endpoint.sqs.send(
    new StartMessageMoveTaskCommand({ SourceArn, DestinationArn: queueArn('other') }),
  );

  const [message] = await eventually(async () => {
    const messages = await receive('other');
    return messages.length > 0 ? messages : undefined;
  });
  expect(message?.Body).toBe('put there by hand');
});

it('moves at the pace asked for, one task at a time, until it is cancelled', async () => {
  for (const body of Array.from({ length: 30 }, String)) await send('work-dead', body);
  const start = new StartMessageMoveTaskCommand({ SourceArn, MaxNumberOfMessagesPerSecond: 1 });

  const { TaskHandle } = await endpoint.sqs.send(start);
  await expect(endpoint.sqs.send(start)).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  await endpoint.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));

  const cancelled = await taskThat('CANCELLED');
  expect(cancelled.ApproximateNumberOfMessagesMoved).toBeLessThan(30);
  expect((await tasks())?.[0]?.TaskHandle).toBeUndefined();
});

it('refuses a queue that is no dead-letter queue, and one that does not exist', async () => {
  const start = (arn: string) =>
    endpoint.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn }));

  await expect(start(queueArn('work'))).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  await expect(start(queueArn('nowhere'))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('lists the queues whose dead letters a queue takes', async () => {
  const sources = await endpoint.sqs.send(
    new ListDeadLetterSourceQueuesCommand({ QueueUrl: queueUrl('work-dead') }),
  );

  expect(sources.queueUrls).toEqual([queueUrl('work')]);
});
