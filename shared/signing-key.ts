// The keys that sign callbacks: made, and read back from the text that a customer is shown.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { RappelError } from './errors.ts';

/** `v1`: HMAC-SHA256, a shared secret · `v1a`: ed25519, the customer holds the public half only. */
export type SignatureScheme = 'v1' | 'v1a';

export type SigningKey =
  | { readonly scheme: 'v1'; readonly secret: Uint8Array }
  | { readonly scheme: 'v1a'; readonly privateKey: KeyObject };

/** A stored key is damaged. Its message never holds any part of the key. */
export class SigningKeyError extends RappelError {
  override readonly name = 'SigningKeyError';
  readonly code = 'SIGNING_KEY';
}

type RandomBytes = (size: number) => Uint8Array;

/** Bytes of a secret that we make: as many as the hash has, so that no more would help. */
const secretBytes = 32;

/** Bytes that a `v1` secret may have: 192 to 512 bits.
 *  https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme */
const secretBytesMin = 24;
const secretBytesMax = 64;

/** Bytes of an ed25519 seed, and of its public key.
 *  https://www.rfc-editor.org/rfc/rfc8032#section-5.1.5 */
const seedBytes = 32;

/** What precedes a seed in PKCS #8. https://www.rfc-editor.org/rfc/rfc8410#section-7 */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A new secret for `v1`: `whsec_` and the base64 of 32 random bytes. */
export const makeSigningSecret = (randomBytes: RandomBytes): string =>
  `whsec_${toBase64(randomBytes(secretBytes))}`;

/** A new key for `v1a`: `whsk_` and the base64 of seed and public key. Never shown to anybody. */
export const makePrivateKey = (randomBytes: RandomBytes): string => {
  const seed = randomBytes(seedBytes);
  return `whsk_${toBase64(Buffer.concat([seed, publicBytesOf(privateKeyFrom(seed))]))}`;
};

/** A new key of a scheme, as it is stored. */
export const makeKey = (scheme: SignatureScheme, randomBytes: RandomBytes): string =>
  scheme === 'v1a' ? makePrivateKey(randomBytes) : makeSigningSecret(randomBytes);

export const schemeOf = (key: string): SignatureScheme => (key.startsWith('whsk_') ? 'v1a' : 'v1');

/** What the customer verifies with: a secret to be shown once, or a public key to be read at any time. */
export type ShownKey = { readonly secret: string } | { readonly publicKey: string };

/**
 * What may be shown of a stored key: never a private one.
 * @throws SigningKeyError
 */
export const shownKey = (key: string): ShownKey =>
  schemeOf(key) === 'v1a' ? { publicKey: publicKeyOf(key) } : { secret: key };

/**
 * What a receiver verifies `v1a` with: `whpk_` and the base64 of 32 bytes.
 * @throws SigningKeyError
 */
export const publicKeyOf = (privateKey: string): string =>
  `whpk_${toBase64(publicBytesOf(parsePrivateKey(privateKey)))}`;

/**
 * Reads a `whsec_` or a `whsk_` key.
 * @throws SigningKeyError saying what is wrong, and never what the key is
 */
export const parseSigningKey = (text: string): SigningKey =>
  schemeOf(text) === 'v1a'
    ? { scheme: 'v1a', privateKey: parsePrivateKey(text) }
    : { scheme: 'v1', secret: parseSecret(text) };

const parseSecret = (text: string): Uint8Array => {
  const secret = bytesAfter('whsec_', text);
  if (secret.length < secretBytesMin || secret.length > secretBytesMax) {
    throw new SigningKeyError(
      `a whsec_ secret has ${secretBytesMin} to ${secretBytesMax} bytes; ` +
        `this one has ${secret.length}`,
    );
  }
  return secret;
};

const parsePrivateKey = (text: string): KeyObject => {
  const bytes = bytesAfter('whsk_', text);
  if (bytes.length !== 2 * seedBytes) {
    throw new SigningKeyError(
      `a whsk_ key has ${2 * seedBytes} bytes, the seed and the public key; ` +
        `this one has ${bytes.length}`,
    );
  }
  const privateKey = privateKeyFrom(bytes.subarray(0, seedBytes));
  if (!publicBytesOf(privateKey).equals(bytes.subarray(seedBytes))) {
    throw new SigningKeyError('the public half of the whsk_ key does not belong to its seed');
  }
  return privateKey;
};

const bytesAfter = (prefix: string, text: string): Buffer => {
  if (!text.startsWith(prefix)) {
    throw new SigningKeyError('a signing key starts with whsec_ or whsk_; this one does not');
  }
  const encoded = text.slice(prefix.length);
  const bytes = Buffer.from(encoded, 'base64');
  // Node skips what is not base64: a damaged key would sign, with other bytes than the customer's.
  if (toBase64(bytes) !== encoded) {
    throw new SigningKeyError(`what follows ${prefix} must be base64, padded`);
  }
  return bytes;
};

const privateKeyFrom = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });

const publicBytesOf = (privateKey: KeyObject): Buffer =>
  createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-seedBytes);

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
