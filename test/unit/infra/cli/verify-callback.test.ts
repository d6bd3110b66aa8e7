// What the command line calls verified: what Rappel signs, by either scheme, and nothing that was changed.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSignedBy } from '../../../../infra/cli/verify-callback.ts';
import { callbackHeaders } from '../../../../shared/signature.ts';
import { makeKey, parseSigningKey, shownKey } from '../../../../shared/signing-key.ts';

const body = Buffer.from('{"id":"evt_1","data":"é"}');

const signed = (...keys: string[]) => {
  const headers = callbackHeaders(keys.map(parseSigningKey), {
    id: 'evt_1',
    timestampSeconds: 1_790_000_000,
    body,
  });
  return {
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    body,
  };
};

describe.each(['v1', 'v1a'] as const)('a callback signed by %s', (scheme) => {
  const key = makeKey(scheme, randomBytes);
  const shown = Object.values(shownKey(key))[0]!;

  it('is verified by the key that was shown, beside another signature too', () => {
    expect(isSignedBy(shown, signed(key))).toBe(true);
    expect(isSignedBy(shown, signed(makeKey('v1', randomBytes), key))).toBe(true);
  });

  it('is not verified once anything of it has changed, nor by another key', () => {
    const callback = signed(key);
    const other = Object.values(shownKey(makeKey(scheme, randomBytes)))[0]!;

    expect(isSignedBy(shown, { ...callback, id: 'evt_2' })).toBe(false);
    expect(isSignedBy(shown, { ...callback, timestamp: '1790000001' })).toBe(false);
    expect(isSignedBy(shown, { ...callback, body: Buffer.from('{}') })).toBe(false);
    expect(isSignedBy(shown, { ...callback, signature: `${scheme},AAAA` })).toBe(false);
    expect(isSignedBy(other, callback)).toBe(false);
  });
});

it('refuses what is no key, and does not repeat it', () => {
  expect(() => isSignedBy('hunter2', signed(makeKey('v1', randomBytes)))).toThrow(
    /^A key is whsec_… of the subscription/,
  );
});
