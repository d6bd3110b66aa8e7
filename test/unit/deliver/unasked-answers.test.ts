// What a receiver sends besides its answer, before, behind or between: it is not obeyed, and no later callback's answer.
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { receiveSockets } from '../../fixtures/receivers.ts';
import { depsWith, open, send } from './send-callback-setup.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const empty = 'content-length: 0\r\n\r\n';
const gone = `HTTP/1.1 410 Gone\r\n${empty}`;

/** Answers every request so; a socket's requests are counted from 0. */
const receive = (answer: (socket: Socket, request: number) => void) =>
  open(
    receiveSockets((socket) => {
      let request = 0;
      socket.on('data', () => {
        answer(socket, request);
        request += 1;
      });
    }),
  );

const answered = async (bytes: string) => {
  const { port } = await receive((socket) => socket.write(bytes));
  return send(`http://127.0.0.1:${port}/`);
};

/** Sends twice over one pool; between the two, waits until the first one's socket is closed, where that is told. */
const sendTwice = async (port: number, closing?: { connections: readonly Socket[] }) => {
  const deps = depsWith();
  const first = await send(`http://127.0.0.1:${port}/`, { deps });
  if (closing) await expect.poll(() => closing.connections[0]!.destroyed).toBe(true);
  return [first, await send(`http://127.0.0.1:${port}/`, { deps })];
};

it.each([
  [0, '000'],
  [99, '099'],
])('takes a status of %i for no HTTP', async (_, status) => {
  const outcome = await answered(`HTTP/1.1 ${status} What\r\n${empty}`);

  expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'protocol' });
  expect(outcome).not.toHaveProperty('status');
});

const hints = 'HTTP/1.1 103 Hints\r\na: b\r\n\r\n';

it('takes ten interim answers in one piece, and the answer behind them', async () => {
  expect(await answered(hints.repeat(10) + ok + empty)).toMatchObject({ kind: 'accepted' });
});

it.each([11, 20])('takes %i interim answers for a flood, whatever comes behind them', async (n) => {
  const outcome = await answered(hints.repeat(n) + ok + empty);

  expect(outcome).toMatchObject({
    errorClass: 'protocol',
    reason: 'It sent interim answers without end.',
  });
});

it.each([
  ['an interim answer', `HTTP/1.1 103 Hints\r\nrappel-subscription: disable\r\n\r\n${ok}${empty}`],
  [
    'a trailer',
    `${ok}transfer-encoding: chunked\r\ntrailer: rappel-subscription\r\n\r\n` +
      '2\r\nok\r\n0\r\nrappel-subscription: disable\r\n\r\n',
  ],
  ['a second answer', `${ok}${empty}HTTP/1.1 200 OK\r\nrappel-subscription: disable\r\n${empty}`],
])('does not obey what is asked for in %s', async (_, bytes) => {
  const outcome = await answered(bytes);

  expect(outcome).toMatchObject({ kind: 'accepted', status: 200 });
  expect(outcome).not.toHaveProperty('request');
});

it.each([
  [204, 'accepted', 'content-length: 5\r\n\r\nhello'],
  [204, 'accepted', '\r\nhello'],
  [304, 'refused', 'content-length: 5\r\n\r\nhello'],
  [304, 'refused', '\r\nhello'],
])('reads no body after %i, and its bytes as no other answer', async (status, kind, rest) => {
  const { port } = await receive((socket) => socket.write(`HTTP/1.1 ${status} X\r\n${rest}`));

  const outcomes = await sendTwice(port);

  expect(outcomes).toMatchObject([
    { kind, status },
    { kind, status },
  ]);
});

it.each([
  ['bytes', 'more than was announced'],
  ['an answer', gone],
])('takes %s behind the announced length for no answer to the next callback', async (_, more) => {
  const { port, connections } = await receive((socket) =>
    socket.write(`${ok}content-length: 2\r\n\r\nok${more}`),
  );

  const outcomes = await sendTwice(port);

  expect(outcomes).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }]);
  expect(connections).toHaveLength(2);
});

it.each([
  ['bytes', 'hello'],
  ['an answer', gone],
])('uses no socket again on which %s came that nobody asked for', async (_, unasked) => {
  const { port, connections } = await receive((socket) => {
    socket.write(ok + empty);
    setTimeout(() => socket.write(unasked), 20);
  });

  const outcomes = await sendTwice(port, { connections });

  expect(outcomes).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }]);
  expect(connections).toHaveLength(2);
});

it('closes an idle socket that is flooded, and takes none of it in', async () => {
  const { port, connections } = await receive((socket) => {
    socket.write(ok + empty);
    setTimeout(() => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) {}
    }, 20);
  });

  const outcomes = await sendTwice(port, { connections });

  expect(outcomes).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }]);
  expect(connections).toHaveLength(2);
});
