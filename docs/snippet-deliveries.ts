// What every snippet of the receivers page is held to: real deliveries, and everything that somebody might forge.
import { sampleBytes } from '../shared/event-types/samples.ts';
import { type SignedContent, signCallback } from '../shared/signature.ts';
import { makePrivateKey, makeSigningSecret, parseSigningKey } from '../shared/signing-key.ts';
import type { Judgement, Received } from './run-snippet.ts';

export interface JudgedDelivery extends Received {
  /** Completes "a snippet … ". */
  readonly name: string;
  readonly expected: Judgement;
}

/** Not random: keys of a test need not be. */
const bytes = (first: number) => (size: number) =>
  Uint8Array.from({ length: size }, (_, index) => (first + index) % 256);

const secret = makeSigningSecret(bytes(1));
const otherSecret = makeSigningSecret(bytes(101));
const privateKey = makePrivateKey(bytes(201));
const id = 'evt_01JA02VERLAINE000002';
const body = sampleBytes('candidate.moved');

/** Signed by the keys as deliver signs; `over` then replaces what arrives. */
const delivery = (
  name: string,
  expected: Judgement,
  content: SignedContent,
  { keys = [secret], ...over }: Partial<Received> & { readonly keys?: readonly string[] } = {},
): JudgedDelivery => ({
  name,
  expected,
  secret,
  id: content.id,
  timestamp: String(content.timestampSeconds),
  signature: signCallback(keys.map(parseSigningKey), content),
  body: content.body,
  ...over,
});

/** @param nowSeconds the machine's own clock, which is the snippets' */
export const snippetDeliveries = (nowSeconds: number): JudgedDelivery[] => {
  const now = { id, timestampSeconds: nowSeconds, body };
  const signature = signCallback([parseSigningKey(secret)], now);
  const aged = (seconds: number) => ({ ...now, timestampSeconds: nowSeconds - seconds });
  return [
    delivery('takes a delivery as it was signed', 'accepted', now),
    delivery('takes accents, emoji and line separators', 'accepted', {
      ...now,
      body: Buffer.from('{"data":{"title":"Chargé·e d’études 🎉\u2028"}}'),
    }),
    delivery('takes bytes that are not UTF-8', 'accepted', { ...now, body: bytes(120)(200) }),
    delivery('takes a delivery that is four minutes old', 'accepted', aged(240)),
    delivery('takes a delivery whose clock is four minutes ahead', 'accepted', aged(-240)),
    delivery('takes both signatures of a rotation, by the old secret', 'accepted', now, {
      keys: [otherSecret, secret],
    }),
    delivery('takes both signatures of a rotation, by the new secret', 'accepted', now, {
      keys: [secret, otherSecret],
    }),
    delivery('passes over signatures of other schemes', 'accepted', now, {
      keys: [privateKey, secret],
    }),
    delivery('refuses the old secret after the rotation', 'refused', now, { keys: [otherSecret] }),
    delivery('refuses another secret', 'refused', now, { secret: otherSecret }),
    delivery('refuses a body with one character changed', 'refused', now, {
      body: Buffer.from(Buffer.from(body).toString().replace('Recruté', 'Refusé')),
    }),
    delivery('refuses a body that was parsed and written again', 'refused', now, {
      body: Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString()), null, 2)),
    }),
    delivery('refuses another id', 'refused', now, { id: `${id}x` }),
    delivery('refuses another time', 'refused', now, { timestamp: String(nowSeconds - 1) }),
    delivery('refuses a delivery that is six minutes old', 'refused', aged(360)),
    delivery('refuses a delivery whose clock is six minutes ahead', 'refused', aged(-360)),
    ...[
      'NaN',
      'now',
      '',
      `+${nowSeconds}`,
      ` ${nowSeconds}`,
      `${nowSeconds}.0`,
      '9'.repeat(40),
    ].map((timestamp) =>
      delivery(`refuses the time "${timestamp}"`, 'refused', now, { timestamp }),
    ),
    delivery('refuses a delivery without an id', 'refused', now, { id: undefined }),
    delivery('refuses a delivery without a time', 'refused', now, { timestamp: undefined }),
    delivery('refuses a delivery without a signature', 'refused', now, { signature: undefined }),
    ...['', 'v1,', signature.slice(3), signature.slice(0, -2), signature.replace('v1', 'v2')].map(
      (forged, index) =>
        delivery(`refuses a malformed signature (${index + 1})`, 'refused', now, {
          signature: forged,
        }),
    ),
    ...['whsec_', 'whsec_c2hvcnQ=', secret.slice('whsec_'.length)].map((wrong, index) =>
      delivery(`stops at a secret that is not whole (${index + 1})`, 'error', now, {
        secret: wrong,
      }),
    ),
  ];
};
