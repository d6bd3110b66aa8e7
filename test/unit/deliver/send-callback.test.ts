// A callback to a receiver that speaks HTTP: what it gets, and what its answer means.
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { expect, it } from 'vitest';
import { responseBytesMax, retryAfterMsMax } from '../../../shared/limits.ts';
import { callbackHeaders } from '../../../shared/signature.ts';
import { parseSigningKey } from '../../../shared/signing-key.ts';
import { receiveRequests } from '../../fixtures/receivers.ts';
import { now, open, send } from './send-callback-setup.ts';

/** Sends one callback to a receiver that answers so. */
const answeredWith = async (
  status: number,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
) => {
  const { port } = await open(
    receiveRequests((_, response) => response.writeHead(status, headers).end(body)),
  );
  return send(`http://127.0.0.1:${port}/hook`);
};

it('posts the bytes as they are, with their signature and their length', async () => {
  const seen: { line: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const { port } = await open(
    receiveRequests(({ method, url, headers }, response, body) => {
      seen.push({ line: `${method} ${url}`, headers, body });
      response.end();
    }),
  );
  const body = Buffer.from([0x7b, 0xff, 0x00, 0xc3, 0xa9, 0x7d]);
  const secret = Buffer.alloc(32, 1);
  const key = parseSigningKey(`whsec_${secret.toString('base64')}`);
  const signature = callbackHeaders([key], { id: 'evt_1', timestampSeconds: 1_800_000_000, body });

  const outcome = await send(`http://127.0.0.1:${port}/a%20b?c=d&e`, {
    headers: { ...signature, 'rappel-delivery-id': 'del_1', 'x-own': 'é'.normalize() },
    body,
  });

  expect(outcome).toEqual({
    kind: 'accepted',
    status: 200,
    startedAt: now,
    durationMs: expect.any(Number),
    sentAfterMs: expect.any(Number),
    peerAddress: '127.0.0.1',
  });
  expect(seen).toHaveLength(1);
  expect(seen[0]!.line).toBe('POST /a%20b?c=d&e');
  expect(seen[0]!.body).toEqual(body);
  expect(seen[0]!.headers).toMatchObject({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': '6',
    'user-agent': expect.stringMatching(/^Rappel\/1\.0 \(\+https:/),
    'webhook-id': 'evt_1',
    'webhook-timestamp': '1800000000',
    'rappel-delivery-id': 'del_1',
  });
  const signed = Buffer.concat([Buffer.from('evt_1.1800000000.'), seen[0]!.body]);
  const expected = createHmac('sha256', secret).update(signed).digest('base64');
  expect(seen[0]!.headers['webhook-signature']).toBe(`v1,${expected}`);
});

it('lets no header of the subscription say another length, type or sender', async () => {
  let seen: IncomingHttpHeaders = {};
  const { port } = await open(
    receiveRequests(({ headers }, response) => {
      seen = headers;
      response.end();
    }),
  );

  await send(`http://127.0.0.1:${port}/`, {
    headers: { 'Content-Length': '1', 'CONTENT-TYPE': 'text/html', 'User-Agent': 'other' },
  });

  expect(seen).toMatchObject({ 'content-length': '7', 'content-type': 'application/json' });
  expect(seen['user-agent']).toMatch(/^Rappel/);
});

it.each([200, 201, 202, 204, 226, 299])('takes %i for a success', async (status) => {
  expect(await answeredWith(status)).toMatchObject({ kind: 'accepted', status });
});

it.each([
  ...[300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 409, 413, 422, 429],
  ...[500, 501, 502, 503, 504, 599, 600, 999],
])('takes %i for a failure', async (status) => {
  expect(await answeredWith(status)).toMatchObject({ kind: 'refused', errorClass: 'http', status });
});

it.each([301, 302, 303, 307, 308])(
  'treats a redirect by %i as refused and does not follow it',
  async (status) => {
    const other = await open(receiveRequests((_, response) => response.end()));
    const location = `http://127.0.0.1:${other.port}/elsewhere`;

    const outcome = await answeredWith(status, { location });

    expect(outcome).toMatchObject({ kind: 'refused', status, headers: { location } });
    expect(other.connections).toHaveLength(0);
  },
);

it.each([
  [410, {}, 'disable-subscription'],
  [200, { 'rappel-subscription': 'disable' }, 'disable-subscription'],
  [500, { 'Rappel-Subscription': ' Disable ' }, 'disable-subscription'],
  [400, { 'rappel-delivery': 'abort' }, 'abort-delivery'],
  [410, { 'rappel-delivery': 'abort' }, 'disable-subscription'],
  [404, { 'rappel-delivery': 'abort, disable' }, undefined],
  [404, { 'rappel-delivery': 'abort, Abort' }, 'abort-delivery'],
  [404, { 'rappel-subscription': 'enable' }, undefined],
  [404, {}, undefined],
])('reads from %i with %j that the receiver asks for %s', async (status, headers, request) => {
  const outcome = await answeredWith(status, headers);

  expect(outcome.kind === 'unreachable' ? outcome : outcome.request).toBe(request);
});

it.each([
  [429, '120', 120_000],
  [503, '120', 120_000],
  [503, 'Tue, 24 Nov 2026 09:02:00 GMT', 120_000],
  [503, '999999999', retryAfterMsMax],
  [503, '-5', undefined],
  [503, 'soon', undefined],
  [500, '120', undefined],
  [301, '120', undefined],
  [200, '120', undefined],
])('takes from %i with Retry-After "%s" a wait of %s ms', async (status, value, waitMs) => {
  const outcome = await answeredWith(status, { 'retry-after': value });

  expect(outcome.kind === 'unreachable' ? outcome : outcome.retryAfterMs).toBe(waitMs);
});

it('keeps the beginning of a failure, and its harmless headers only', async () => {
  const outcome = await answeredWith(
    500,
    { 'content-type': 'text/plain', server: 's'.repeat(300), 'set-cookie': 'a=b', 'x-a': 'b' },
    `début ${'x'.repeat(responseBytesMax)}`,
  );

  expect(outcome).toMatchObject({
    bodyExcerpt: `début ${'x'.repeat(responseBytesMax - 7)}`,
    headers: { 'content-type': 'text/plain', server: 's'.repeat(256) },
  });
  expect(outcome).not.toHaveProperty('headers.set-cookie');
  expect(outcome).not.toHaveProperty('headers.x-a');
});

it('keeps nothing of a success', async () => {
  const outcome = await answeredWith(200, {}, 'a secret of the receiver');

  expect(JSON.stringify(outcome)).not.toContain('secret');
});

it('sends nothing to a URL that the guard refuses', async () => {
  const { port, connections } = await open(receiveRequests((_, response) => response.end()));

  const outcome = await send(`http://127.1:${port}/s3cr3t`);

  expect(outcome).toMatchObject({
    kind: 'unreachable',
    errorClass: 'blocked',
    reason: 'The URL must name its host in the usual spelling.',
  });
  expect(connections).toHaveLength(0);
});

it('rejects for a fault of ours: a header that cannot be sent', async () => {
  const { port } = await open(receiveRequests((_, response) => response.end()));

  const sent = send(`http://127.0.0.1:${port}/`, { headers: { 'x-a': 'b\r\nx-c: d' } });

  await expect(sent).rejects.toThrow('Invalid character in header');
});
