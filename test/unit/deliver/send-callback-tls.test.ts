// Callbacks over TLS: the certificate must be trusted, in force and for the name, always.
import type { TLSSocket } from 'node:tls';
import { expect, it, vi } from 'vitest';
import { openCallbackSockets } from '../../../functions/deliver/callback-sockets.ts';
import { startNameServer } from '../../fixtures/name-server.ts';
import { type Certificate, receiveRequests, receiveSockets } from '../../fixtures/receivers.ts';
import { depsWith, open, send, short } from './send-callback-setup.ts';

/** A receiver with a certificate, and the bodies that it got. */
const receiveWith = async (certificate: Certificate) => {
  const bodies: string[] = [];
  const receiver = await open(
    receiveRequests(
      (request, response, body) => {
        bodies.push(`${(request.socket as TLSSocket).servername} ${body}`);
        response.end();
      },
      { certificate },
    ),
  );
  return { ...receiver, bodies };
};

it('delivers to a name, which it shows, and holds against the certificate', async () => {
  const { port, bodies } = await receiveWith('trusted');
  const names = await open(startNameServer((_, family) => (family === 'A' ? ['127.0.0.1'] : [])));
  const deps = depsWith({ nameServers: [names.address] });

  const outcome = await send(`https://hooks.receiver.test:${port}/`, { deps });

  expect(outcome).toMatchObject({ kind: 'accepted', peerAddress: '127.0.0.1' });
  expect(bodies).toEqual(['hooks.receiver.test {"a":1}']);
});

it('delivers to an address that its certificate is for', async () => {
  const { port, bodies } = await receiveWith('trusted');

  const outcome = await send(`https://127.0.0.1:${port}/`);

  expect(outcome).toMatchObject({ kind: 'accepted' });
  expect(bodies).toEqual(['false {"a":1}']);
});

it.each<[Certificate, string]>([
  ['expired', "The host's certificate has expired."],
  ['other-name', "The host's certificate is for another name."],
  ['self-signed', "The host's certificate is signed by itself only."],
])('sends nothing to a host whose certificate is: %s', async (certificate, reason) => {
  const { port, bodies } = await receiveWith(certificate);

  const outcome = await send(`https://localhost:${port}/`);

  expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'tls', reason });
  expect(bodies).toEqual([]);
});

it('holds the certificate against the name in the URL, not against a Host header', async () => {
  const { port, bodies } = await receiveWith('other-name');

  const outcome = await send(`https://localhost:${port}/`, { headers: { host: 'elsewhere.test' } });

  expect(outcome).toMatchObject({ errorClass: 'tls' });
  expect(bodies).toEqual([]);
});

it('sends nothing to a host whose authority is not public', async () => {
  const { port, bodies } = await receiveWith('trusted');
  const sockets = await open(Promise.resolve(openCallbackSockets()));

  const outcome = await send(`https://localhost:${port}/`, { deps: depsWith({ sockets }) });

  expect(outcome).toMatchObject({
    errorClass: 'tls',
    reason: expect.stringMatching(/certificate/),
  });
  expect(bodies).toEqual([]);
});

it('verifies certificates also where the environment says not to', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  vi.spyOn(process, 'emitWarning').mockReturnValue();
  const { port, bodies } = await receiveWith('self-signed');

  const outcome = await send(`https://localhost:${port}/`);

  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  expect(outcome).toMatchObject({ errorClass: 'tls' });
  expect(bodies).toEqual([]);
});

it('tells a host that does not speak TLS from one that breaks off its handshake', async () => {
  const plain = await open(receiveRequests((_, response) => response.end()));
  const broken = await open(receiveSockets((socket) => socket.once('data', () => socket.end())));

  const outcomes = await Promise.all(
    [plain, broken].map(({ port }) => send(`https://localhost:${port}/`)),
  );

  expect(outcomes).toMatchObject([
    { errorClass: 'tls', reason: 'The host does not speak TLS, or no version of it that is safe.' },
    { errorClass: 'tls', reason: 'The host broke off the TLS handshake.' },
  ]);
});

it('gives a host the time to connect for its handshake, and no more', async () => {
  const { port } = await open(receiveSockets(() => {}));

  const outcome = await send(`https://localhost:${port}/`, { timeouts: short });

  expect(outcome).toMatchObject({
    errorClass: 'timeout',
    reason: 'The TLS handshake did not end within 0.15 s.',
  });
  expect(outcome.durationMs).toBeLessThan(short.totalMs);
  expect(outcome).not.toHaveProperty('sentAfterMs');
});

it('gives up on a host that says nothing once its handshake is done', async () => {
  const { port } = await open(receiveSockets(() => {}, { certificate: 'trusted' }));

  const outcome = await send(`https://localhost:${port}/`, { timeouts: short });

  expect(outcome).toMatchObject({ errorClass: 'timeout', reason: 'No answer came within 0.3 s.' });
});
