// `npm start -- --no-loopback`: the guard as deployed, at creation and again when a callback is to be sent.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAdminClient } from '../../infra/admin-client.ts';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import { toItem } from '../../shared/row.ts';
import { subscriptionKey } from '../../shared/subscriptions-table.ts';
import { region } from './support/assembly.ts';
import { type Command, startCommand } from './support/command.ts';
import { companyId, credentials } from './support/local-stack.ts';
import { copyProject, type ProjectCopy } from './support/project-copy.ts';
import { startTestReceiver, type TestReceiver } from './support/test-receiver.ts';

let copy: ProjectCopy;
let command: Command;
let receiver: TestReceiver;
let outputs: Record<string, string>;
let call: ReturnType<typeof createAdminClient>;

const subscriptions = `/v1/companies/${companyId}/subscriptions`;

beforeAll(async () => {
  receiver = await startTestReceiver();
  copy = copyProject();
  command = startCommand(
    ['--port', '0', '--admin-port', '0', '--no-loopback', '--retry-schedule', '1'],
    copy,
  );
  await command.until(/\nWhat happens, as it happens:\n/);
  const file = join(copy.folder, '.local', 'outputs.json');
  outputs = JSON.parse(readFileSync(file, 'utf8')).Rappel;
  call = createAdminClient(outputs.AdminUrl!, region, credentials);
}, 120_000);

afterAll(async () => {
  command?.signal('SIGINT');
  await command?.ended;
  copy?.remove();
  await receiver?.close();
});

const clientOptions = () => ({
  endpoint: new URL(outputs.DeliveryQueueUrl!).origin,
  region,
  credentials,
});

const create = (url: string) => call('POST', subscriptions, { url, event_types: ['member.added'] });

it('refuses a URL of this machine at creation, and names the field', async () => {
  const { port } = new URL(receiver.url);
  const urls = [
    receiver.url,
    `http://localhost:${port}/`,
    'https://127.0.0.1/',
    'https://localhost/',
  ];

  const answers = await Promise.all(urls.map(create));

  for (const { status, body } of answers) {
    expect(status).toBe(400);
    expect(body).toMatchObject({
      type: '/problems/invalid-request',
      errors: [{ path: 'url', message: expect.stringMatching(/^must /) }],
    });
  }
});

it('refuses it when it is called, whatever the table says: blocked in the log, and no dead letter', async () => {
  const { body } = await create('https://hooks.receiver.test/hook');
  const { id } = body as { id: string };
  await placeUrl(id, receiver.url);
  const Detail = JSON.stringify({ ...sampleDetail('member.added'), id: 'evt_blocked' });
  const entry = { EventBusName: outputs.EventBusName, Source: 'ats', DetailType: 'member.added' };

  await new EventBridgeClient(clientOptions()).send(
    new PutEventsCommand({ Entries: [{ ...entry, Detail }] }),
  );
  const delivery = await exhausted(id);

  expect(delivery).toMatchObject({
    attempt_count: 2,
    last_attempt: { status: null, error_class: 'blocked' },
  });
  expect(receiver.callbacks).toEqual([]);
  expect(await deadLetters()).toBe(0);
});

/** As nobody can by the API: what a guard of other days may have let pass. */
const placeUrl = async (id: string, url: string): Promise<void> => {
  await new DynamoDBClient(clientOptions()).send(
    new UpdateItemCommand({
      TableName: outputs.SubscriptionsTable,
      Key: toItem(subscriptionKey(companyId, id)),
      UpdateExpression: 'SET #url = :url',
      ExpressionAttributeNames: { '#url': 'url' },
      ExpressionAttributeValues: toItem({ ':url': url }),
    }),
  );
};

const exhausted = async (id: string): Promise<object> => {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const { body } = await call('GET', `${subscriptions}/${id}/deliveries?status=exhausted`);
    const [delivery] = (body as { deliveries: object[] }).deliveries;
    if (delivery) return delivery;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no exhausted delivery of ${id}: ${command.output()}`);
};

const deadLetters = async (): Promise<number> => {
  const sqs = new SQSClient(clientOptions());
  const counts = await Promise.all(
    [outputs.DeliveryQueueUrl, outputs.SlowDeliveryQueueUrl].map(async (url) => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: `${url}-dead`, AttributeNames: ['All'] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};
