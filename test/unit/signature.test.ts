// The signature: published vectors byte for byte, and the official verifier for everything else.
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { callbackHeaders, signCallback } from '../../shared/signature.ts';
import { makePrivateKey, parseSigningKey, publicKeyOf } from '../../shared/signing-key.ts';

const content = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
};

/** Keys and signatures that the specification's libraries and its header example print. */
const published = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  v1: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  privateKey:
    'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  publicKey: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
  v1a: 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
};

const keysFrom = (...texts: string[]) => texts.map(parseSigningKey);

/** A secret of 24 to 64 bytes, as text. */
const secretTexts = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((secret) => `whsec_${Buffer.from(secret).toString('base64')}`);

/** Any text that has a UTF-8 form: emoji, NUL, BOM and line separators included. */
const texts = fc.string({ unit: 'binary', maxLength: 200 });

it('signs the published v1 vector byte for byte', () => {
  const header = signCallback(keysFrom(published.secret), content);

  expect(header).toBe(published.v1);
});

it('signs the published v1a vector byte for byte', () => {
  const header = signCallback(keysFrom(published.privateKey), content);

  expect(header).toBe(published.v1a);
  expect(publicKeyOf(published.privateKey)).toBe(published.publicKey);
});

it('puts one signature per key into the header, newest first, between single spaces', () => {
  const header = signCallback(keysFrom(published.privateKey, published.secret), content);

  expect(header).toBe(`${published.v1a} ${published.v1}`);
});

it('signs any text under any id as the standardwebhooks package does', () => {
  fc.assert(
    fc.property(secretTexts, texts, texts, fc.nat(4_102_444_800), (secret, id, text, seconds) => {
      const ours = signCallback(keysFrom(secret), {
        id,
        timestampSeconds: seconds,
        body: Buffer.from(text),
      });
      const theirs = new Webhook(secret).sign(id, new Date(seconds * 1000), text);

      expect(ours).toBe(theirs);
    }),
  );
});

it('is verified by the standardwebhooks package with each key of a rotation, and no other', () => {
  const rotations = fc.uniqueArray(secretTexts, { minLength: 2, maxLength: 5 });
  const timestampSeconds = Math.floor(Date.now() / 1000);
  fc.assert(
    fc.property(rotations, fc.json(), ([foreign, ...secrets], json) => {
      const body = Buffer.from(json);
      const headers = callbackHeaders(keysFrom(...secrets), { ...content, timestampSeconds, body });

      for (const secret of secrets) {
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(json));
      }
      expect(() => new Webhook(foreign!).verify(body, headers)).toThrow('No matching signature');
    }),
  );
});

it('is refused by the verifier once a byte of the body, the id or the time is another', () => {
  const headers = callbackHeaders(keysFrom(published.secret), {
    ...content,
    timestampSeconds: Math.floor(Date.now() / 1000),
  });
  const webhook = new Webhook(published.secret);
  const later = String(Number(headers['webhook-timestamp']) + 1);

  expect(webhook.verify(content.body, headers)).toEqual({ test: 2_432_232_314 });
  for (const [body, other] of [
    [Buffer.from('{"test": 2432232315}'), {}],
    [content.body, { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJel' }],
    [content.body, { 'webhook-timestamp': later }],
  ] as const) {
    expect(() => webhook.verify(body, { ...headers, ...other })).toThrow('No matching signature');
  }
});

it('signs v1a over the same bytes as v1, whatever they are', () => {
  const privateText = makePrivateKey(randomBytes);
  const spki = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(publicKeyOf(privateText).slice('whpk_'.length), 'base64'),
  ]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  fc.assert(
    fc.property(fc.uint8Array(), (body) => {
      const header = signCallback(keysFrom(privateText), { ...content, body });

      const signed = Buffer.concat([Buffer.from(`${content.id}.1614265330.`), body]);
      const signature = Buffer.from(header.slice('v1a,'.length), 'base64');
      expect(verify(null, signed, publicKey, signature)).toBe(true);
    }),
  );
});

it('gives different bytes different signatures, also where they are not UTF-8', () => {
  const bodies = [[0xff], [0xfe], [0xc3], [0xef, 0xbf, 0xbd], [0xed, 0xa0, 0x80], []];

  const headers = bodies.map((body) =>
    signCallback(keysFrom(published.secret), { ...content, body: Buffer.from(body) }),
  );

  expect(new Set(headers).size).toBe(bodies.length);
});

it('signs bytes that are not UTF-8 as RFC 2104 says, not as their replacement characters', () => {
  const secret = Buffer.alloc(32, 0x2a);
  const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  const padded = (pad: number) => Buffer.alloc(64, pad).map((byte, i) => byte ^ (secret[i] ?? 0));
  const sha256 = (...parts: Uint8Array[]) =>
    createHash('sha256').update(Buffer.concat(parts)).digest();

  const header = signCallback(keysFrom(`whsec_${secret.toString('base64')}`), { ...content, body });

  const inner = sha256(padded(0x36), Buffer.from(`${content.id}.1614265330.`), body);
  expect(header).toBe(`v1,${sha256(padded(0x5c), inner).toString('base64')}`);
});

it('refuses to sign with no key, and with a time that is not whole seconds', () => {
  const keys = keysFrom(published.secret);

  expect(() => signCallback([], content)).toThrow('at least one key');
  expect(() => signCallback(keys, { ...content, timestampSeconds: 1.5 })).toThrow('whole seconds');
  expect(() => signCallback(keys, { ...content, timestampSeconds: Number.NaN })).toThrow('NaN');
});
