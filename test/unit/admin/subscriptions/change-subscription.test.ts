// Changing subscriptions, through the app: what a merge patch means, what is refused, and what must follow it.
import { beforeEach, describe, expect, it } from 'vitest';
import { afterAnswer, newHealth } from '../../../../shared/health.ts';
import { createCheckedApp } from '../../../support/checked-app.ts';
import { callApp } from '../call-app.ts';
import { collection, createSubscribedApp } from './subscribed-app.ts';

let { world, call, subscribe, rowOf } = createSubscribedApp();
beforeEach(() => {
  ({ world, call, subscribe, rowOf } = createSubscribedApp());
});

const headersOf = (id: string) => world.keys.get(`318/${id}`)?.headers;
const claimants = () => [...world.claims.values()].map(({ subscriptionId }) => subscriptionId);

describe('a patch', () => {
  it('to a URL whose name resolves to a private address is refused, and changes nothing', async () => {
    const { path, id, url } = await subscribe();
    const reason = 'inside.example.com has the address 10.0.0.7, which is not public.';
    const resolveName = async () => ({ kind: 'blocked' as const, reason });
    const app = createCheckedApp({ ...world.deps, resolveName });

    const answer = await callApp(app, 'PATCH', path, { url: 'https://inside.example.com/hook' });

    expect(answer.status).toBe(400);
    expect(answer.json.errors).toEqual([{ path: 'url', message: `cannot be called: ${reason}` }]);
    expect(rowOf(id)).toMatchObject({ url, revision: 1 });
    expect(claimants()).toEqual([id]);
  });

  it('changes what it names, and leaves the rest', async () => {
    const { path, secret: _, ...before } = await subscribe({ description: 'A', hired_only: true });
    world.clock += 1_000;

    const { status, json } = await call('PATCH', path, { event_types: ['candidate.moved'] });

    expect(status).toBe(200);
    expect(json).toEqual({
      ...before,
      path: undefined,
      event_types: ['candidate.moved'],
      updated_at: new Date(world.clock).toISOString(),
    });
  });

  it('takes back by null what may be left out', async () => {
    const { path, id } = await subscribe({
      ...{ description: 'A', filter: { type: ['candidate.moved'] }, vacancy_ids: [1] },
      ...{ column_ids: [2], hired_only: true, include_private_comments: true, payload: 'thin' },
      ...{ max_per_second: 5, headers: { 'x-key': 'a' } },
    });
    const nothing = {
      ...{ description: null, filter: null, vacancy_ids: null, column_ids: null, hired_only: null },
      ...{ include_private_comments: null, payload: null, max_per_second: null, headers: null },
    };

    const { json } = await call('PATCH', path, nothing);

    expect(json).toMatchObject({
      ...{ description: null, filter: null, vacancy_ids: null, column_ids: null },
      ...{ hired_only: false, include_private_comments: false, payload: 'full' },
      ...{ max_per_second: null, header_names: [] },
    });
    expect(headersOf(id)).toBeUndefined();
  });

  it.each([
    ['url', { url: null }],
    ['url', { url: 'http://hooks.example.com/' }],
    ['url', { url: 'https://10.0.0.1/' }],
    ['event_types', { event_types: null }],
    ['event_types', { event_types: [] }],
    ['status', { status: 'disabled' }],
    ['status', { status: null }],
    ['signature', { signature: null }],
    ['max_per_second', { max_per_second: 0 }],
    ['max_per_second', { max_per_second: 51 }],
    ['max_per_second', { max_per_second: 1.5 }],
    ['headers.host', { headers: { host: 'a' } }],
    ['headers.x-a', { headers: { 'x-a': 'one\r\nx-b: two' } }],
    ['headers.X-Key', { headers: { 'X-Key': 'twice' } }],
    ['headers.x-key', { headers: { 'x-key': 7 } }],
    ['secret', { secret: 'whsec_mine' }],
    ['id', { id: 'sub_00000000000000000000000' }],
    ['body', []],
    ['body', null],
  ])('with a wrong %s changes nothing', async (field, patch) => {
    const { path, id } = await subscribe({ headers: { 'x-key': 'secret-value' } });
    const before = [rowOf(id), headersOf(id), world.claims.size];

    const { status, json, text } = await call('PATCH', path, patch);

    expect(status).toBe(400);
    expect(json.errors.map(({ path }: { path: string }) => path)).toEqual([field]);
    expect([rowOf(id), headersOf(id), world.claims.size]).toEqual(before);
    expect(text).not.toContain('secret-value');
  });

  it('that changes nothing makes no revision and no entry in the audit', async () => {
    const { path, id } = await subscribe({ description: 'A' });

    const { status, etag } = await call('PATCH', path, { description: 'A', status: 'enabled' });

    expect([status, etag]).toEqual([200, '"1"']);
    expect(rowOf(id).lastChange?.action).toBe('created');
  });
});

