// Asking for an erasure and for a company's deletion, and their proofs, through the app, on ports in memory.
import { beforeEach, describe, expect, it } from 'vitest';
import { createCheckedApp } from '../../../support/checked-app.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../support/memory-subscriptions.ts';

const company = '/v1/companies/318';

let world: MemoryWorld;
let app: ReturnType<typeof createCheckedApp>;
beforeEach(() => {
  world = createMemoryWorld();
  app = createCheckedApp(world.deps);
});

const call = async (method: string, path: string, body?: object, key?: string) => {
  const response = await app.request(path, {
    method,
    headers: key === undefined ? {} : { 'idempotency-key': key },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

const erase = (candidate: unknown, key?: string) =>
  call('POST', `${company}/erasures`, { candidate_id: candidate }, key);

describe('asking for an erasure', () => {
  it('answers with a proof that is read again by its id', async () => {
    const { status, json } = await erase(20817);

    expect(status).toBe(202);
    expect(json).toMatchObject({
      company_id: 318,
      candidate_ids: ['20817'],
      status: 'running',
      completed_at: null,
      erased: { payloads: 0, deliveries: 0, failure_bodies: 0 },
    });
    expect((await call('GET', `${company}/erasures/${json.id}`)).json).toEqual(json);
  });

  it('lists every place that it cannot reach, and the last date on which something may be there', async () => {
    const { json } = await erase(20817);
    const days = (count: number) => new Date(world.clock + count * 86_400_000).toISOString();

    expect(json.remains).toEqual([
      { where: 'event_bus_archive', what: expect.any(String), until: days(7) },
      { where: 'point_in_time_recovery', what: expect.any(String), until: days(7) },
      { where: 'ingress_queues', what: expect.any(String), until: days(10) },
      // Ten days in a queue, then buried by a function that cannot read it.
      { where: 'dead_letters', what: expect.any(String), until: days(24) },
      { where: 'receivers', what: expect.any(String), until: null },
      { where: 'tombstone', what: expect.any(String), until: days(400) },
    ]);
  });

  it('puts the tombstone before anything else', async () => {
    const calls: string[] = [];
    const watched = {
      ...world.deps,
      putTombstone: async (companyId: number, candidate: string) =>
        void calls.push(`tombstone ${companyId} ${candidate}`),
      putErasure: async () => calls.push('erasure') > 0,
    };
    app = createCheckedApp(watched);

    await erase('q7Rk2VbXm4TzN9Ld');

    expect(calls).toEqual(['tombstone 318 q7Rk2VbXm4TzN9Ld', 'erasure']);
  });

  it('is the same erasure when it is asked for again, as number or as text', async () => {
    const first = await erase(20817);
    const second = await erase('20817', 'key-1');
    const third = await erase('20817', 'key-1');

    expect([second.json.id, third.json.id]).toEqual([first.json.id, first.json.id]);
    expect([second.status, third.status]).toEqual([202, 202]);
  });

  it.each([0, -1, 1.5, '', 'x', '1#2', 'q7Rk2VbXm4TzN9L#', null, {}, [20817], 10 ** 15])(
    'refuses %j for a candidate',
    async (candidate) => {
      const { status, json } = await erase(candidate);

      expect(status).toBe(400);
      expect(json.errors).toEqual([expect.objectContaining({ path: 'candidate_id' })]);
    },
  );

  it('is no other company’s to read', async () => {
    const { json } = await erase(20817);

    const { status } = await call('GET', `/v1/companies/319/erasures/${json.id}`);

    expect(status).toBe(404);
  });
});

describe('deleting a company', () => {
  const subscribe = (company: string) =>
    call('POST', `${company}/subscriptions`, {
      url: 'https://hooks.example.com/a',
      event_types: ['*'],
    });

  it('puts the tombstone first, then deletes its subscriptions with their keys, and no other’s', async () => {
    await subscribe(company);
    await subscribe('/v1/companies/319');
    const calls: string[] = [];
    const { deleteSigningKeys } = world.deps;
    const watched = {
      ...world.deps,
      putTombstone: async (companyId: number, candidate?: string) =>
        void calls.push(`tombstone ${companyId} ${candidate}`),
      deleteSigningKeys: async (companyId: number, id: string) => {
        calls.push('keys');
        await deleteSigningKeys(companyId, id);
      },
    };
    app = createCheckedApp(watched);

    const { status, json } = await call('DELETE', company);

    expect(status).toBe(202);
    expect(json).toMatchObject({ company_id: 318, status: 'running', deleted: { rows: 0 } });
    expect(calls).toEqual(['tombstone 318 undefined', 'keys']);
    expect([...world.keys.keys()].map((key) => key.split('/')[0])).toEqual(['319']);
  });

  it('is the same deletion when it is asked for again, and is read by its id', async () => {
    await subscribe(company);
    const first = await call('DELETE', company);
    const second = await call('DELETE', company);

    const read = await call('GET', `${company}/deletions/${first.json.id}`);
    const theirs = await call('GET', `/v1/companies/319/deletions/${first.json.id}`);

    expect(second.json.id).toBe(first.json.id);
    expect(read.json).toEqual(second.json);
    expect(theirs.status).toBe(404);
  });
});

describe('a company that was deleted', () => {
  it('is refused a subscription, whose events would be dropped in silence', async () => {
    await call('DELETE', company);
    const request = { url: 'https://hooks.example.com/a', event_types: ['*'] };

    const { status, json } = await call('POST', `${company}/subscriptions`, request);

    expect(status).toBe(409);
    expect(json).toMatchObject({
      type: '/problems/not-possible-now',
      title: 'The company has been deleted.',
    });
    expect([world.rows.size, world.keys.size, world.claims.size]).toEqual([0, 0, 0]);
    expect((await call('POST', '/v1/companies/319/subscriptions', request)).status).toBe(201);
  });
});
