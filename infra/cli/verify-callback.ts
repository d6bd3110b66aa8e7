// Whether a callback is signed by a key, said in the words of what is wrong.
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { UsageError } from './command-error.ts';

export interface SignedCallback {
  readonly id: string;
  /** Seconds since 1970, as the header says it. */
  readonly timestamp: string;
  /** The header: `v1,…`, several with spaces between. */
  readonly signature: string;
  readonly body: Uint8Array;
}

/** The 12 bytes before an ed25519 public key in DER. https://www.rfc-editor.org/rfc/rfc8410#section-4 */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Looks at the signature alone: how old the timestamp may be is for the caller to say.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param key `whsec_…`, or `whpk_…` for `v1a`
 * @throws UsageError where the key is none
 */
export const isSignedBy = (key: string, callback: SignedCallback): boolean => {
  const content = Buffer.concat([
    Buffer.from(`${callback.id}.${callback.timestamp}.`),
    callback.body,
  ]);
  const { scheme, matches } = readKey(key, content);
  return callback.signature
    .split(' ')
    .filter((each) => each.startsWith(`${scheme},`))
    .some((each) => matches(Buffer.from(each.slice(scheme.length + 1), 'base64')));
};

/** Before there is anything to verify. @throws UsageError where the key is none */
export const refuseNoKey = (key: string): void => void readKey(key, new Uint8Array());

const readKey = (key: string, content: Uint8Array) => {
  const [, prefix, encoded] = /^(whsec_|whpk_)([A-Za-z0-9+/]+={0,2})$/.exec(key) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (prefix === 'whsec_') {
    const expected = createHmac('sha256', bytes).update(content).digest();
    return {
      scheme: 'v1',
      matches: (given: Buffer) =>
        given.length === expected.length && timingSafeEqual(given, expected),
    };
  }
  if (prefix === 'whpk_' && bytes.length === 32) {
    const publicKey = createPublicKey({
      key: Buffer.concat([spkiPrefix, bytes]),
      format: 'der',
      type: 'spki',
    });
    return {
      scheme: 'v1a',
      matches: (given: Buffer) => verify(null, content, publicKey, given),
    };
  }
  throw new UsageError('A key is whsec_… of the subscription, or whpk_… where it signs with v1a.');
};