describe('If-Match', () => {
  it('lets a change pass that was made from what is there', async () => {
    const { path } = await subscribe();
    const { etag } = await call('GET', path);

    const answers = [
      await call('PATCH', path, { description: 'A' }, { 'if-match': etag! }),
      await call('PATCH', path, { description: 'B' }, { 'if-match': '"9", "2"' }),
      await call('PATCH', path, { description: 'C' }, { 'if-match': '*' }),
      await call('PATCH', path, { description: 'D' }),
    ];

    expect(answers.map(({ status, etag }) => [status, etag])).toEqual([
      [200, '"2"'],
      [200, '"3"'],
      [200, '"4"'],
      [200, '"5"'],
    ]);
  });

  it.each(['"2"', 'W/"1"', '1', '""', 'nonsense'])(
    'of %s refuses every change of revision 1, and says what is there',
    async (ifMatch) => {
      const { path, id } = await subscribe();
      const change = { url: 'https://other.example.com/', headers: { 'x-a': 'b' } };

      const changed = await call('PATCH', path, change, { 'if-match': ifMatch });
      const deleted = await call('DELETE', path, undefined, { 'if-match': ifMatch });

      expect([changed, deleted].map(({ status, etag }) => [status, etag])).toEqual([
        [412, '"1"'],
        [412, '"1"'],
      ]);
      expect(rowOf(id)).toMatchObject({ revision: 1 });
      expect([headersOf(id), claimants()]).toEqual([undefined, [id]]);
    },
  );

  it('holds what Rappel changes itself: a subscription that was disabled meanwhile', async () => {
    const { path, id } = await subscribe();
    const row = rowOf(id);
    await world.deps.replaceSubscription({ ...row, status: 'disabled', revision: 2 });

    const { status } = await call('PATCH', path, { status: 'paused' }, { 'if-match': '"1"' });

    expect(status).toBe(412);
  });
});

describe('a change of URL', () => {
  it('moves the claim: the old URL is free, the new one is taken', async () => {
    const { path, id, url } = await subscribe();
    await call('PATCH', path, { url: 'https://new.example.com/a' });

    const other = await subscribe({ url });
    const refused = await call('POST', collection, {
      url: 'https://NEW.example.com:443/a',
      event_types: ['*'],
    });

    expect(claimants().toSorted()).toEqual([id, other.id].toSorted());
    expect(refused).toMatchObject({ status: 409, json: { type: '/problems/url-in-use' } });
  });

  it('to one that the company has is refused, unless it is allowed', async () => {
    const { url } = await subscribe();
    const { path } = await subscribe();

    const refused = await call('PATCH', path, { url });
    const allowed = await call('PATCH', path, { url, allow_same_url: true });

    expect([refused.status, allowed.status]).toEqual([409, 200]);
  });

  it('to another spelling of the same one needs no claim', async () => {
    const { path, id } = await subscribe({ url: 'https://hooks.example.com/~a' });

    const { json } = await call('PATCH', path, { url: 'https://hooks.example.com/%7ea' });

    expect(json.url).toBe('https://hooks.example.com/%7ea');
    expect(claimants()).toEqual([id]);
  });

  it('keeps custom headers on the same scheme, host and port', async () => {
    const { path, id } = await subscribe({ headers: { 'x-key': 'a' } });

    const { json } = await call('PATCH', path, { url: 'https://hooks.example.com/elsewhere' });

    expect(json.header_names).toEqual(['x-key']);
    expect(headersOf(id)).toEqual({ 'https://hooks.example.com': { 'x-key': 'a' } });
  });

  it.each(['https://other.example.com/', 'https://hooks.example.com:8443/'])(
    'to %s clears them, and takes those that are sent with it',
    async (url) => {
      const cleared = await subscribe({ headers: { 'x-key': 'a' } });
      const sent = await subscribe({ headers: { 'x-key': 'a' }, allow_same_url: true });

      const first = await call('PATCH', cleared.path, { url });
      await call('PATCH', sent.path, { url, allow_same_url: true, headers: { 'x-new': 'b' } });

      expect(first.json.header_names).toEqual([]);
      expect(headersOf(cleared.id)).toBeUndefined();
      expect(headersOf(sent.id)).toEqual({ [new URL(url).origin]: { 'x-new': 'b' } });
    },
  );
});

