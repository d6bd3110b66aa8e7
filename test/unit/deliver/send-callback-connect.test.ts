// The time to connect, and the whole time: what they are where nobody says otherwise, and a TCP connect that hangs.
import { expect, it } from 'vitest';
import { callbackTimeoutMs, connectTimeoutMs } from '../../../shared/limits.ts';
import { startNameServer } from '../../fixtures/name-server.ts';
import { receiveRequests, receiveSockets } from '../../fixtures/receivers.ts';
import { stallPort } from '../../fixtures/stalled-port.ts';
import { depsWith, open, send, short } from './send-callback-setup.ts';

/** Milliseconds after a deadline by which an outcome must be there, on a machine that is busy. */
const graceMs = 2_000;

/** A URL of a name that has these addresses. */
const namedWith = async (port: number, ...addresses: string[]) => {
  const names = await open(startNameServer((_, family) => (family === 'A' ? addresses : [])));
  const deps = depsWith({ nameServers: [names.address] });
  return { url: `http://hooks.receiver.test:${port}/s3cr3t`, deps };
};

it('gives a connect that hangs the time to connect, and no more: a time-out, with nothing sent', async () => {
  const { port } = await open(stallPort());

  const outcome = await send(`http://127.0.0.1:${port}/s3cr3t`, { timeouts: short });

  expect(outcome).toMatchObject({
    kind: 'unreachable',
    errorClass: 'timeout',
    reason: 'No connection could be made within 0.15 s.',
  });
  expect(outcome.durationMs).toBeGreaterThanOrEqual(short.connectMs - 5);
  expect(outcome.durationMs).toBeLessThan(short.connectMs + graceMs);
  expect(outcome).not.toHaveProperty('sentAfterMs');
  expect(JSON.stringify(outcome)).not.toContain('s3cr3t');
});

it('gives all addresses of a name together no more, where each hangs', async () => {
  const { port } = await open(stallPort('0.0.0.0'));
  const { url, deps } = await namedWith(port, '127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4');

  const outcome = await send(url, { deps });

  expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'timeout' });
  expect(outcome.durationMs).toBeLessThan(connectTimeoutMs + graceMs);
});

it('tries the next address where one hangs, within the time to connect', async () => {
  const { port } = await open(stallPort('127.0.0.2'));
  await open(receiveRequests((_, response) => response.end(), { port }));
  const { url, deps } = await namedWith(port, '127.0.0.2', '127.0.0.1');

  const outcome = await send(url, { deps });

  expect(outcome).toMatchObject({ kind: 'accepted', peerAddress: '127.0.0.1' });
  expect(outcome.durationMs).toBeLessThan(connectTimeoutMs);
});

it('waits 3 s for a connection and 10 s in all where nobody says otherwise', async () => {
  const stalled = await open(stallPort());
  const handshake = await open(receiveSockets(() => {}));
  const silent = await open(receiveSockets((socket) => socket.resume()));

  const outcomes = await Promise.all([
    send(`http://127.0.0.1:${stalled.port}/`),
    send(`https://localhost:${handshake.port}/`),
    send(`http://127.0.0.1:${silent.port}/`),
  ]);

  expect([connectTimeoutMs, callbackTimeoutMs]).toEqual([3_000, 10_000]);
  expect(outcomes).toMatchObject([
    { errorClass: 'timeout', reason: 'No connection could be made within 3 s.' },
    { errorClass: 'timeout', reason: 'The TLS handshake did not end within 3 s.' },
    { errorClass: 'timeout', reason: 'No answer came within 10 s.' },
  ]);
  for (const [index, ms] of [3_000, 3_000, 10_000].entries()) {
    expect(outcomes[index]!.durationMs).toBeGreaterThanOrEqual(ms - 50);
    expect(outcomes[index]!.durationMs).toBeLessThan(ms + graceMs);
  }
});
