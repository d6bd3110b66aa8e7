// Rotating a secret and reading keys, through the app, on ports in memory.
import { beforeEach, describe, expect, it } from 'vitest';
import { signingAt } from '../../../../shared/key-rotation.ts';
import { publicKeyOf } from '../../../../shared/signing-key.ts';
import { createCheckedApp } from '../../../support/checked-app.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../support/memory-subscriptions.ts';

const collection = '/v1/companies/318/subscriptions';
const day = 86_400_000;

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
  return { status: response.status, json: (await response.json()) as Record<string, string> };
};

const subscribe = async (more: object = {}) => {
  const { json } = await call('POST', collection, {
    ...{ url: 'https://hooks.example.com/a', event_types: ['*'], ...more },
  });
  return json as { id: string; secret: string };
};

const rotate = (id: string, body?: object, key?: string) =>
  call('POST', `${collection}/${id}/rotate-secret`, body, key);

const storedOf = (id: string) => world.keys.get(`318/${id}`)!;
const signing = (id: string, afterMs = 0): string[] =>
  signingAt(storedOf(id).keys, new Date(world.clock + afterMs)).map(({ secret }) => secret);

describe('a rotation', () => {
  it('answers with the new secret, and with when the old one ends: in a day', async () => {
    const { id, secret } = await subscribe();

    const { status, json } = await rotate(id);

    expect(status).toBe(200);
    expect(json).toEqual({
      secret: expect.stringMatching(/^whsec_/),
      previous_expires_at: new Date(world.clock + day).toISOString(),
    });
    expect(json.secret).not.toBe(secret);
    expect(signing(id, day - 1)).toEqual([json.secret, secret]);
    expect(signing(id, day)).toEqual([json.secret]);
  });

  it.each([
    [60, 60_000],
    [604_800, 7 * day],
  ])('takes an overlap of %i s', async (seconds, ms) => {
    const { id, secret } = await subscribe();

    const { json } = await rotate(id, { overlap_seconds: seconds });

    expect(json.previous_expires_at).toBe(new Date(world.clock + ms).toISOString());
    expect([signing(id, ms - 1), signing(id, ms)]).toEqual([[json.secret, secret], [json.secret]]);
  });

  it('with no overlap ends every older key at once, and the table forgets them', async () => {
    const { id } = await subscribe();
    await rotate(id);

    const { json } = await rotate(id, { overlap_seconds: 0 });

    expect(json.previous_expires_at).toBe(new Date(world.clock).toISOString());
    expect(storedOf(id).keys.map(({ secret }) => secret)).toEqual([json.secret]);
  });

  it('leaves an entry with its caller in the audit', async () => {
    const { id } = await subscribe();

    await rotate(id);

    const entries = [...world.audit.values()].filter(({ action }) => action === 'secret-rotated');
    const caller = 'arn:aws:iam::000000000000:user/ats';
    expect(entries).toMatchObject([{ subscriptionId: id, companyId: 318, caller }]);
  });

  it.each([-1, 604_801, 1.5, '60', null])('refuses an overlap of %j', async (overlap) => {
    const { id } = await subscribe();

    const { status, json } = await rotate(id, { overlap_seconds: overlap });

    expect(status).toBe(400);
    expect(json.errors).toEqual([{ path: 'overlap_seconds', message: expect.any(String) }]);
    expect(storedOf(id).revision).toBe(1);
  });

  it('is refused while four keys sign, says until when, and leaves them as they are', async () => {
    const { id } = await subscribe();
    for (const hours of [3, 2, 1]) await rotate(id, { overlap_seconds: hours * 3_600 });
    const before = storedOf(id);

    const { status, json } = await rotate(id);

    expect(status).toBe(409);
    expect(json).toMatchObject({
      type: '/problems/not-possible-now',
      detail: expect.stringContaining(new Date(world.clock + day / 24).toISOString()),
    });
    expect(storedOf(id)).toBe(before);
    expect((await rotate(id, { overlap_seconds: 0 })).status).toBe(200);
  });

  it('of a deleted subscription, and of another company’s, finds none', async () => {
    const { id } = await subscribe();
    const other = await call('POST', `/v1/companies/319/subscriptions/${id}/rotate-secret`);
    await app.request(`${collection}/${id}`, { method: 'DELETE' });

    const deleted = await rotate(id);

    expect([other.status, deleted.status]).toEqual([404, 404]);
  });

  it('of a v1a subscription answers with the public key, and never with a private one', async () => {
    const created = await subscribe({ signature: 'v1a' });

    const { json } = await rotate(created.id);

    const [newest, older] = signing(created.id) as [string, string];
    expect(json).toEqual({
      public_key: publicKeyOf(newest),
      previous_expires_at: expect.any(String),
    });
    expect(created).toMatchObject({ public_key: publicKeyOf(older) });
    expect(JSON.stringify([created, json])).not.toMatch(/whsk_|whsec_/);
  });
});

