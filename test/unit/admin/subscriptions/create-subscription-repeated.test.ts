// A creation repeated with its idempotency key: the same answer, the secret included for as long as it is current.
import { beforeEach, describe, expect, it } from 'vitest';
import { requestLeaseMs } from '../../../../shared/limits.ts';
import { createCheckedApp } from '../../../support/checked-app.ts';
import {
  createMemoryWorld,
  livingOf,
  type MemoryWorld,
} from '../../../support/memory-subscriptions.ts';
import { callApp } from '../call-app.ts';

const collection = '/v1/companies/318/subscriptions';
const request = { url: 'https://hooks.example.com/a', event_types: ['*'] };

let world: MemoryWorld;
beforeEach(() => {
  world = createMemoryWorld();
});

const call = (method: string, path: string, body?: unknown, headers = {}) =>
  callApp(createCheckedApp(world.deps), method, path, body, headers);
const create = (more: object = {}) =>
  call('POST', collection, { ...request, ...more }, { 'idempotency-key': 'one' });

describe('a creation with the same key', () => {
  it('gives the same answer, and makes no second subscription', async () => {
    const [first, again] = [await create(), await create()];

    expect(first.json.secret).toMatch(/^whsec_/);
    expect(again).toEqual(first);
    expect(livingOf(world).length).toBe(1);
  });

  it('shows the subscription as it is by now', async () => {
    const { json } = await create();
    await call('PATCH', `${collection}/${json.id}`, { status: 'paused' });

    const again = await create();

    expect([again.status, again.etag, again.json.status]).toEqual([201, '"2"', 'paused']);
    expect(again.json.secret).toBe(json.secret);
  });

  it('shows no secret once another has taken its place', async () => {
    const { json } = await create();
    await call('POST', `${collection}/${json.id}/rotate-secret`, {});

    const again = await create();

    expect([again.status, again.json.id, again.json.secret]).toEqual([201, json.id, undefined]);
  });

  it('shows the public key again, and never a private one', async () => {
    const first = await create({ signature: 'v1a' });
    const again = await create({ signature: 'v1a' });

    expect(first.json.public_key).toMatch(/^whpk_/);
    expect(again.json.public_key).toBe(first.json.public_key);
    expect(first.text + again.text).not.toMatch(/whsk_|whsec_/);
  });

  it('is told that the subscription is gone', async () => {
    const { json } = await create();
    await call('DELETE', `${collection}/${json.id}`);

    const again = await create();

    expect(again).toMatchObject({ status: 410, json: { type: '/problems/gone' } });
    expect(livingOf(world)).toEqual([]);
  });

  it('a day later makes another subscription, and shows nothing of the first', async () => {
    const { json } = await create();
    world.clock += 24 * 3_600_000;

    const next = await create({ url: 'https://hooks.example.com/b' });

    expect(next.status).toBe(201);
    expect(next.json.id).not.toBe(json.id);
    expect(next.json.secret).not.toBe(json.secret);
  });

  it('after a crash at any call makes exactly one subscription', async () => {
    let crashAt = Number.POSITIVE_INFINITY;
    let calls = 0;
    const start = () => {
      calls = 0;
      world = createMemoryWorld(
        (_, port) =>
          (async (...args: never[]) => {
            calls += 1;
            const answer = await port(...args);
            if (calls >= crashAt) throw new Error('the worker ends here');
            return answer;
          }) as never,
      );
    };
    start();
    await create();
    const all = calls;

    for (let at = 1; at <= all; at += 1) {
      crashAt = at;
      start();
      expect((await create()).status).toBe(500);
      crashAt = Number.POSITIVE_INFINITY;
      world.clock += requestLeaseMs;

      const again = await create();

      expect([again.status, livingOf(world).length]).toEqual([201, 1]);
      expect(again.json.secret).toMatch(/^whsec_/);
    }
  });
});
