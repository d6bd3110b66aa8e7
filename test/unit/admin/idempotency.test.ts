// POST with an Idempotency-Key: once in 24 hours, whatever is repeated, cut off or done side by side.
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createApp } from '../../../functions/admin/app.ts';
import { gone } from '../../../functions/admin/problem.ts';
import { type Answer, defineRoute } from '../../../functions/admin/route.ts';
import type { AdminDeps } from '../../../functions/admin/routes.ts';
import { requestLeaseMs } from '../../../shared/limits.ts';
import { createMemoryWorld, type MemoryWorld } from '../../support/memory-subscriptions.ts';

let world: MemoryWorld;
let app: ReturnType<typeof createApp>;
let seeds: string[];
let handle: (seed: string) => Promise<Answer>;
let things: Set<string>;
beforeEach(() => {
  world = createMemoryWorld();
  seeds = [];
  things = new Set();
  handle = async (seed) => {
    things.add(seed);
    return { status: 201, body: { thing: seed }, reference: { thing: seed } };
  };
  const thing = z.strictObject({ thing: z.string() });
  const route = defineRoute({
    method: 'POST',
    path: '/v1/companies/{company_id}/things',
    id: 'createThing',
    tag: 'Things',
    summary: 'Make a thing',
    params: z.object({ company_id: z.string().transform(Number) }),
    body: z.looseObject({}),
    answers: { 201: { description: 'Made.', schema: thing } },
    handle: (_: AdminDeps, { seed }) => {
      seeds.push(seed);
      return handle(seed);
    },
    rebuild: async (_, __, reference) => {
      if (!things.has(reference.thing!)) throw gone('thing');
      return { status: 201, body: { thing: reference.thing } };
    },
  });
  app = createApp(world.deps, [route]);
});

const post = async (key: string | undefined, body: object = {}, company = 318) => {
  const response = await app.request(`/v1/companies/${company}/things`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });
  return { status: response.status, json: await response.json() };
};

describe('the same key', () => {
  it('with the same body gives the same answer, and makes one thing', async () => {
    const first = await post('k');
    const second = await post('k');
    const quoted = await post('"k"');

    expect(first.status).toBe(201);
    expect([second, quoted]).toEqual([first, first]);
    expect(things.size).toBe(1);
  });

  it('with another body is refused', async () => {
    await post('k', { a: 1 });

    const answer = await post('k', { a: 2 });

    expect(answer).toMatchObject({
      status: 422,
      json: { type: '/problems/idempotency-key-reused' },
    });
    expect(things.size).toBe(1);
  });

  it('of another company is another key', async () => {
    await post('k');
    await post('k', {}, 319);

    expect(things.size).toBe(2);
  });

  it('a day later makes another thing', async () => {
    await post('k');
    world.clock += 24 * 3_600_000;

    const answer = await post('k', { another: true });

    expect(answer.status).toBe(201);
    expect(things.size).toBe(2);
  });

  it('is told that what it made is gone', async () => {
    await post('k');
    things.clear();

    expect(await post('k')).toMatchObject({ status: 410, json: { type: '/problems/gone' } });
  });

  it('while the first request is under way is told to wait', async () => {
    let finish = (_: Answer) => {};
    handle = () => new Promise((resolve) => (finish = resolve));
    const first = post('k');
    await expect.poll(() => seeds.length).toBe(1);

    const second = await post('k');
    finish({ status: 201, body: { thing: 'x' }, reference: { thing: 'x' } });

    expect(second).toMatchObject({ status: 409, json: { type: '/problems/request-under-way' } });
    expect((await first).status).toBe(201);
  });

  it('after a crash makes the same thing again, once the first request cannot live any more', async () => {
    const made = handle;
    handle = async (seed) => {
      await made(seed);
      throw new Error('the worker ends here');
    };
    const first = await post('k');
    handle = made;

    const early = await post('k');
    world.clock += requestLeaseMs;
    const late = await post('k');

    expect([first.status, early.status, late.status]).toEqual([500, 409, 201]);
    expect(things.size).toBe(1);
  });

  it('after a refusal may be sent with another body', async () => {
    const made = handle;
    handle = async () => {
      throw gone('parent');
    };
    await post('k', { wrong: true });
    handle = made;

    expect((await post('k', { right: true })).status).toBe(201);
  });
});

describe('without a key', () => {
  it('each request makes a thing of its own', async () => {
    await post(undefined);
    await post(undefined);

    expect(things.size).toBe(2);
  });
});

describe('a key', () => {
  it.each(['', 'é', 'a b', 'x'.repeat(256), '\u007f'])('may not be %j', async (key) => {
    const answer = await post(Buffer.from(key).toString('latin1'));

    expect(answer.status).toBe(400);
    expect((answer.json as { errors: { path: string }[] }).errors[0]?.path).toBe('Idempotency-Key');
  });
});
