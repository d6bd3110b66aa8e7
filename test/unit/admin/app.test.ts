// The admin API's routes, on ports in memory: what is taken, what is answered, what is never shown.
import { beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../functions/admin/app.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import {
  createdSubscriptionJson,
  subscriptionJson,
} from '../../../functions/admin/subscriptions/subscription-json.ts';
import { adminBodyBytesMax } from '../../../shared/limits.ts';
import { createCheckedApp } from '../../support/checked-app.ts';
import { createMemoryWorld, type MemoryWorld } from '../../support/memory-subscriptions.ts';
import { type AppAnswer, callApp } from './call-app.ts';

const collection = '/v1/companies/318/subscriptions';
const valid = { url: 'https://hooks.example.com/a', event_types: ['candidate.moved'] };

let world: MemoryWorld;
let app: ReturnType<typeof createApp>;
beforeEach(() => {
  world = createMemoryWorld();
  app = createApp(world.deps, adminRoutes);
});

const call = (method: string, path: string, body?: unknown): Promise<AppAnswer> =>
  callApp(createCheckedApp(world.deps), method, path, body);

const post = (body: unknown) => call('POST', collection, body);

describe('creating', () => {
  it('answers with the subscription and its secret, in the ATS’s own style', async () => {
    const answer = await post({ ...valid, description: 'HR system' });

    expect(answer.status).toBe(201);
    expect(answer.type).toMatch(/^application\/json/);
    expect(createdSubscriptionJson.parse(answer.json)).toEqual({
      id: expect.stringMatching(/^sub_000[0-9a-f]{20}$/),
      company_id: 318,
      url: 'https://hooks.example.com/a',
      event_types: ['candidate.moved'],
      filter: null,
      vacancy_ids: null,
      column_ids: null,
      hired_only: false,
      include_private_comments: false,
      payload: 'full',
      versions: expect.objectContaining({ 'candidate.moved': 1 }),
      signature: 'v1',
      header_names: [],
      max_per_second: null,
      status: 'enabled',
      description: 'HR system',
      created_at: '2026-10-12T08:00:00.000Z',
      updated_at: '2026-10-12T08:00:00.000Z',
      secret: expect.stringMatching(/^whsec_/),
    });
  });

  it('takes each type once, and every type by a star', async () => {
    const twice = await post({ ...valid, event_types: ['task.created', 'task.created'] });
    const star = await post({ ...valid, url: 'https://hooks.example.com/b', event_types: ['*'] });

    expect(twice.json.event_types).toEqual(['task.created']);
    expect(star.json.event_types).toEqual(['*']);
  });

  it('may begin paused, and not disabled: that is Rappel’s doing', async () => {
    const paused = await post({ ...valid, status: 'paused' });
    const disabled = await post({ ...valid, status: 'disabled' });

    expect(paused.json.status).toBe('paused');
    expect(disabled.json.errors).toEqual([{ path: 'status', message: expect.any(String) }]);
  });
});

describe('a wrong field', () => {
  it.each([
    ['url', { ...valid, url: undefined }],
    ['url', { ...valid, url: 7 }],
    ['url', { ...valid, url: 'http://hooks.example.com/' }],
    ['url', { ...valid, url: 'https://127.0.0.1/' }],
    ['url', { ...valid, url: `https://hooks.example.com/${'a'.repeat(2_100)}` }],
    ['event_types', { ...valid, event_types: undefined }],
    ['event_types', { ...valid, event_types: [] }],
    ['event_types', { ...valid, event_types: 'candidate.moved' }],
    ['event_types[1]', { ...valid, event_types: ['*', 'candidate.hugged'] }],
    ['event_types[0]', { ...valid, event_types: [null] }],
    ['event_types[0]', { ...valid, event_types: ['__proto__'] }],
    ['event_types[0]', { ...valid, event_types: ['webhook.delivery.exhausted'] }],
    ['description', { ...valid, description: 'x'.repeat(501) }],
    ['description', { ...valid, description: '\ud800' }],
    ['allow_same_url', { ...valid, allow_same_url: 'yes' }],
    ['event_type', { ...valid, event_type: 'candidate.moved' }],
    ['secret', { ...valid, secret: 'whsec_mine' }],
    ['company_id', { ...valid, company_id: 319 }],
  ])('%s is named, and nothing is written', async (path, body) => {
    const answer = await post(body);

    expect(answer.status).toBe(400);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.json).toEqual({
      type: '/problems/invalid-request',
      status: 400,
      title: 'The request is not valid.',
      errors: [{ path, message: expect.stringMatching(/\w/) }],
    });
    expect(world.rows.size + world.claims.size + world.keys.size).toBe(0);
  });

  it('does not hide the others', async () => {
    const answer = await post({ url: 1, event_types: [2], zzz: 3 });

    expect(answer.json.errors.map(({ path }: { path: string }) => path).toSorted()).toEqual([
      'event_types[0]',
      'url',
      'zzz',
    ]);
  });

  it('is one of fifty at most', async () => {
    const unknown = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`f${index}`, 1]),
    );

    const answer = await post({ ...valid, ...unknown });

    expect(answer.json.errors.length).toBe(50);
  });
});

