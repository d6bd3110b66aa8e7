// Way 7 of 8. The signature that a receiver verifies. Next: functions/deliver/send-callback.ts
import { createHmac, sign } from 'node:crypto';
import type { SigningKey } from './signing-key.ts';

export interface SignedContent {
  /** The event's id, the same on every attempt. */
  readonly id: string;
  /** Whole seconds since 1970, when the attempt starts: receivers refuse what is 5 min off. */
  readonly timestampSeconds: number;
  /** The bytes that are sent. Never decoded: text would change what is not UTF-8. */
  readonly body: Uint8Array;
}

/** A type and not an interface, so that it can be passed where a record of headers is taken. */
export type SignatureHeaders = {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
};

/**
 * The `webhook-signature` header, as Standard Webhooks says: one signature for each key, in their
 * order, between spaces, so that a receiver verifies with the new key or the old one meanwhile.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 * @throws RangeError where there is no key, or the time is not whole seconds
 */
export const signCallback = (keys: readonly SigningKey[], content: SignedContent): string => {
  if (keys.length === 0)
    throw new RangeError('a callback needs at least one key to be signed with');
  if (!Number.isSafeInteger(content.timestampSeconds)) {
    throw new RangeError(
      `timestampSeconds is ${content.timestampSeconds}; it must be whole seconds`,
    );
  }
  const signed = Buffer.concat([
    Buffer.from(`${content.id}.${content.timestampSeconds}.`),
    content.body,
  ]);
  return keys.map((key) => `${key.scheme},${signatureOf(key, signed)}`).join(' ');
};

/** The three headers that identify and sign a callback. Throws as `signCallback` does. */
export const callbackHeaders = (
  keys: readonly SigningKey[],
  content: SignedContent,
): SignatureHeaders => ({
  'webhook-id': content.id,
  'webhook-timestamp': String(content.timestampSeconds),
  'webhook-signature': signCallback(keys, content),
});

const signatureOf = (key: SigningKey, signed: Uint8Array): string => {
  switch (key.scheme) {
    case 'v1':
      return createHmac('sha256', key.secret).update(signed).digest('base64');
    case 'v1a':
      return sign(null, signed, key.privateKey).toString('base64');
  }
};