describe('custom headers', () => {
  it('are merged by name', async () => {
    const { path, id } = await subscribe({ headers: { 'x-a': '1', 'x-b': '2', 'x-c': '3' } });

    const { json, text } = await call('PATCH', path, {
      headers: { 'x-a': null, 'x-b': 'two', 'x-d': 'four' },
    });

    expect(json.header_names.toSorted()).toEqual(['x-b', 'x-c', 'x-d']);
    expect(headersOf(id)).toEqual({
      'https://hooks.example.com': { 'x-b': 'two', 'x-c': '3', 'x-d': 'four' },
    });
    expect(text).not.toMatch(/two|four/);
  });

  it('are ten at most, together with those that are there', async () => {
    const names = (from: number, to: number) =>
      Object.fromEntries(
        Array.from({ length: to - from }, (_, index) => [`x-${from + index}`, 'a']),
      );
    const { path } = await subscribe({ headers: names(0, 8) });

    const refused = await call('PATCH', path, { headers: names(8, 11) });
    const taken = await call('PATCH', path, { headers: { ...names(8, 11), 'x-0': null } });

    expect(refused).toMatchObject({ status: 400, json: { errors: [{ path: 'headers' }] } });
    expect(taken.status).toBe(200);
  });
});

describe('enabling', () => {
  it('a disabled subscription begins its health anew, or the next failure would disable it again', async () => {
    const { path, id } = await subscribe();
    await world.deps.replaceSubscription({
      ...rowOf(id),
      ...{ status: 'disabled', disabledAt: new Date(world.clock), revision: 2 },
    });
    const circuit = { state: 'open', tendAt: new Date(world.clock) } as const;
    await world.deps.putHealth({ ...newHealth(318, id), failures: 40, circuit });

    const { json } = await call('PATCH', path, { status: 'enabled' });

    expect(json.status).toBe('enabled');
    expect(rowOf(id).disabledAt).toBeUndefined();
    // What is parked behind the circuit still needs its timer.
    expect(world.health.get(`318/${id}`)).toMatchObject({ failures: 0, circuit });
  });

  it('a paused one begins it anew too: a week of pause and one failure do not disable it', async () => {
    const { path, id } = await subscribe({ status: 'paused' });
    const now = new Date(world.clock);
    const failingSince = new Date(world.clock - 7 * 86_400_000);
    await world.deps.putHealth({ ...newHealth(318, id), failures: 25, failingSince });

    await call('PATCH', path, { status: 'enabled' });

    const refused = { kind: 'unreachable', errorClass: 'connect', reason: '' } as const;
    const health = world.health.get(`318/${id}`)!;
    const after = afterAnswer(health, { ...refused, startedAt: now, durationMs: 3 }, now);
    expect(after).toMatchObject({ failures: 1, failingSince: now, notices: [] });
  });

  it('one that is enabled leaves its health alone', async () => {
    const { path, id } = await subscribe();
    await world.deps.putHealth({ ...newHealth(318, id), failures: 4 });

    await call('PATCH', path, { status: 'enabled' });
    await call('PATCH', path, { status: 'paused' });

    expect(world.health.get(`318/${id}`)).toMatchObject({ failures: 4 });
  });
});