describe('a repeated rotation', () => {
  it('with its idempotency key gives the same answer, and makes no second key', async () => {
    const { id } = await subscribe();

    const first = await rotate(id, { overlap_seconds: 60 }, 'key-1');
    world.clock += 1_000;
    const again = await rotate(id, { overlap_seconds: 60 }, 'key-1');
    const other = await rotate(id, { overlap_seconds: 61 }, 'key-1');

    expect(again).toEqual(first);
    expect(other.status).toBe(422);
    expect(signing(id)).toHaveLength(2);
  });

  it('no longer shows a secret that another has replaced', async () => {
    const { id } = await subscribe();
    const first = await rotate(id, {}, 'key-1');
    await rotate(id, {}, 'key-2');

    const again = await rotate(id, {}, 'key-1');

    expect(again).toEqual({
      status: 200,
      json: { previous_expires_at: first.json.previous_expires_at },
    });
  });

  /** Every call of a table from the given one on fails; that one before or after it took effect. */
  const crashAt = (call: number, side: 'before' | 'after') => {
    const crash = { isOn: false, calls: 0 };
    world = createMemoryWorld(
      (_, port) =>
        (async (...args: never[]) => {
          crash.calls += 1;
          if (!crash.isOn || crash.calls < call) return port(...args);
          if (crash.calls === call && side === 'after') await port(...args);
          throw new Error('crashed');
        }) as never,
    );
    app = createCheckedApp(world.deps);
    return crash;
  };

  const points = [1, 2, 3, 4, 5, 6].flatMap((number) =>
    (['before', 'after'] as const).map((side) => [number, side] as const),
  );

  it.each(points)(
    'that crashed at call %i, %s it took effect, ends with one new key, which is shown',
    async (number, side) => {
      const crash = crashAt(number, side);
      const { id, secret } = await subscribe();
      Object.assign(crash, { isOn: true, calls: 0 });
      const crashed = await rotate(id, {}, 'key-1');
      crash.isOn = false;
      world.clock += 61_000;

      const again = await rotate(id, {}, 'key-1');

      expect(crashed.status).toBe(500);
      expect(again.status).toBe(200);
      expect(signing(id)).toEqual([again.json.secret, secret]);
    },
  );
});

it('rotations side by side all count: each has its key, none is lost', async () => {
  const { id, secret } = await subscribe();

  const answers = await Promise.all([rotate(id), rotate(id), rotate(id)]);

  const made = answers.map(({ json }) => json.secret);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(signing(id).toSorted()).toEqual([secret, ...made].toSorted());
});

describe('the keys of a subscription', () => {
  it('are shown with their ends and public keys, and without any secret', async () => {
    const { id } = await subscribe({ signature: 'v1a' });
    await rotate(id, { overlap_seconds: 60 });

    const { status, json } = await call('GET', `${collection}/${id}/keys`);

    const [newest, older] = signing(id) as [string, string];
    expect(status).toBe(200);
    expect(json).toEqual({
      keys: [
        { signature: 'v1a', public_key: publicKeyOf(newest), expires_at: null },
        {
          signature: 'v1a',
          public_key: publicKeyOf(older),
          expires_at: new Date(world.clock + 60_000).toISOString(),
        },
      ],
    });
  });

  it('leave out what no longer signs', async () => {
    const { id } = await subscribe();
    await rotate(id, { overlap_seconds: 60 });
    world.clock += 60_000;

    const { json } = await call('GET', `${collection}/${id}/keys`);

    expect(json).toEqual({ keys: [{ signature: 'v1', public_key: null, expires_at: null }] });
  });

  it('are another company’s to nobody', async () => {
    const { id } = await subscribe();

    const { status } = await call('GET', `/v1/companies/319/subscriptions/${id}/keys`);

    expect(status).toBe(404);
  });
});

describe('custom headers', () => {
  const headers = { Authorization: 'Bearer open-sesame', 'X-Source': 'ats' };

  it('are kept with the keys, and shown by their names alone', async () => {
    const created = await subscribe({ headers });

    const read = await call('GET', `${collection}/${created.id}`);

    expect(read.json.header_names).toEqual(Object.keys(headers));
    expect(storedOf(created.id).headers).toEqual({ 'https://hooks.example.com': headers });
    const rest = JSON.stringify([created, read, world.lines, [...world.rows.values()]]);
    expect(rest).not.toContain('sesame');
  });

  it('that may not be set are refused by name, without their value', async () => {
    const { status, json } = await call('POST', collection, {
      ...{ url: 'https://hooks.example.com/a', event_types: ['*'] },
      headers: { Host: 'open-sesame', 'X-Key': 'open-sesame\r\nHost: a' },
    });

    expect(status).toBe(400);
    expect(json.errors).toEqual([
      { path: 'headers.Host', message: 'cannot be set by a subscription' },
      { path: 'headers.X-Key', message: expect.stringContaining('visible ASCII') },
    ]);
    expect(JSON.stringify([json, world.lines])).not.toContain('sesame');
  });
});

it('no line that is logged holds a key', async () => {
  const { id } = await subscribe();
  await rotate(id);
  await call('GET', `${collection}/${id}/keys`);
  await rotate(id, { overlap_seconds: -1 });

  const lines = JSON.stringify(world.lines);

  expect(world.lines.length).toBeGreaterThanOrEqual(4);
  for (const { secret } of storedOf(id).keys) expect(lines).not.toContain(secret.slice(6));
});
