// What never becomes a dead letter: a customer's fault, and the neighbour of a message that cannot be mended.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliveryKey } from '../../shared/deliveries-table.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import { storeEvent } from '../../shared/events-table.ts';
import { toItem } from '../../shared/row.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import { companyId, startTestStack, type TestStack } from '../local/support/local-stack.ts';
import { limitReceives } from './support/edit-template.ts';

let stack: TestStack;
let origin: string;

/** By path. Statuses answer themselves. */
const misbehaviours: Readonly<Record<string, RequestListener>> = {
  '/redirects': (_, response) => response.writeHead(302, { location: '/200' }).end(),
  '/aborts': (_, response) => response.writeHead(422, { 'rappel-delivery': 'abort' }).end(),
  '/asks-to-wait': (_, response) => response.writeHead(429, { 'retry-after': 'soon' }).end(),
  '/resets': (request) => request.socket.resetAndDestroy(),
  '/hangs-up': (request) => request.socket.end(),
  '/talks-nonsense': (request) => request.socket.end('good morning\r\n\r\n'),
  '/answers-half': (request) =>
    request.socket.end('HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\nha'),
  '/never-answers': () => undefined,
};

const server = createServer((request, response) => {
  const misbehave = misbehaviours[request.url!];
  if (misbehave) misbehave(request, response);
  else response.writeHead(Number(request.url!.slice(1))).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stack = await startTestStack({
    // A message that comes back once, for whatever reason, is a dead letter.
    editTemplate: limitReceives(1),
    fastRedrive: true,
    environment: { RETRY_DELAYS_MS: '1000' },
  });
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stack.close();
});

const statuses = [400, 401, 403, 404, 410, 422, 429, 500, 502, 503].map((status) => `/${status}`);

/** A port that nobody listens on. */
const refusing = 'http://127.0.0.1:9/';
const deadName = 'https://receiver.invalid/';

const deliveriesOf = async (eventId: string, company = companyId) => {
  const { Items } = await stack.dynamodb.send(
    new QueryCommand({
      TableName: stack.model.outputs.DeliveriesTable,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :event',
      ExpressionAttributeValues: { ':event': { S: `${company}#${eventId}` } },
    }),
  );
  return (Items ?? []).map((item) => unmarshall(item)).filter(({ sk }) => !sk.includes('#'));
};

/** How many, by queue, without those that have none. */
const deadLetters = async (): Promise<Record<string, number>> => {
  const queues = stack.model.queues.filter(({ name }) => name.endsWith('-dead'));
  const counts = await Promise.all(
    queues.map(async ({ name, url }) => [name, await stack.countMessages(url)] as const),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
};

/** Each delivery's row once it has ended; the time-out's, which takes ten seconds, after its first attempt. */
const untilAttempted = async (eventId: string, count: number) => {
  for (;;) {
    const rows = await deliveriesOf(eventId);
    const isPast = (row: (typeof rows)[0]) =>
      row.status !== 'waiting' || row.last_attempts[0]?.met === 'timeout';
    if (rows.filter(isPast).length === count) return rows;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

it('a 4xx, a 5xx, a time-out or a dead name never puts a dead letter', {
  timeout: 60_000,
}, async () => {
  const paths = [...statuses, ...Object.keys(misbehaviours)];
  const urls = [...paths.map((path) => origin + path), refusing, deadName];
  const urlOf = new Map<string, string>();
  for (const url of urls) urlOf.set((await stack.subscribe(url)).id, url);

  const eventId = await stack.publish('candidate.created');
  const rows = await untilAttempted(eventId, urls.length);

  const met = Object.fromEntries(
    rows.map(({ sk, status, last_attempts }) => [
      urlOf.get(sk)!.replace(origin, ''),
      `${status}: ${last_attempts[0].met}`,
    ]),
  );
  expect(met).toMatchObject({
    ...Object.fromEntries(statuses.map((path) => [path, `exhausted: ${path.slice(1)}`])),
    '/410': 'held: 410',
    '/aborts': 'cancelled: 422',
    '/resets': 'exhausted: protocol',
    '/hangs-up': 'exhausted: protocol',
    '/talks-nonsense': 'exhausted: protocol',
    '/answers-half': 'exhausted: 500',
    '/never-answers': 'waiting: timeout',
    [refusing]: 'exhausted: connect',
    [deadName]: 'exhausted: dns',
  });
  expect(rows).toHaveLength(urls.length);
  expect(await deadLetters()).toEqual({});
});

it('a message that cannot be read, and one whose row cannot, harm no neighbour in their batch', async () => {
  const company = companyId + 1;
  const { id: subscription } = await stack.subscribe(`${origin}/200`, ['task.created'], company);
  const names = Array.from({ length: 8 }, (_, index) => `neighbour_${index}`);
  const { dynamodb, model } = stack;
  const { EventsTable, DeliveriesTable, DeliveryQueueUrl } = model.outputs;
  const now = new Date();
  for (const id of [...names, 'broken']) {
    const timestamp = now.toISOString();
    const event = { id, type: 'task.created', timestamp, companyId: company, data: {} } as const;
    await storeEvent(dynamodb, EventsTable!, event, now);
  }
  const broken = { companyId: company, eventId: 'broken', subscriptionId: subscription };
  const Item = toItem({ ...deliveryKey(broken), status: 'waiting' });
  await dynamodb.send(new PutItemCommand({ TableName: DeliveriesTable, Item }));

  await stack.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: DeliveryQueueUrl,
      Entries: [...names, 'broken']
        .map(
          (eventId): QueueMessage =>
            nextAttemptMessage({ ...broken, eventId, variant: 'full@1', attempts: 0 }),
        )
        .concat({ body: 'no delivery at all' })
        .map(({ body }, index) => ({ Id: `${index}`, MessageBody: body })),
    }),
  );
  await untilEmpty(DeliveryQueueUrl!);

  for (const name of names) {
    const [row] = await deliveriesOf(name, company);
    expect(row).toMatchObject({ status: 'delivered', attempts: 1 });
  }
  expect(await deadLetters()).toEqual({ 'Rappel-deliveries-dead': 2 });
});

const untilEmpty = async (queueUrl: string): Promise<void> => {
  while ((await stack.countMessages(queueUrl)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
