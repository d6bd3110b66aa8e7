// The whole admin function, as it is put together for Lambda, over DynamoDB's protocol.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createdSubscriptionJson } from '../../functions/admin/subscriptions/subscription-json.ts';
import { parseSigningKey } from '../../shared/signing-key.ts';
import { functionUrlEvent } from '../support/function-url-event.ts';
import {
  localCredentials,
  localRegion,
  startDynalite,
  type TestDynamoDb,
} from '../support/start-dynalite.ts';

let dynamodb: TestDynamoDb;
let handler: typeof import('../../functions/admin/main.ts').handler;

beforeAll(async () => {
  dynamodb = await startDynalite();
  const environment = {
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_REGION: localRegion,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    // Loopback needs no name server, so that the test asks none.
    CALLBACK_ALLOW_LIST: 'http://127.0.0.1:*',
    DELIVERIES_TABLE: dynamodb.tables.deliveries,
    DELIVERY_QUEUE_ARN: 'arn:aws:sqs:eu-west-3:000000000000:queue',
    DELIVERY_QUEUE_URL: 'http://127.0.0.1:1/queue',
    EVENT_BUS_NAME: 'bus',
    EVENT_SOURCE: 'ats',
    EVENTS_TABLE: dynamodb.tables.events,
    FEED_DELAY_MS: '60000',
    KEYS_TABLE: dynamodb.tables.keys,
    SUBSCRIPTIONS_PER_COMPANY: '100',
    SUBSCRIPTIONS_TABLE: dynamodb.tables.subscriptions,
    VERSION: '0.0.0',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = await import('../../functions/admin/main.ts'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await dynamodb.close();
});

const call = async (method: string, path: string, body?: object) => {
  const event = functionUrlEvent(method, path, body && { body: JSON.stringify(body) });
  const answer = (await handler(event)) as { statusCode: number; body: string };
  return { status: answer.statusCode, json: answer.body && JSON.parse(answer.body) };
};

const collection = (company: number) => `/v1/companies/${company}/subscriptions`;
const subscribe = (company: number, path: string) =>
  call('POST', collection(company), { url: `http://127.0.0.1:8080/${path}`, event_types: ['*'] });

/** Rows of a company: subscriptions and claims in one table, keys in the other. */
const rowsOf = async (company: number) => {
  const subscriptions = (await dynamodb.rows('subscriptions')).filter(
    ({ pk }) => pk === `${company}`,
  );
  const keys = (await dynamodb.rows('keys')).filter(({ pk }) => `${pk}`.startsWith(`${company}#`));
  return {
    living: subscriptions.filter(({ sk, deleted_at }) => `${sk}`.startsWith('sub') && !deleted_at),
    claims: subscriptions.filter(({ sk }) => `${sk}`.startsWith('url#')),
    keys,
  };
};

describe('a subscription over the real tables', () => {
  it('is created, shown, listed and deleted; its secret is in the keys table alone', async () => {
    const created = await subscribe(1, 'a');
    const { secret = '', ...shown } = createdSubscriptionJson.parse(created.json);
    const one = await call('GET', `${collection(1)}/${shown.id}`);
    const all = await call('GET', collection(1));
    const rows = await rowsOf(1);
    const deleted = await call('DELETE', `${collection(1)}/${shown.id}`);
    const gone = await call('GET', `${collection(1)}/${shown.id}`);

    expect([created, one, all, deleted, gone].map(({ status }) => status)).toEqual([
      201, 200, 200, 204, 404,
    ]);
    expect(one.json).toEqual(shown);
    expect(all.json.subscriptions).toEqual([shown]);
    expect(parseSigningKey(secret)).toMatchObject({ scheme: 'v1', secret: { byteLength: 32 } });
    expect(rows.keys).toEqual([
      {
        pk: `1#${shown.id}`,
        sk: 'keys',
        keys: [{ secret, made_by: shown.id.slice('sub_000'.length) }],
        revision: 1,
      },
    ]);
    expect(JSON.stringify([rows.living, rows.claims])).not.toContain(secret.slice(6));
    expect(await rowsOf(1)).toEqual({ living: [], claims: [], keys: [] });
  });

  it('is one of a hundred at most, of a hundred and twenty asked for at once', async () => {
    const paths = Array.from({ length: 120 }, (_, index) => String(index));

    const answers = await Promise.all(paths.map((path) => subscribe(2, path)));

    const { living, claims, keys } = await rowsOf(2);
    expect(answers.filter(({ status }) => status === 201).length).toBe(100);
    expect(
      answers.filter(({ json }) => json.type === '/problems/too-many-subscriptions').length,
    ).toBe(20);
    expect([living.length, claims.length, keys.length]).toEqual([100, 100, 100]);
  });

  it('is one of many asked for at once with one URL', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => subscribe(3, 'same')));

    const { living, claims, keys } = await rowsOf(3);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(19).fill(409)]);
    expect([living.length, claims.length, keys.length]).toEqual([1, 1, 1]);
  });

  it('is refused with the field where the URL may not be called', async () => {
    const answer = await call('POST', collection(4), {
      url: 'https://10.0.0.1/',
      event_types: ['*'],
    });

    expect(answer).toMatchObject({ status: 400, json: { errors: [{ path: 'url' }] } });
  });
});
