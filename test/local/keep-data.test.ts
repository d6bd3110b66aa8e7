// `--data DIR` over the ends that a process can have: what it held before, it holds after.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAdminClient } from '../../infra/admin-client.ts';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import { region } from './support/assembly.ts';
import { type Command, startCommand } from './support/command.ts';
import { companyId, credentials } from './support/local-stack.ts';
import { copyProject, type ProjectCopy } from './support/project-copy.ts';
import { startTestReceiver, type TestReceiver, verify } from './support/test-receiver.ts';

const subscriptions = `/v1/companies/${companyId}/subscriptions`;

let project: ProjectCopy;
let data: string;
let receiver: TestReceiver;
let command: Command;

beforeAll(async () => {
  project = copyProject();
  data = mkdtempSync(join(tmpdir(), 'rappel-data-'));
  receiver = await startTestReceiver();
});

afterAll(async () => {
  command?.signal('SIGKILL');
  await command?.ended;
  await receiver?.close();
  project?.remove();
  rmSync(data, { recursive: true, force: true });
});

/** Starts the command once more on the same folder, with clients for it. */
const start = async () => {
  command = startCommand(
    ['--port', '0', '--admin-port', '0', '--no-demo', '--retry-schedule', '86400', '--data', data],
    { folder: project.folder },
  );
  const [, endpoint] = await command.until(/AWS endpoint {2}(http\S+)/);
  await command.until(/What happens, as it happens:/);
  const { Rappel: outputs } = JSON.parse(
    readFileSync(join(project.folder, '.local', 'outputs.json'), 'utf8'),
  );
  const client = { endpoint: endpoint!, region, credentials };
  return {
    outputs,
    callAdmin: createAdminClient(outputs.AdminUrl, region, credentials),
    dynamodb: new DynamoDBClient(client),
    eventBridge: new EventBridgeClient(client),
    sqs: new SQSClient(client),
  };
};

type Stack = Awaited<ReturnType<typeof start>>;

const publish = ({ eventBridge, outputs }: Stack, DetailType: string, detail: object) =>
  eventBridge.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: outputs.EventBusName,
          Source: 'ats',
          DetailType,
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );

const rowsOf = async ({ dynamodb }: Stack, TableName: string) => {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items.map((item) => unmarshall(item));
};

/** All that a restart must leave as it was. */
const holdings = async (stack: Stack) => {
  const { SubscriptionsTable, KeysTable, EventsTable, DeliveriesTable } = stack.outputs;
  const { Attributes } = await stack.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: `${command.output().match(/AWS endpoint {2}(http\S+)/)?.[1]}/000000000000/Rappel-unrouted`,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return {
    listed: (await stack.callAdmin('GET', subscriptions)).body,
    subscriptions: await rowsOf(stack, SubscriptionsTable),
    keys: await rowsOf(stack, KeysTable),
    events: await rowsOf(stack, EventsTable),
    deliveries: await rowsOf(stack, DeliveriesTable),
    queued: Number(Attributes?.ApproximateNumberOfMessages),
  };
};

it('keeps subscriptions, events, deliveries and messages over kill -9 and over Ctrl-C', async () => {
  const first = await start();
  const { body } = await first.callAdmin('POST', subscriptions, {
    url: receiver.url,
    event_types: ['member.added', 'task.created'],
  });
  receiver.answer = (response) => response.writeHead(500).end();
  await publish(first, 'member.added', { ...sampleDetail('member.added'), id: 'evt_waits' });
  await publish(first, 'candidate.teleported', { id: 'evt_unrouted' });
  await command.until(/delivery\.attempted .*evt_waits/);
  const held = await holdings(first);

  command.signal('SIGKILL');
  await command.ended;
  const killed = await holdings(await start());
  command.signal('SIGINT');
  const code = await command.ended;
  const last = await start();
  const stopped = await holdings(last);
  receiver.answer = (response) => response.writeHead(200).end();
  await publish(last, 'task.created', { ...sampleDetail('task.created'), id: 'evt_new' });
  const [, callback] = await receiver.waitFor(2);

  expect(held.listed).toMatchObject({ subscriptions: [{ id: (body as { id: string }).id }] });
  expect(held.events).not.toEqual([]);
  expect(held.deliveries).toContainEqual(
    expect.objectContaining({ status: 'waiting', attempts: 1 }),
  );
  expect(held.queued).toBe(1);
  expect(killed).toEqual(held);
  expect(code).toBe(0);
  expect(stopped).toEqual(held);
  expect(verify((body as { secret: string }).secret, callback!)).toMatchObject({ id: 'evt_new' });
}, 180_000);
