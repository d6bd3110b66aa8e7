// Signing keys: what we make can be read back, what is damaged is refused without being repeated.
import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  makePrivateKey,
  makeSigningSecret,
  parseSigningKey,
  publicKeyOf,
  SigningKeyError,
} from '../../shared/signing-key.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** The first test vector of the standard. https://www.rfc-editor.org/rfc/rfc8032#section-7.1 */
const rfc8032 = {
  seed: Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'),
  publicKey: Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex'),
};

it('makes a secret of 32 bytes from the random source, and reads the same bytes back', () => {
  fc.assert(
    fc.property(bytes(32), (random) => {
      const text = makeSigningSecret((size) => random.subarray(0, size));
      const key = parseSigningKey(text);

      expect(text).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(key).toEqual({ scheme: 'v1', secret: Buffer.from(random) });
    }),
  );
});

it('makes a private key whose public key is the one of the standard', () => {
  const text = makePrivateKey(() => rfc8032.seed);

  expect(text).toBe(`whsk_${Buffer.concat([rfc8032.seed, rfc8032.publicKey]).toString('base64')}`);
  expect(publicKeyOf(text)).toBe(`whpk_${rfc8032.publicKey.toString('base64')}`);
});

it('makes a private key that signs what its public key verifies', () => {
  const text = makePrivateKey(randomBytes);
  const key = parseSigningKey(text);
  const publicKey = createPublicKey({
    key: {
      kty: 'OKP',
      crv: 'Ed25519',
      x: Buffer.from(publicKeyOf(text).slice('whpk_'.length), 'base64').toString('base64url'),
    },
    format: 'jwk',
  });

  const signature = sign(null, Buffer.from('x'), key.scheme === 'v1a' ? key.privateKey : '');

  expect(verify(null, Buffer.from('x'), publicKey, signature)).toBe(true);
  expect(verify(null, Buffer.from('y'), publicKey, signature)).toBe(false);
});

const secretOf = (size: number) => `whsec_${Buffer.alloc(size, 7).toString('base64')}`;
const privateOf = (size: number) => `whsk_${Buffer.alloc(size, 7).toString('base64')}`;

it.each([
  ['an empty text', '', 'starts with whsec_ or whsk_'],
  ['no prefix', Buffer.alloc(32, 7).toString('base64'), 'starts with whsec_ or whsk_'],
  ['a public key', `whpk_${Buffer.alloc(32, 7).toString('base64')}`, 'starts with whsec_ or whsk_'],
  ['an empty secret', 'whsec_', '24 to 64 bytes; this one has 0'],
  ['a secret of 23 bytes', secretOf(23), '24 to 64 bytes; this one has 23'],
  ['a secret of 65 bytes', secretOf(65), '24 to 64 bytes; this one has 65'],
  ['base64 without its padding', secretOf(32).slice(0, -1), 'must be base64, padded'],
  ['a space within', `${secretOf(24)} `, 'must be base64, padded'],
  ['base64url', `whsec_${Buffer.alloc(33, 0xfb).toString('base64url')}`, 'must be base64, padded'],
  ['bits left over', `whsec_${'A'.repeat(42)}B=`, 'must be base64, padded'],
  ['a seed alone', privateOf(32), '64 bytes, the seed and the public key; this one has 32'],
  ['a foreign public half', privateOf(64), 'does not belong to its seed'],
])('refuses %s, and does not repeat it', (_, text, problem) => {
  const read = () => parseSigningKey(text);

  expect(read).toThrow(SigningKeyError);
  expect(read).toThrow(problem);
  if (text.length > 10) expect(read).not.toThrow(text.slice(6));
});

it.each([24, 32, 64])('reads a secret of %i bytes', (size) => {
  expect(parseSigningKey(secretOf(size))).toEqual({ scheme: 'v1', secret: Buffer.alloc(size, 7) });
});
