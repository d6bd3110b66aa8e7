// Pin: why we sign bytes ourselves. The standardwebhooks package turns a body into text before it signs.
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { signCallback } from '../../shared/signature.ts';
import { parseSigningKey } from '../../shared/signing-key.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_1';
const timestampSeconds = 1_614_265_330;

it('gives two bodies of invalid UTF-8 one signature in the package, and two in ours', () => {
  const bodies = [Buffer.from([0xff]), Buffer.from([0xfe])];

  const theirs = bodies.map((body) =>
    new Webhook(secret).sign(id, new Date(timestampSeconds * 1000), body),
  );
  const ours = bodies.map((body) =>
    signCallback([parseSigningKey(secret)], { id, timestampSeconds, body }),
  );

  expect(theirs[0]).toBe(theirs[1]);
  expect(ours[0]).not.toBe(ours[1]);
  expect(ours).not.toContain(theirs[0]);
});

it('takes a secret of three bytes in the package, and refuses it in ours', () => {
  expect(() => new Webhook('whsec_AAAA')).not.toThrow();
  expect(() => parseSigningKey('whsec_AAAA')).toThrow('24 to 64 bytes');
});
