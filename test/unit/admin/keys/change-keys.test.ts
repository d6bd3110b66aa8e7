// Changes of keys that other operations make: another scheme, other header values.
import { beforeEach, describe, expect, it } from 'vitest';
import {
  changeKeys,
  putHeaders,
  tidyHeaders,
} from '../../../../functions/admin/keys/change-keys.ts';
import { changeScheme } from '../../../../functions/admin/keys/rotate-secret.ts';
import { headersSentTo } from '../../../../shared/custom-headers.ts';
import { signingAt } from '../../../../shared/key-rotation.ts';
import { keyOverlapMsDefault } from '../../../../shared/limits.ts';
import { makeKey, schemeOf } from '../../../../shared/signing-key.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../support/memory-subscriptions.ts';

const id = `sub_${'0'.repeat(23)}`;
const [oldUrl, newUrl] = ['https://old.example/a', 'https://new.example/b'];
const secret = makeKey('v1', (size) => new Uint8Array(size).fill(9));

let world: MemoryWorld;
beforeEach(async () => {
  world = createMemoryWorld();
  await world.deps.putSigningKeys(318, id, { keys: [{ secret }] });
});

const stored = () => world.keys.get(`318/${id}`)!;
const schemesAfter = (ms: number) =>
  signingAt(stored().keys, new Date(world.clock + ms)).map(({ secret: text }) => schemeOf(text));

describe('a change of scheme', () => {
  it('gives a key of the new one, shows its public half, and lets the old one sign for a day', async () => {
    const shown = await changeScheme(world.deps, 318, id, 'v1a');

    expect(shown).toEqual({ publicKey: expect.stringMatching(/^whpk_/) });
    expect(schemesAfter(keyOverlapMsDefault - 1)).toEqual(['v1a', 'v1']);
    expect(schemesAfter(keyOverlapMsDefault)).toEqual(['v1a']);
  });

  it('repeated changes nothing more, and shows nothing', async () => {
    const shown = await changeScheme(world.deps, 318, id, 'v1a');

    const again = await changeScheme(world.deps, 318, id, 'v1a');

    expect([shown, again]).toEqual([{ publicKey: expect.any(String) }, undefined]);
    expect(stored().revision).toBe(2);
  });

  it('and back makes a secret that is new', async () => {
    await changeScheme(world.deps, 318, id, 'v1a');

    const shown = await changeScheme(world.deps, 318, id, 'v1');

    expect(shown).toEqual({ secret: stored().keys[0]!.secret });
    expect(shown).not.toEqual({ secret });
  });

  it('keeps the header values', async () => {
    await putHeaders(world.deps, 318, id, oldUrl, { 'X-Key': 'a' });

    await changeScheme(world.deps, 318, id, 'v1a');

    expect(headersSentTo(oldUrl, stored().headers)).toEqual({ 'X-Key': 'a' });
  });
});

describe('header values', () => {
  it('that come with a new URL lie beside the old one’s until that is written', async () => {
    await putHeaders(world.deps, 318, id, oldUrl, { 'X-Key': 'old' });

    await putHeaders(world.deps, 318, id, newUrl, { 'X-Key': 'new' });
    const between = stored().headers;
    await tidyHeaders(world.deps, 318, id, newUrl);

    expect(headersSentTo(oldUrl, between)).toEqual({ 'X-Key': 'old' });
    expect(headersSentTo(newUrl, between)).toEqual({ 'X-Key': 'new' });
    expect(stored()).toMatchObject({ keys: [{ secret }] });
    expect(stored().headers).toEqual({ 'https://new.example': { 'X-Key': 'new' } });
  });

  it('are forgotten once the URL has another host and none came with it', async () => {
    await putHeaders(world.deps, 318, id, oldUrl, { 'X-Key': 'old' });

    await tidyHeaders(world.deps, 318, id, newUrl);

    expect(stored().headers).toBeUndefined();
  });

  it('of a subscription that is gone are not brought back', async () => {
    await world.deps.deleteSigningKeys(318, id);

    const put = putHeaders(world.deps, 318, id, oldUrl, { 'X-Key': 'a' });

    await expect(put).rejects.toMatchObject({ problem: { status: 404 } });
    expect(world.keys.size).toBe(0);
  });
});

describe('a change of keys', () => {
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
