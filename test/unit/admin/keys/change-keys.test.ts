// Changes of keys that other operations make: another scheme, other header values.
import { beforeEach, describe, expect, it } from 'vitest';
import { changeKeys } from '../../../../functions/admin/keys/change-keys.ts';
import { changeScheme } from '../../../../functions/admin/keys/rotate-secret.ts';
import { signingAt } from '../../../../shared/key-rotation.ts';
import { keyOverlapMsDefault } from '../../../../shared/limits.ts';
import { makeKey, publicKeyOf, schemeOf } from '../../../../shared/signing-key.ts';
import type { Subscription } from '../../../../shared/subscription.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../support/memory-subscriptions.ts';

const id = `sub_${'0'.repeat(23)}`;
const subscription: Subscription = {
  id,
  companyId: 318,
  url: 'https://hooks.example.com/a',
  eventTypes: ['*'],
  status: 'enabled',
  createdAt: new Date(0),
  updatedAt: new Date(0),
  revision: 1,
};
const secret = makeKey('v1', (size) => new Uint8Array(size).fill(9));

let world: MemoryWorld;
beforeEach(async () => {
  world = createMemoryWorld();
  await world.deps.putSigningKeys(318, id, { keys: [{ secret }] });
});

/** Once the subscription says so. */
const changeTo = (signature: 'v1' | 'v1a') => {
  const getSubscription = async () => ({ ...subscription, signature });
  return changeScheme({ ...world.deps, getSubscription }, 318, id);
};

const stored = () => world.keys.get(`318/${id}`)!;
const schemesAfter = (ms: number) =>
  signingAt(stored().keys, new Date(world.clock + ms)).map(({ secret: text }) => schemeOf(text));

describe('a change of scheme', () => {
  it('gives a key of the new one, shows its public half, and lets the old one sign for a day', async () => {
    const shown = await changeTo('v1a');

    expect(shown).toEqual({ publicKey: expect.stringMatching(/^whpk_/) });
    expect(schemesAfter(keyOverlapMsDefault - 1)).toEqual(['v1a', 'v1']);
    expect(schemesAfter(keyOverlapMsDefault)).toEqual(['v1a']);
  });

  it('repeated changes nothing more, and shows nothing', async () => {
    const shown = await changeTo('v1a');
    const { keys } = stored();

    const again = await changeTo('v1a');

    expect([shown, again]).toEqual([{ publicKey: expect.any(String) }, undefined]);
    expect(stored().keys).toEqual(keys);
  });

  it('and back makes a secret that is new', async () => {
    await changeTo('v1a');

    const shown = await changeTo('v1');

    expect(shown).toEqual({ secret: stored().keys[0]!.secret });
    expect(shown).not.toEqual({ secret });
  });

  it('keeps the header values', async () => {
    const headers = { 'https://old.example': { 'X-Key': 'a' } };
    await changeKeys(world.deps, 318, id, (keys) => ({ ...keys, headers }));

    await changeTo('v1a');

    expect(stored().headers).toEqual(headers);
  });

  it('whose answer was lost shows the key that it made', async () => {
    const { replaceSigningKeys } = world.deps;
    let answers = 0;
    world.deps.replaceSigningKeys = async (...args) => {
      answers += 1;
      return (await replaceSigningKeys(...args)) && answers > 1;
    };

    const shown = await changeTo('v1a');

    expect(shown).toEqual({ publicKey: publicKeyOf(stored().keys[0]!.secret) });
    expect(schemesAfter(0)).toEqual(['v1a', 'v1']);
  });
});

describe('a change of keys', () => {
  it('of a subscription that is gone is not made', async () => {
    await world.deps.deleteSigningKeys(318, id);

    const change = changeKeys(world.deps, 318, id, (keys) => ({ ...keys, headers: {} }));

    await expect(change).rejects.toMatchObject({ problem: { status: 404 } });
    expect(world.keys.size).toBe(0);
  });

  it('is made again on what another writer left, so that neither is lost', async () => {
    const headers = { 'https://old.example': { 'X-Key': 'a' } };
    let isFirst = true;

    await changeKeys(world.deps, 318, id, (keys) => {
      if (isFirst) world.keys.set(`318/${id}`, { ...stored(), headers, revision: 7 });
      isFirst = false;
      return { ...keys, keys: [{ secret: 'whsec_new' }, ...keys.keys] };
    });

    expect(stored()).toEqual({
      keys: [{ secret: 'whsec_new' }, { secret }],
      headers,
      revision: 8,
    });
  });

  it('gives up when others never stop, and says so', async () => {
    const deps = { ...world.deps, replaceSigningKeys: async () => false };

    const change = changeKeys(deps, 318, id, (keys) => ({ ...keys }));

    await expect(change).rejects.toThrow('other writers kept changing');
  });
});
