// A change of the signature's scheme by PATCH, through the app: what signs meanwhile, and what is shown.
import { beforeEach, expect, it } from 'vitest';
import { signingAt } from '../../../../shared/key-rotation.ts';
import { publicKeyOf, schemeOf } from '../../../../shared/signing-key.ts';
import { createCheckedApp } from '../../../support/checked-app.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../support/memory-subscriptions.ts';

const collection = '/v1/companies/318/subscriptions';
const day = 86_400_000;

let world: MemoryWorld;
let app: ReturnType<typeof createCheckedApp>;
/** Throws at this port's next call. */
let failing: string | undefined;
let beforeWrite: (() => void) | undefined;
/** What another does just before the keys are written, once. */
let beforeKeys: (() => Promise<unknown>) | undefined;

beforeEach(() => {
  failing = undefined;
  beforeWrite = undefined;
  beforeKeys = undefined;
  world = createMemoryWorld(
    (name, port) =>
      (async (...args: never[]) => {
        if (name === 'replaceSubscription') beforeWrite?.();
        if (name === failing) throw new Error('crashed');
        if (name === 'replaceSigningKeys') {
          const others = beforeKeys;
          beforeKeys = undefined;
          await others?.();
        }
        return port(...args);
      }) as never,
  );
  app = createCheckedApp(world.deps);
});

const call = async (method: string, path: string, body: object, headers = {}) => {
  const response = await app.request(path, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, json: (await response.json()) as Record<string, string> };
};

const subscribe = async (): Promise<string> => {
  const url = 'https://hooks.example.com/a';
  return (await call('POST', collection, { url, event_types: ['*'] })).json.id!;
};

const patch = (id: string, body: object, headers?: object) =>
  call('PATCH', `${collection}/${id}`, body, headers);

const signing = (id: string, afterMs = 0) =>
  signingAt(world.keys.get(`318/${id}`)!.keys, new Date(world.clock + afterMs)).map(
    ({ secret }) => secret,
  );
const schemes = (id: string, afterMs = 0) => signing(id, afterMs).map(schemeOf);

it('shows the new public key, and signs with both for a day', async () => {
  const id = await subscribe();

  const { status, json } = await patch(id, { signature: 'v1a' });

  expect(status).toBe(200);
  expect(json).toMatchObject({ signature: 'v1a', public_key: publicKeyOf(signing(id)[0]!) });
  expect([schemes(id), schemes(id, day)]).toEqual([['v1a', 'v1'], ['v1a']]);
});

it('to the scheme that it has changes no key, and shows no secret', async () => {
  const id = await subscribe();
  const before = signing(id);

  const { status, json } = await patch(id, { signature: 'v1' });

  expect(status).toBe(200);
  expect(json).not.toHaveProperty('secret');
  expect(signing(id)).toEqual(before);
});

it.each([
  ['a change back', (id: string) => patch(id, { signature: 'v1' })],
  ['a rotation', (id: string) => call('POST', `${collection}/${id}/rotate-secret`, {})],
])('with %s beside it, ends with a newest key of the scheme that is shown', async (_, other) => {
  const id = await subscribe();
  beforeKeys = () => other(id);

  await patch(id, { signature: 'v1a' });

  expect(schemes(id)[0]).toBe([...world.rows.values()][0]!.signature);
});

it('beside a rotation that began before it, ends with a newest key of its scheme', async () => {
  const id = await subscribe();
  beforeKeys = () => patch(id, { signature: 'v1a' });

  await call('POST', `${collection}/${id}/rotate-secret`, {});

  expect(schemes(id)[0]).toBe('v1a');
});

it('that is refused as stale at the last moment leaves the keys: the old one signs on', async () => {
  const id = await subscribe();
  const before = signing(id);
  const { revision } = [...world.rows.values()][0]!;
  beforeWrite = () => {
    const [key, row] = [...world.rows.entries()][0]!;
    world.rows.set(key, { ...row, revision: row.revision + 1 });
  };

  const { status } = await patch(id, { signature: 'v1a' }, { 'if-match': `"${revision}"` });

  expect(status).toBe(412);
  expect(signing(id, 2 * day)).toEqual(before);
});

it('that is refused since four keys sign changes nothing', async () => {
  const id = await subscribe();
  for (const _ of [1, 2, 3]) await call('POST', `${collection}/${id}/rotate-secret`, {});

  const { status } = await patch(id, { signature: 'v1a' });

  expect(status).toBe(409);
  expect([...world.rows.values()][0]?.signature ?? 'v1').toBe('v1');
  expect(schemes(id)).toEqual(['v1', 'v1', 'v1', 'v1']);
});

it.each(['replaceSubscription', 'replaceSigningKeys'])(
  'that crashed at %s is made whole by the same request',
  async (port) => {
    const id = await subscribe();
    failing = port;
    const crashed = await patch(id, { signature: 'v1a' });
    const meanwhile = schemes(id, 2 * day);
    failing = undefined;

    const { status, json } = await patch(id, { signature: 'v1a' });

    expect(crashed.status).toBe(500);
    expect(meanwhile).toEqual(['v1']);
    expect(status).toBe(200);
    expect(json).toMatchObject({ signature: 'v1a', public_key: publicKeyOf(signing(id)[0]!) });
    expect(schemes(id)).toEqual(['v1a', 'v1']);
  },
);
