// One attempt over a real socket: which keys sign it, which headers of the subscription's own go with it.
import { createPublicKey, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { createAttempts } from '../../../functions/deliver/attempt.ts';
import { giveHeaders } from '../../../shared/custom-headers.ts';
import type { SigningKeys } from '../../../shared/keys-table.ts';
import { makeKey, publicKeyOf } from '../../../shared/signing-key.ts';
import { receiveRequests } from '../../fixtures/receivers.ts';
import { open } from './send-callback-setup.ts';

const makeText = (scheme: 'v1' | 'v1a', fill: number) =>
  makeKey(scheme, (size) => new Uint8Array(size).fill(fill));
const [newSecret, oldSecret] = [makeText('v1', 1), makeText('v1', 2)];
const body = Buffer.from('{"a":"é"}');

/** Attempts a delivery at `at`; `keysFor` is told the receiver's URL. */
const attemptAt = async (
  at: Date,
  keysFor: (url: string) => SigningKeys,
  answer: { status: number; echo?: boolean } = { status: 204 },
) => {
  let headers: IncomingHttpHeaders = {};
  const receiver = await open(
    receiveRequests((request, response) => {
      headers = request.headers;
      response.writeHead(answer.status).end(answer.echo ? request.rawHeaders.join('\n') : '');
    }),
  );
  const { attempt, closeSockets } = createAttempts('http://127.0.0.1:*', () => at);
  onTestFinished(closeSockets);
  const url = `http://127.0.0.1:${receiver.port}/hook`;
  const delivery = { companyId: 318, eventId: 'evt_1', subscriptionId: `sub_${'0'.repeat(23)}` };
  const keys = keysFor(url);
  const callback = { delivery, url, keys, body };
  const outcome = await attempt(callback, () => {});
  return { outcome, headers, signatures: String(headers['webhook-signature']).split(' ') };
};

const accepts = (secret: string, headers: IncomingHttpHeaders): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

it('is signed by every key that has not ended at its own time, newest first', async () => {
  const at = new Date();
  const rotated = (expiresAt: Date): SigningKeys => ({
    keys: [{ secret: newSecret }, { secret: oldSecret, expiresAt }],
  });

  const before = await attemptAt(at, () => rotated(new Date(at.getTime() + 1)));
  const after = await attemptAt(at, () => rotated(at));

  expect(before.signatures).toHaveLength(2);
  expect([newSecret, oldSecret].map((secret) => accepts(secret, before.headers))).toEqual([
    true,
    true,
  ]);
  expect(after.signatures).toEqual(before.signatures.slice(0, 1));
  expect([newSecret, oldSecret].map((secret) => accepts(secret, after.headers))).toEqual([
    true,
    false,
  ]);
});

it('carries its own time over the same bytes as the attempt before: each verifies on its own', async () => {
  const bodies: Buffer[] = [];
  const seen: IncomingHttpHeaders[] = [];
  const receiver = await open(
    receiveRequests((request, response, received) => {
      seen.push(request.headers);
      bodies.push(received);
      response.writeHead(500).end();
    }),
  );
  const url = `http://127.0.0.1:${receiver.port}/hook`;
  const delivery = { companyId: 318, eventId: 'evt_1', subscriptionId: `sub_${'0'.repeat(23)}` };
  const times = [Date.now() - 120_000, Date.now()].map((ms) => new Date(ms));
  let clock = times[0]!;
  const { attempt, closeSockets } = createAttempts('http://127.0.0.1:*', () => clock);
  onTestFinished(closeSockets);
  const keys = { keys: [{ secret: newSecret }] };

  for (const at of times) {
    clock = at;
    await attempt({ delivery, url, keys, body }, () => {});
  }

  const seconds = times.map((at) => String(Math.floor(at.getTime() / 1000)));
  expect(seen.map((headers) => headers['webhook-timestamp'])).toEqual(seconds);
  expect(seen.map((headers) => headers['webhook-id'])).toEqual(['evt_1', 'evt_1']);
  expect(bodies).toEqual([body, body]);
  expect(seen.map((headers) => accepts(newSecret, headers))).toEqual([true, true]);
  expect(seen[0]!['webhook-signature']).not.toBe(seen[1]!['webhook-signature']);
});

it('carries both schemes while a subscription changes from one to the other', async () => {
  const at = new Date();
  const privateKey = makeText('v1a', 3);
  const expiresAt = new Date(at.getTime() + 1_000);

  const { headers, signatures } = await attemptAt(at, () => ({
    keys: [{ secret: privateKey }, { secret: oldSecret, expiresAt }],
  }));

  expect(signatures.map((signature) => signature.split(',')[0])).toEqual(['v1a', 'v1']);
  expect(accepts(oldSecret, headers)).toBe(true);
  const raw = Buffer.from(publicKeyOf(privateKey).slice('whpk_'.length), 'base64');
  const key = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  const signed = `evt_1.${headers['webhook-timestamp']}.${body}`;
  const signature = Buffer.from(signatures[0]!.slice('v1a,'.length), 'base64');
  expect(
    verify(null, Buffer.from(signed), createPublicKey({ key, format: 'jwk' }), signature),
  ).toBe(true);
});

it('carries the headers that were given for its host, and no others', async () => {
  const { headers } = await attemptAt(new Date(), (url) => ({
    keys: [{ secret: newSecret }],
    headers: giveHeaders(
      giveHeaders(undefined, 'http://127.0.0.1:1/', { 'X-Other': 'not here' }),
      url,
      { Authorization: 'Bearer abc', 'X-Own': 'a\tb' },
    ),
  }));

  expect(headers).toMatchObject({ authorization: 'Bearer abc', 'x-own': 'a\tb' });
  expect(headers).not.toHaveProperty('x-other');
});

it('lets no header of a subscription take the place of one of ours, were it ever stored', async () => {
  const forged = { 'Webhook-Id': 'evt_2', 'CONTENT-TYPE': 'text/plain', 'User-Agent': 'x' };

  const { headers } = await attemptAt(new Date(), (url) => ({
    keys: [{ secret: newSecret }],
    headers: giveHeaders(undefined, url, forged),
  }));

  expect(headers).toMatchObject({ 'webhook-id': 'evt_1', 'content-type': 'application/json' });
  expect(headers['user-agent']).toMatch(/^Rappel/);
  expect(accepts(newSecret, headers)).toBe(true);
});

it('keeps the answer of a receiver that prints the request, without the header’s value', async () => {
  const { outcome } = await attemptAt(
    new Date(),
    (url) => ({
      keys: [{ secret: newSecret }],
      headers: giveHeaders(undefined, url, { Authorization: 'Bearer open-sesame' }),
    }),
    { status: 500, echo: true },
  );

  expect(outcome).toMatchObject({
    bodyExcerpt: expect.stringContaining('Authorization\n[hidden]'),
  });
  expect(JSON.stringify(outcome)).not.toContain('sesame');
});

it('without a key that signs is a fault of ours, not a callback without a signature', async () => {
  const at = new Date();
  const ended = () => ({ keys: [{ secret: newSecret, expiresAt: at }] });

  await expect(attemptAt(at, ended)).rejects.toThrow('at least one key');
});
