// Calls to an AWS that does not answer, over real sockets: they are made again, and end.
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, it } from 'vitest';
import { createClient } from '../../shared/create-client.ts';
import { attemptBudgetMs, awsCallsAtOnceMax, awsTriesMax } from '../../shared/limits.ts';
import { localCredentials, localRegion } from '../support/start-dynalite.ts';

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers.splice(0)) close();
});

const listen = async (server: Server): Promise<object> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, region: localRegion, credentials: localCredentials };
};

/** Takes every connection, and says nothing; or a letter now and then, of a header without an end. */
const startSilence = async (isDripping = false) => {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).resume();
    const drip = isDripping && setInterval(() => socket.write('h'), 500);
    if (isDripping) socket.write('HTTP/1.1 200 OK\r\n');
    const end = () => {
      if (drip) clearInterval(drip);
      socket.destroy();
    };
    socket.on('close', end);
    closers.push(end);
  });
  closers.push(() => server.close());
  return { options: await listen(server), connections: () => connections };
};

const startServer = async (handle: RequestListener) => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => handle(request, response));
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return listen(server);
};

const json = { 'content-type': 'application/x-amz-json-1.0' };
const getItem = () => new GetItemCommand({ TableName: 'any', Key: { pk: { S: 'any' } } });

const calls = {
  DynamoDB: (options: object) => createClient(DynamoDBClient, options).send(getItem()),
  SQS: (options: object) =>
    createClient(SQSClient, options).send(
      new SendMessageCommand({ QueueUrl: 'http://127.0.0.1/1/any', MessageBody: 'any' }),
    ),
  EventBridge: (options: object) =>
    createClient(EventBridgeClient, options).send(
      new PutEventsCommand({ Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}' }] }),
    ),
};

/** Side by side: each waits for time-outs as long as deployed ones. */
describe.concurrent('a call that is never answered', () => {
  it.each([
    ['DynamoDB', 'says nothing', false],
    ['SQS', 'says nothing', false],
    ['EventBridge', 'says nothing', false],
    ['DynamoDB', 'never comes to an end of its header', true],
  ] as const)(
    'of %s, which %s, is made three times and fails within the time of one attempt',
    async (name, _, isDripping) => {
      const silence = await startSilence(isDripping);
      const startedAt = performance.now();

      await expect(calls[name](silence.options)).rejects.toThrow(/timed? ?out/i);

      expect(silence.connections()).toBe(awsTriesMax);
      expect(performance.now() - startedAt).toBeLessThan(attemptBudgetMs);
    },
  );

  it('once is answered the next time, and nobody is told', async () => {
    let count = 0;
    const options = await startServer((_, response) => {
      count += 1;
      if (count > 1) response.writeHead(200, json).end('{"Item":{"pk":{"S":"found"}}}');
    });

    const { Item } = await createClient(DynamoDBClient, options).send(getItem());

    expect(Item).toEqual({ pk: { S: 'found' } });
  });

  it('to its end, but begun, is made again too', async () => {
    let count = 0;
    const options = await startServer((_, response) => {
      count += 1;
      response.writeHead(200, json);
      if (count > 1) response.end('{"Item":{"pk":{"S":"found"}}}');
      else response.write('{"Item":');
    });

    const { Item } = await createClient(DynamoDBClient, options).send(getItem());

    expect(Item).toEqual({ pk: { S: 'found' } });
  });
});

it('of a sweep’s thousand calls at once each is answered: what one waits for its turn is no time-out', async () => {
  const times = 1_000;
  let [open, most] = [0, 0];
  const options = await startServer((_, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.writeHead(200, json).end('{}');
    }, 25);
  });
  const client = createClient(DynamoDBClient, { ...options, maxAttempts: 1 });

  const ends = await Promise.allSettled(
    Array.from({ length: times }, () => client.send(getItem())),
  );

  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(most).toBeLessThanOrEqual(awsCallsAtOnceMax);
});
