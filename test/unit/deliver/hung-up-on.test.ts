// Receivers that hang up as soon as they are connected: a failure to connect or of TLS, never a matter of addresses.
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { exchangeCallback } from '../../../functions/deliver/exchange-callback.ts';
import { receiveSockets } from '../../fixtures/receivers.ts';
import { depsWith, now, open, send } from './send-callback-setup.ts';

it.each<[string, (socket: Socket) => void]>([
  ['closes', (socket) => socket.destroy()],
  ['half-closes', (socket) => socket.end()],
])('says that a host broke off the handshake which %s at once', async (_, behave) => {
  const { port } = await open(receiveSockets(behave));

  for (let i = 0; i < 10; i += 1) {
    const outcome = await send(`https://localhost:${port}/`);

    expect(outcome).toMatchObject({
      errorClass: 'tls',
      reason: 'The host broke off the TLS handshake.',
      peerAddress: '127.0.0.1',
    });
  }
});

it('says that no connection could be made to a host that resets it at once', async () => {
  const { port } = await open(receiveSockets((socket) => socket.resetAndDestroy()));

  const outcome = await send(`https://localhost:${port}/`);

  expect(['connect', 'tls']).toContain(outcome.kind === 'unreachable' && outcome.errorClass);
  expect(outcome).not.toHaveProperty('sentAfterMs');
});

it('greets no address that it refuses, not even with the first bytes of TLS', async () => {
  const received: Buffer[] = [];
  const { port, connections } = await open(
    receiveSockets((socket) => socket.on('data', (bytes) => received.push(bytes))),
  );
  const { met } = await exchangeCallback(
    exchangeWith(`https://127.0.0.1:${port}/`, depsWith().sockets.agentFor('https:', false)),
    () => now,
  );

  expect(met).toMatchObject({ errorClass: 'blocked', reason: 'Its address is not public.' });
  await expect.poll(() => connections[0]?.destroyed).toBe(true);
  expect(received).toEqual([]);
});

it('sends nothing where it is not known any more to whom', async () => {
  const received: Buffer[] = [];
  const { port } = await open(
    receiveSockets((socket) => socket.on('data', (bytes) => received.push(bytes))),
  );
  const agent = new Agent();
  agent.createConnection = (() => {
    const socket = connect(port, '127.0.0.1');
    Object.defineProperty(socket, 'remoteAddress', { value: undefined });
    return socket;
  }) as typeof agent.createConnection;

  const { met } = await exchangeCallback(
    exchangeWith(`http://127.0.0.1:${port}/`, agent),
    () => now,
  );

  expect(met).toMatchObject({
    errorClass: 'connect',
    reason: 'The connection was closed at once.',
  });
  expect(received).toEqual([]);
});

const exchangeWith = (url: string, agent: Agent) => ({
  url: new URL(url),
  reach: 'public' as const,
  headers: {},
  body: Buffer.from('x'),
  agent,
  connectMs: 1_000,
  totalMs: 1_000,
  leftMs: 1_000,
});
