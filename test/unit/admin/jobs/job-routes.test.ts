// Beginning, watching and cancelling jobs, through the app, on ports in memory.
import { beforeEach, describe, expect, it } from 'vitest';
import { createCheckedApp } from '../../../support/checked-app.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../support/memory-subscriptions.ts';

const collection = '/v1/companies/318/subscriptions';

let world: MemoryWorld;
let app: ReturnType<typeof createCheckedApp>;
let subscriptionId: string;

const call = async (method: string, path: string, body?: object, key?: string) => {
  const response = await app.request(path, {
    method,
    headers: key === undefined ? {} : { 'idempotency-key': key },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, string> };
};

beforeEach(async () => {
  world = createMemoryWorld();
  app = createCheckedApp(world.deps);
  const body = { url: 'https://hooks.example.com/a', event_types: ['*'] };
  subscriptionId = (await call('POST', collection, body)).json.id!;
});

const begin = (kind: string, body?: object, key?: string) =>
  call('POST', `${collection}/${subscriptionId}/${kind}`, body, key);
const read = (id: string) => call('GET', `${collection}/${subscriptionId}/jobs/${id}`);
const cancel = (id: string) => call('POST', `${collection}/${subscriptionId}/jobs/${id}/cancel`);
const since = '2026-10-12T07:00:00.000Z';

describe('beginning a job', () => {
  it.each([
    ['release', undefined],
    ['recover', { since }],
    ['replay', { since }],
  ])('to %s answers with the job, which is read by its id', async (kind, body) => {
    const { status, json } = await begin(kind, body);

    expect(status).toBe(202);
    expect(json).toMatchObject({
      company_id: 318,
      subscription_id: subscriptionId,
      kind,
      since: body?.since ?? null,
      status: 'counting',
      ...{ total: 0, done: 0, remaining: 0, deliveries: 0, cancel_reason: null },
    });
    expect(await read(json.id!)).toEqual({ status: 200, json });
  });

  it.each([
    ['release', { since }, 'since'],
    ['recover', {}, 'since'],
    ['recover', { since: 'yesterday' }, 'since'],
    ['replay', { since: '2026-10-12T09:00:00.000Z' }, 'since'],
  ])('to %s refuses %j', async (kind, body, path) => {
    const { status, json } = await begin(kind, body);

    expect(status).toBe(400);
    expect(json.errors).toEqual([expect.objectContaining({ path })]);
  });

  it('is refused while the subscription has one under way, and says which', async () => {
    const { json: first } = await begin('release');

    const second = await begin('recover', { since });

    expect(second.status).toBe(409);
    expect(second.json).toMatchObject({
      type: '/problems/not-possible-now',
      detail: expect.stringContaining(first.id!),
    });
  });

  it('is one job of two requests at once', async () => {
    const answers = await Promise.all([begin('release'), begin('release'), begin('release')]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409]);
  });

  it('is refused for a subscription that is not enabled', async () => {
    for (const row of world.rows.values()) {
      world.rows.set(`318/${Number(row.id.slice(4, 7))}`, { ...row, status: 'disabled' });
    }

    const { status, json } = await begin('release');

    expect(status).toBe(409);
    expect(json.title).toContain('disabled');
  });

  it('is done once for a key, and answered again with the job as it is then', async () => {
    const { json: first } = await begin('release', undefined, 'key-1');
    await cancel(first.id!);

    const again = await begin('release', undefined, 'key-1');

    expect(again.status).toBe(202);
    expect(again.json).toMatchObject({ id: first.id, status: 'cancelled' });
  });

  it('that was cut off once its job was written makes no second one', async () => {
    const { putJob } = world.deps;
    const cutting = {
      ...world.deps,
      putJob: async (job: Parameters<typeof putJob>[0]) => {
        await putJob(job);
        throw new Error('cut');
      },
    };
    app = createCheckedApp(cutting);
    const { status } = await begin('release', undefined, 'key-1');
    app = createCheckedApp(world.deps);
    world.clock += 61_000;

    const again = await begin('release', undefined, 'key-1');

    const { json } = await call('GET', `${collection}/${subscriptionId}/jobs`);
    expect(status).toBe(500);
    expect(again.status).toBe(202);
    expect(json.jobs).toEqual([expect.objectContaining({ id: again.json.id })]);
  });
});

describe('cancelling a job', () => {
  it('ends it, and lets another begin', async () => {
    const { json: first } = await begin('release');

    const cancelled = await cancel(first.id!);
    const second = await begin('release');

    expect(cancelled.json).toMatchObject({ status: 'cancelled', cancel_reason: 'asked' });
    expect((await cancel(first.id!)).status).toBe(200);
    expect(second.status).toBe(202);
    expect(second.json.id).not.toBe(first.id);
  });
});

describe('the list of jobs', () => {
  it('has the latest first, page by page', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { json } = await begin('release');
      ids.unshift(json.id!);
      await cancel(json.id!);
    }

    const one = await call('GET', `${collection}/${subscriptionId}/jobs?limit=2`);
    const cursor = one.json.next_cursor;
    const two = await call('GET', `${collection}/${subscriptionId}/jobs?limit=2&cursor=${cursor}`);

    const jobs = [...one.json.jobs!, ...two.json.jobs!] as unknown as { id: string }[];
    expect(jobs.map(({ id }) => id)).toEqual(ids);
    expect(two.json.next_cursor).toBeNull();
  });
});

describe('a job of another company or subscription', () => {
  it('is not found', async () => {
    const { json } = await begin('release');
    const theirs = `/v1/companies/319/subscriptions/${subscriptionId}`;
    const other = `${collection}/sub_007${'0'.repeat(20)}`;

    for (const place of [theirs, other]) {
      expect((await call('GET', `${place}/jobs/${json.id}`)).status).toBe(404);
      expect((await call('POST', `${place}/jobs/${json.id}/cancel`)).status).toBe(404);
      expect((await call('GET', `${place}/jobs`)).status).toBe(404);
      expect((await call('POST', `${place}/release`)).status).toBe(404);
    }
    expect((await read('job_000009aaaaaaaaaaaaaaaa')).status).toBe(404);
    expect((await read('nonsense')).status).toBe(404);
  });
});