describe('a body', () => {
  it.each(['', '{', 'null', '[]', '7', '"text"', '\ufeff{}', '{"url":}'])(
    'of %j is refused as a whole',
    async (body) => {
      const answer = await post(body);

      expect(answer.status).toBe(400);
      expect(answer.json.errors[0].path).toMatch(/^(body|url)$/);
    },
  );

  it('that is not UTF-8 is refused', async () => {
    const response = await app.request(collection, {
      method: 'POST',
      body: Buffer.from([0x22, 0xff, 0x22]),
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ path: 'body' }] });
  });

  it('of more than 64 KB is refused before it is parsed, and one of 64 KB is read', async () => {
    const tooLarge = await post('x'.repeat(adminBodyBytesMax + 1));
    const large = await post('x'.repeat(adminBodyBytesMax));

    expect(tooLarge).toMatchObject({
      status: 413,
      type: 'application/problem+json',
      json: { type: '/problems/body-too-large', status: 413 },
    });
    expect(large.status).toBe(400);
  });
});

describe('reading', () => {
  it('shows a subscription and the list, and never the secret', async () => {
    const { json: created } = await post(valid);
    const { secret, ...shown } = created;

    const one = await call('GET', `${collection}/${created.id}`);
    const all = await call('GET', collection);

    expect(one).toMatchObject({ status: 200, json: shown });
    expect(all).toMatchObject({ status: 200, json: { subscriptions: [shown], next_cursor: null } });
    expect(subscriptionJson.parse(one.json)).toEqual(shown);
    expect(one.text + all.text).not.toContain('secret');
    expect(one.text + all.text).not.toContain(secret);
  });

  it('shows no deleted one', async () => {
    const { json } = await post(valid);
    await call('DELETE', `${collection}/${json.id}`);

    const one = await call('GET', `${collection}/${json.id}`);
    const all = await call('GET', collection);

    expect(one.status).toBe(404);
    expect(all.json.subscriptions).toEqual([]);
  });
});

describe('another company', () => {
  it('sees nothing and changes nothing', async () => {
    const { json } = await post(valid);
    const theirs = `/v1/companies/319/subscriptions`;

    const answers = await Promise.all([
      call('GET', `${theirs}/${json.id}`),
      call('DELETE', `${theirs}/${json.id}`),
    ]);
    const list = await call('GET', theirs);

    expect(answers.map(({ status, type }) => [status, type])).toEqual([
      [404, 'application/problem+json'],
      [404, 'application/problem+json'],
    ]);
    expect(list.json.subscriptions).toEqual([]);
    expect((await call('GET', `${collection}/${json.id}`)).status).toBe(200);
  });

  it.each([
    '0',
    '-1',
    '1.5',
    '01',
    '1e3',
    'abc',
    '318%20',
    '9'.repeat(16),
    '٣١٨',
    '318%23',
    '__proto__',
  ])('called %s is no company', async (company) => {
    const answers = await Promise.all([
      call('GET', `/v1/companies/${company}/subscriptions`),
      call('POST', `/v1/companies/${company}/subscriptions`, valid),
      call('GET', `/v1/companies/${company}/subscriptions/sub_1`),
      call('DELETE', `/v1/companies/${company}/subscriptions/sub_1`),
    ]);

    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(answer.json.errors[0].path).toBe('company_id');
    }
  });
});

describe('a request without a route', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/v1/companies'],
    ['POST', '/v1/companies/318/subscriptions/'],
    ['GET', '/v2/companies/318/subscriptions'],
    ['GET', `${collection}/a/b`],
  ])('%s %s is a problem, 404', async (method, path) => {
    const answer = await call(method, path);

    expect(answer).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      json: { type: '/problems/not-found', status: 404 },
    });
  });

  it.each([
    ['PUT', collection, 'GET, HEAD, POST'],
    ['DELETE', collection, 'GET, HEAD, POST'],
    ['POST', `${collection}/sub_1`, 'DELETE, GET, HEAD, PATCH'],
    ['OPTIONS', `${collection}/sub_1`, 'DELETE, GET, HEAD, PATCH'],
  ])('%s %s is told what is taken', async (method, path, allow) => {
    const response = await app.request(path, { method });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await response.json()).toMatchObject({ type: '/problems/method-not-allowed' });
  });
});

describe('a fault of ours', () => {
  it('is a problem without the cause; the log has it, and nothing of the request', async () => {
    const broken = createApp(
      {
        ...world.deps,
        putSubscription: async () => {
          throw new Error('the table is on fire');
        },
      },
      adminRoutes,
    );

    const response = await broken.request(collection, {
      method: 'POST',
      body: JSON.stringify({ ...valid, url: 'https://hooks.example.com/path-secret' }),
    });

    const text = await response.text();
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(text).not.toContain('fire');
    expect(world.lines).toEqual([
      expect.objectContaining({ event: 'admin.called', companyId: 318, status: 500 }),
      {
        event: 'admin.fault',
        method: 'POST',
        errorName: 'Error',
        errorMessage: 'the table is on fire',
      },
    ]);
  });
});
