// Whatever a receiver does wrong is on record, and in the log, under an error class of its own.
import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loopbackAllowList } from '../../infra/local/loopback.ts';
import { toItem } from '../../shared/row.ts';
import { subscriptionKey } from '../../shared/subscriptions-table.ts';
import { type Receiver, receiveRequests, receiveSockets } from '../fixtures/receivers.ts';
import { companyId, startTestStack, type TestStack } from './support/local-stack.ts';

let stack: TestStack;
const receivers: Receiver[] = [];
/** What reached a receiver that was not to get anything. */
const leaked: unknown[] = [];

beforeAll(async () => {
  stack = await startTestStack({
    environment: {
      // One attempt each.
      RETRY_DELAYS_MS: '3600000',
      CALLBACK_ALLOW_LIST: `${loopbackAllowList},https://localhost:*`,
    },
  });
});

afterAll(async () => {
  for (const receiver of receivers) receiver.close();
  await stack?.close();
});

const portOf = async (opening: Promise<Receiver>): Promise<number> => {
  const receiver = await opening;
  receivers.push(receiver);
  return receiver.port;
};

const leak = (request: unknown): void => void leaked.push(request);

/** Subscribes, then changes the URL as no caller of the admin API can: as if the guard had become stricter since. */
const subscribeTo = async (url: string, then?: string): Promise<string> => {
  const { id } = await stack.subscribe(url);
  if (then === undefined) return id;
  await stack.dynamodb.send(
    new UpdateItemCommand({
      TableName: stack.model.outputs.SubscriptionsTable,
      Key: toItem(subscriptionKey(companyId, id)),
      UpdateExpression: 'SET #url = :url',
      ExpressionAttributeNames: { '#url': 'url' },
      ExpressionAttributeValues: { ':url': { S: then } },
    }),
  );
  return id;
};

/** By subscription, what deliver's log says that its attempt met. */
const loggedOf = (eventId: string): Record<string, unknown> =>
  Object.fromEntries(
    stack.observations
      .flatMap((seen) => (seen.kind === 'log' ? [JSON.parse(seen.line)] : []))
      .filter((line) => line.event === 'delivery.attempted' && line.eventId === eventId)
      .map(({ subscriptionId, met }) => [subscriptionId, met]),
  );

/** By subscription, the detail of its failed attempt. */
const detailsOf = async (eventId: string): Promise<Record<string, unknown>> => {
  const { Items = [] } = await stack.dynamodb.send(
    new QueryCommand({
      TableName: stack.model.outputs.DeliveriesTable,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :event AND begins_with(sk, :attempt)',
      ExpressionAttributeValues: {
        ':event': { S: `${companyId}#${eventId}` },
        ':attempt': { S: 'attempt#' },
      },
    }),
  );
  return Object.fromEntries(
    Items.map((item) => unmarshall(item)).map((row) => [row.sk.split('#')[1], row]),
  );
};

interface Failing {
  readonly id: string;
  readonly errorClass: string;
  /** What its reason says, or a part of it. */
  readonly reason?: string;
}

const failingOnes = async (): Promise<Failing[]> => {
  const expired = await portOf(receiveRequests(leak, { certificate: 'expired' }));
  const selfSigned = await portOf(receiveRequests(leak, { certificate: 'self-signed' }));
  const guarded = await portOf(receiveRequests(leak));
  const refusing = await portOf(receiveRequests((_, response) => response.writeHead(404).end()));
  const rude = await portOf(receiveSockets((socket) => socket.end('good morning\r\n\r\n')));
  const silent = await portOf(receiveSockets((socket) => socket.resume()));
  const urls: [errorClass: string, reason: string | undefined, url: string, then?: string][] = [
    ['dns', 'receiver.invalid', 'https://receiver.invalid/'],
    ['connect', 'The connection was refused.', 'http://127.0.0.1:9/'],
    ['tls', "The host's certificate has expired.", `https://localhost:${expired}/`],
    ['tls', 'is signed by itself only.', `https://localhost:${selfSigned}/`],
    ['blocked', 'usual spelling', `http://127.0.0.1:${guarded}/`, `http://127.1:${guarded}/`],
    ['protocol', 'The answer is not HTTP/1.1', `http://127.0.0.1:${rude}/`],
    ['timeout', 'No answer came within 10 s.', `http://127.0.0.1:${silent}/`],
    ['http', undefined, `http://127.0.0.1:${refusing}/`],
  ];
  const failing: Failing[] = [];
  for (const [errorClass, reason, url, then] of urls) {
    failing.push({ id: await subscribeTo(url, then), errorClass, ...(reason && { reason }) });
  }
  return failing;
};

/** An HTTP status says more than its class. */
const metBy = ({ errorClass }: Failing): string => (errorClass === 'http' ? '404' : errorClass);

it('logs a dead name, a refusal, a bad certificate, a guarded address, nonsense, silence and a 404 each under its own class', {
  timeout: 60_000,
}, async () => {
  const failing = await failingOnes();

  const eventId = await stack.publish('member.added');

  await expect
    .poll(() => loggedOf(eventId), { timeout: 30_000 })
    .toEqual(Object.fromEntries(failing.map((each) => [each.id, metBy(each)])));
  const details = failing.map(({ id, errorClass, reason }) => [
    id,
    expect.objectContaining({
      errorClass,
      ...(reason && { reason: expect.stringContaining(reason) }),
    }),
  ]);
  expect(await detailsOf(eventId)).toEqual(Object.fromEntries(details));
  expect(leaked).toEqual([]);
});
