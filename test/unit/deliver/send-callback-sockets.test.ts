// The pool of an invocation: sockets are used again, and one that died meanwhile costs nothing.
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { receiveRequests, receiveSockets } from '../../fixtures/receivers.ts';
import { depsWith, open, send } from './send-callback-setup.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

/** Behaves to each request as its socket and its place on it say, both counted from 0. */
const receiveEach = (behave: (socket: Socket, index: number, request: number) => void) =>
  open(
    receiveSockets((socket, index) => {
      let request = 0;
      socket.on('data', () => {
        behave(socket, index, request);
        request += 1;
      });
    }),
  );

/** Answers the first request of each socket; `behave` does what it likes with the second. */
const receiveThen = (behave: (socket: Socket) => void) =>
  receiveEach((socket, _, request) => (request === 0 ? socket.write(ok) : behave(socket)));

it.each([
  ['a success', 200, 'x'.repeat(1_000)],
  ['a failure', 500, 'x'.repeat(1_000)],
  ['an empty answer', 204, ''],
])('uses a socket again after %s', async (_, status, body) => {
  const { port, connections } = await open(
    receiveRequests((_, response) => response.writeHead(status).end(body)),
  );
  const deps = depsWith();

  for (let i = 0; i < 3; i += 1) await send(`http://127.0.0.1:${port}/`, { deps });

  expect(connections).toHaveLength(1);
});

it('tries once more, on a fresh socket, where a used one is reset before an answer', async () => {
  const { port, connections } = await receiveThen((socket) => socket.resetAndDestroy());
  const deps = depsWith();

  const outcomes = [
    await send(`http://127.0.0.1:${port}/`, { deps }),
    await send(`http://127.0.0.1:${port}/`, { deps }),
  ];

  expect(outcomes).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }]);
  expect(connections).toHaveLength(2);
});

it('tries once more where a used socket is closed instead of answered', async () => {
  const { port, connections } = await receiveThen((socket) => socket.end());
  const deps = depsWith();

  await send(`http://127.0.0.1:${port}/`, { deps });
  const outcome = await send(`http://127.0.0.1:${port}/`, { deps });

  expect(outcome).toMatchObject({ kind: 'accepted' });
  expect(connections).toHaveLength(2);
});

it('tries no third time where the fresh socket is reset too', async () => {
  const { port, connections } = await receiveEach((socket, index, request) =>
    index + request === 0 ? socket.write(ok) : socket.resetAndDestroy(),
  );
  const deps = depsWith();

  await send(`http://127.0.0.1:${port}/`, { deps });
  const outcome = await send(`http://127.0.0.1:${port}/`, { deps });

  expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'protocol' });
  expect(connections).toHaveLength(2);
});

it.each([
  ['breaks off after the first byte of an answer', 'H'],
  ['carries nonsense', 'nonsense'],
])('does not try again where a used socket %s', async (_, bytes) => {
  const { port, connections } = await receiveThen((socket) => socket.end(bytes));
  const deps = depsWith();

  await send(`http://127.0.0.1:${port}/`, { deps });
  const outcome = await send(`http://127.0.0.1:${port}/`, { deps });

  expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'protocol' });
  expect(connections).toHaveLength(1);
});

it('does not try again where a fresh socket is reset', async () => {
  const { port, connections } = await open(
    receiveSockets((socket) => socket.once('data', () => socket.resetAndDestroy())),
  );

  const outcome = await send(`http://127.0.0.1:${port}/`);

  expect(outcome).toMatchObject({ errorClass: 'protocol' });
  expect(connections).toHaveLength(1);
});

it('spends no more time on the second socket than the callback has left', async () => {
  const { port, connections } = await receiveEach((socket, index, request) => {
    if (index + request === 0) socket.write(ok);
    else if (index === 0) setTimeout(() => socket.resetAndDestroy(), 500);
  });
  const deps = depsWith();

  await send(`http://127.0.0.1:${port}/`, { deps });
  const outcome = await send(`http://127.0.0.1:${port}/`, {
    deps,
    timeouts: { connectMs: 300, totalMs: 600 },
  });

  expect(outcome).toMatchObject({ errorClass: 'timeout', reason: 'No answer came within 0.6 s.' });
  expect(outcome.durationMs).toBeLessThan(500 + 600);
  expect(connections).toHaveLength(2);
});

it('leaves no socket open once it is closed, and opens new ones after that', async () => {
  const { port, connections } = await open(receiveRequests((_, response) => response.end()));
  const deps = depsWith();

  await send(`http://127.0.0.1:${port}/`, { deps });
  deps.sockets.close();
  await expect.poll(() => connections[0]!.destroyed).toBe(true);
  const outcome = await send(`http://127.0.0.1:${port}/`, { deps });

  expect(outcome).toMatchObject({ kind: 'accepted' });
  expect(connections).toHaveLength(2);
});
