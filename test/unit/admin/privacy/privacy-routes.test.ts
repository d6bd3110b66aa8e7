// Asking for an erasure, its proof, and an export, through the app, on ports in memory.
import { beforeEach, describe, expect, it } from 'vitest';
import { newDelivery } from '../../../../shared/delivery.ts';
import { pageBytesMax } from '../../../../shared/limits.ts';
import type { KeptEvent } from '../../../../shared/stored-event.ts';
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
  it('answers with a proof that is read again by its id, and says what remains until when', async () => {
    const { status, json } = await erase(20817);

    expect(status).toBe(202);
    expect(json).toMatchObject({
      company_id: 318,
      candidate_ids: ['20817'],
      status: 'running',
      completed_at: null,
      erased: { payloads: 0, deliveries: 0, failure_bodies: 0 },
    });
    expect(json.remains).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ where: 'event_bus_archive', until: '2026-10-19T08:00:00.000Z' }),
        expect.objectContaining({ where: 'dead_letters', until: '2026-10-26T08:00:00.000Z' }),
        expect.objectContaining({ where: 'receivers', until: null }),
      ]),
    );
    expect((await call('GET', `${company}/erasures/${json.id}`)).json).toEqual(json);
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

describe('an export', () => {
  const stored = new Date('2026-10-12T07:00:00.000Z');
  const eventOf = (id: string, note: string): KeptEvent => ({
    companyId: 318,
    id,
    type: 'candidate.moved',
    storedAt: stored,
    expiresAt: stored,
    body: Buffer.from(JSON.stringify({ id, note })),
    version: 1,
  });

  /** These events of candidate 20817, each with a delivery. */
  const exporting = (events: readonly KeptEvent[]) => {
    const byId = new Map(events.map((event) => [event.id, event]));
    app = createCheckedApp({
      ...world.deps,
      listCandidateEvents: async (companyId, candidate) => ({
        events:
          companyId === 318 && candidate === '20817'
            ? [...byId.keys()].map((eventId) => ({ eventId, otherIds: [] }))
            : [],
      }),
      getEvent: async (_, id) => byId.get(id),
      listDeliveriesOf: async (companyId, eventId) => {
        const name = { companyId, eventId, subscriptionId: `sub_001${'0'.repeat(20)}` };
        return [newDelivery({ ...name, eventType: 'candidate.moved', variant: 'full@1' }, stored)];
      },
    });
  };

  const page = async (path: string) => {
    const response = await app.request(path);
    const text = await response.text();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { response, bytes: Buffer.byteLength(text), lines, end: lines.at(-1) };
  };

  const path = `${company}/candidates/20817/export`;

  it('has a line for each event with its deliveries, and one that says that it is the end', async () => {
    exporting([eventOf('e1', 'one'), eventOf('e2', 'two')]);

    const { response, lines } = await page(path);

    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(lines).toEqual([
      expect.objectContaining({ kind: 'event', id: 'e1', callback: { id: 'e1', note: 'one' } }),
      expect.objectContaining({ kind: 'event', id: 'e2', deliveries: [expect.anything()] }),
      { kind: 'end', next_cursor: null },
    ]);
  });

  it('goes on page by page, each of 4 MB at most, and shows every event once', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `e${String(n).padStart(2, '0')}`);
    exporting(ids.map((id) => eventOf(id, 'é'.repeat(130_000))));
    const seen: string[] = [];
    let cursor: string | null = null;
    let largest = 0;

    do {
      const { lines, end, bytes } = await page(cursor ? `${path}?cursor=${cursor}` : path);
      seen.push(...lines.slice(0, -1).map(({ id }) => id));
      largest = Math.max(largest, bytes);
      cursor = end.next_cursor;
    } while (cursor !== null);

    expect(seen).toEqual(ids);
    expect(largest).toBeLessThan(pageBytesMax + 1_000);
  });

  it('leaves out what is erased', async () => {
    const { body: _, ...erased } = eventOf('e1', 'one');
    exporting([erased, eventOf('e2', 'two')]);

    const { lines } = await page(path);

    expect(lines.map(({ id }) => id)).toEqual(['e2', undefined]);
  });

  it('has nothing of another company’s candidate, and refuses another list’s cursor', async () => {
    exporting([eventOf('e1', 'one')]);

    const theirs = await app.request('/v1/companies/319/candidates/20817/export');
    const refused = await app.request(`${path}?cursor=WyJ4IiwiZTEiXQ`);

    expect(theirs.status).toBe(404);
    expect(refused.status).toBe(400);
  });
});
