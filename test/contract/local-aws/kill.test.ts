// What the local endpoint keeps when its process is killed, not ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeArchiveCommand,
  EventBridgeClient,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clientSettings, eventually } from './small-endpoint.ts';
import { queueUrl } from './small-stack.ts';

const TableName = 'things';
const script = new URL('endpoint-process.ts', import.meta.url).pathname;
let folder: string;
let running: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'endpoint-'));
});
afterEach(async () => {
  await kill();
  rmSync(folder, { recursive: true });
});

const kill = async (): Promise<void> => {
  const child = running;
  running = undefined;
  if (child === undefined || child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

const start = async (...more: string[]) => {
  const child = spawn(process.execPath, [script, folder, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running = child;
  const [url] = await once(child.stdout, 'data');
  const settings = clientSettings(String(url).trim());
  return {
    dynamodb: new DynamoDBClient(settings),
    sqs: new SQSClient(settings),
    events: new EventBridgeClient(settings),
  };
};

const putEvent = (id: string) =>
  new PutEventsCommand({
    Entries: [
      {
        EventBusName: 'ats',
        Source: 'ats',
        DetailType: 'candidate.moved',
        Detail: JSON.stringify({ id }),
      },
    ],
  });

const receiveAll = async (sqs: SQSClient, queue: string) => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl(queue),
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'],
  });
  const all = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(command);
    if (Messages.length === 0) return all;
    all.push(...Messages);
  }
};

it('keeps all that it answered for, with indexes that agree, when killed under load', async () => {
  const { dynamodb, sqs, events } = await start();
  const put: string[] = [];
  const sent: string[] = [];
  const published: string[] = [];
  const writer = async (name: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      const id = `${name}-${count}`;
      const item = { pk: { S: id }, sk: { S: '1' }, due: { S: 'shard' }, at: { S: id } };
      await dynamodb.send(new PutItemCommand({ TableName, Item: item })).then(() => put.push(id));
      const message = { QueueUrl: queueUrl('other'), MessageBody: id };
      await sqs.send(new SendMessageCommand(message)).then(() => sent.push(id));
      await events.send(putEvent(id)).then(() => published.push(id));
      if (published.length >= 200) await kill();
    }
  };
  await Promise.allSettled(Array.from({ length: 10 }, (_, name) => writer(name)));

  const again = await start();

  const items = (await again.dynamodb.send(new ScanCommand({ TableName }))).Items ?? [];
  const rows = await again.dynamodb.send(new ScanCommand({ TableName, IndexName: 'by-due' }));
  const keys = items.map(({ pk }) => pk?.S);
  expect(published.length).toBeGreaterThanOrEqual(200);
  expect(put.filter((id) => !keys.includes(id))).toEqual([]);
  expect(rows.Items?.map(({ pk }) => pk?.S).sort()).toEqual(keys.sort());
  const bodies = (await receiveAll(again.sqs, 'other')).map(({ Body }) => Body);
  expect(sent.filter((id) => !bodies.includes(id))).toEqual([]);
  const details = (await receiveAll(again.sqs, 'work')).map(
    ({ Body }) => JSON.parse(Body ?? '').detail.id,
  );
  expect(published.filter((id) => !details.includes(id))).toEqual([]);
  const archive = new DescribeArchiveCommand({ ArchiveName: 'kept' });
  expect((await again.events.send(archive)).EventCount).toBeGreaterThanOrEqual(published.length);
});

it('keeps delays, receipts and receive counts of messages', async () => {
  const { sqs } = await start();
  const QueueUrl = queueUrl('work');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'back', MessageGroupId: 'g' }));
  const [back] = await receiveAll(sqs, 'work');
  const { ReceiptHandle } = back ?? {};
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late', DelaySeconds: 900 }));
  const other = { QueueUrl: queueUrl('other'), MessageBody: 'hidden' };
  await sqs.send(new SendMessageCommand(other));
  await receiveAll(sqs, 'other');
  await kill();

  const again = await start();

  expect(await receiveAll(again.sqs, 'other')).toEqual([]);
  expect(await receiveAll(again.sqs, 'work')).toMatchObject([
    { Body: 'back', Attributes: { ApproximateReceiveCount: '2', MessageGroupId: 'g' } },
  ]);
  const attributes = await again.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  expect(attributes.Attributes).toMatchObject({ ApproximateNumberOfMessagesDelayed: '1' });
});

it('goes on with a delivery that had failed before', async () => {
  const { events } = await start('yes');
  await events.send(putEvent('fails first'));
  await kill();

  const again = await start();

  const [message] = await eventually(async () => {
    const messages = await receiveAll(again.sqs, 'work');
    return messages.length > 0 ? messages : undefined;
  });
  expect(message?.Body).toContain('fails first');
});
