// Hostile receivers: each is cut off at its deadline or its limit, under an error class of its own.
import type { Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { callbackTimeoutMs, responseBytesMax } from '../../../shared/limits.ts';
import { receiveRequests, receiveSockets } from '../../fixtures/receivers.ts';
import { open, send, short } from './send-callback-setup.ts';

/** Milliseconds after a deadline by which an outcome must be there, on a machine that is busy. */
const graceMs = 1_000;

/** Sends to a receiver that treats its socket so, from the first byte of the request on. */
const sendTo = async (behave: (socket: Socket) => void, timeouts?: typeof short) => {
  const { port, connections } = await open(
    receiveSockets((socket) => socket.once('data', () => behave(socket))),
  );
  const outcome = await send(`http://127.0.0.1:${port}/s3cr3t`, timeouts && { timeouts });
  return { outcome, connections };
};

/** Writes a beginning, then the same bytes without end, as fast as the other side takes them. */
const flood = (socket: Socket, beginning: string, bytes: string): void => {
  socket.write(beginning);
  const pump = (): void => {
    while (!socket.destroyed && socket.write(bytes)) {}
  };
  socket.on('drain', pump);
  pump();
};

/** The same, a little every 5 ms. */
const drip = (socket: Socket, beginning: string, bytes: string): void => {
  socket.write(beginning);
  const timer = setInterval(() => socket.write(bytes), 5);
  socket.on('close', () => clearInterval(timer));
};

/** Resets the connection, once what was written has arrived. */
const breakOff = (socket: Socket, beginning: string): void => {
  socket.write(beginning);
  setTimeout(() => socket.resetAndDestroy(), 20);
};

const ok = 'HTTP/1.1 200 OK\r\n';
const failed = 'HTTP/1.1 500 No\r\n';
const upgrade = 'HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n';
const nine = 'content-length: 9\r\n\r\n';
const chunked = 'transfer-encoding: chunked\r\n\r\n';
const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
const trailers = `${ok + chunked}0\r\n`;
const header = `a: ${'b'.repeat(999)}\r\n`;

describe('is cut off at the whole deadline, as a time-out', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => {}],
    ['drips empty lines', (socket) => drip(socket, '', '\r\n')],
    ['drips headers', (socket) => drip(socket, ok, 'a: b\r\n')],
    ['drips one header', (socket) => drip(socket, `${ok}a: `, 'b')],
    ['drips the body of a success', (socket) => drip(socket, ok + chunked, '1\r\nx\r\n')],
    ['stops in the body of a success', (socket) => socket.write(`${ok + nine}x`)],
    ['stops after an interim answer', (socket) => socket.write('HTTP/1.1 102 Wait\r\n\r\n')],
    ['drips trailers', (socket) => drip(socket, trailers, 'a: b\r\n')],
  ])('a receiver that %s', async (_, behave) => {
    const { outcome } = await sendTo(behave, short);

    expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'timeout' });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(short.totalMs - 5);
    expect(outcome.durationMs).toBeLessThan(short.totalMs + graceMs);
  });
});

it('says how far a receiver came that was cut off at the deadline', async () => {
  const [silent, halfway] = await Promise.all([
    sendTo(() => {}, short),
    sendTo((socket) => socket.write(`${ok + nine}x`), short),
  ]);

  expect(silent.outcome).toMatchObject({ reason: 'No answer came within 0.3 s.' });
  expect(silent.outcome).not.toHaveProperty('status');
  expect(halfway.outcome).toMatchObject({
    reason: 'The answer did not end within 0.3 s.',
    status: 200,
  });
});

it('takes a failure for one from its status on, with what came of its body in time', async () => {
  const { outcome } = await sendTo((socket) => {
    const head = `HTTP/1.1 503 No\r\nretry-after: 7\r\n${chunked}`;
    drip(socket, `${head}5\r\nhello\r\n`, '1\r\n!\r\n');
  }, short);

  expect(outcome).toMatchObject({
    kind: 'refused',
    status: 503,
    retryAfterMs: 7_000,
    bodyExcerpt: expect.stringMatching(/^hello!+$/),
  });
  expect(outcome.durationMs).toBeLessThan(short.totalMs + graceMs);
});

it.each([
  ['a failure', failed, 'refused'],
  ['a success', ok, 'accepted'],
])('stops reading the endless body of %s, and hangs up', async (_, head, kind) => {
  const { outcome, connections } = await sendTo((socket) => flood(socket, head + chunked, chunk));

  expect(outcome.kind).toBe(kind);
  expect(outcome.durationMs).toBeLessThan(callbackTimeoutMs / 2);
  await expect.poll(() => connections[0]!.destroyed).toBe(true);
});

it.each([
  ['gzip', gzipSync(Buffer.alloc(64 << 20, 'a'))],
  ['br', brotliCompressSync(Buffer.alloc(64 << 20, 'a'))],
])('decompresses no more of a %s bomb than it keeps', async (encoding, bomb) => {
  const { port } = await open(
    receiveRequests((_, response) =>
      response.writeHead(500, { 'content-encoding': encoding }).end(bomb),
    ),
  );

  const outcome = await send(`http://127.0.0.1:${port}/`);

  expect(outcome).toMatchObject({ kind: 'refused', bodyExcerpt: 'a'.repeat(responseBytesMax) });
  expect(outcome.durationMs).toBeLessThan(callbackTimeoutMs / 2);
});

describe('is no HTTP, a protocol failure', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['speaks another protocol', (socket) => socket.write('SSH-2.0-OpenSSH_9\r\n')],
    ['answers with HTML alone', (socket) => socket.write('<html>hello</html>')],
    ['answers in HTTP/2', (socket) => socket.write(Buffer.from('000000040000000000', 'hex'))],
    ['sends random bytes', (socket) => socket.write(Buffer.from('deadbeef00ff1122', 'hex'))],
    ['has a status of four digits', (socket) => socket.write('HTTP/1.1 2000 OK\r\n\r\n')],
    ['breaks off in the status line', (socket) => socket.end('HTTP/1.1 20')],
    ['breaks off in the headers', (socket) => socket.end(`${ok}content-le`)],
    ['breaks off in a success', (socket) => socket.end(`${ok + nine}abc`)],
    ['breaks off in a chunk', (socket) => socket.end(`${ok + chunked}9\r\nabc`)],
    ['is reset in a success', (socket) => breakOff(socket, `${ok + nine}abc`)],
    ['has two lengths', (socket) => socket.write(`${ok}content-length: 1\r\n${nine}ab`)],
    ['has a length and chunks', (socket) => socket.write(`${ok}content-length: 1\r\n${chunked}`)],
    ['has chunks of no size', (socket) => socket.write(`${ok + chunked}zz\r\n`)],
    ['never ends its headers', (socket) => flood(socket, ok, header)],
    ['never ends one header', (socket) => flood(socket, `${ok}a: `, 'b'.repeat(999))],
    ['floods trailers', (socket) => flood(socket, trailers, header)],
    ['floods 100 Continue', (socket) => flood(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n')],
    ['floods early hints', (socket) => flood(socket, '', 'HTTP/1.1 103 Hints\r\na: b\r\n\r\n')],
    ['switches protocols', (socket) => socket.write(upgrade)],
  ])('a receiver that %s', async (_, behave) => {
    const { outcome, connections } = await sendTo(behave);

    expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'protocol' });
    await expect.poll(() => connections.every((socket) => socket.destroyed)).toBe(true);
  });
});

describe('took the request and gives no answer, a protocol failure', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['closes the connection', (socket) => socket.destroy()],
    ['half-closes it', (socket) => socket.end()],
    ['resets it', (socket) => socket.resetAndDestroy()],
  ])('a receiver that %s', async (_, behave) => {
    const { outcome, connections } = await sendTo(behave);

    expect(outcome).toMatchObject({
      kind: 'unreachable',
      errorClass: 'protocol',
      reason: 'The connection was closed before an answer came.',
      sentAfterMs: expect.any(Number),
    });
    expect(connections).toHaveLength(1);
  });
});

it('takes a port that nobody listens on for a connect failure, with nothing sent', async () => {
  const { port, close } = await receiveSockets(() => {});
  close();

  const outcome = await send(`http://127.0.0.1:${port}/`);

  expect(outcome).toMatchObject({ errorClass: 'connect', reason: 'The connection was refused.' });
  expect(outcome).not.toHaveProperty('sentAfterMs');
});

it('gives up on a receiver that takes no body', async () => {
  const { port } = await open(receiveSockets((socket) => socket.pause()));

  const outcome = await send(`http://127.0.0.1:${port}/`, {
    body: Buffer.alloc(32 << 20),
    timeouts: short,
  });

  expect(outcome).toMatchObject({ errorClass: 'timeout', reason: 'No answer came within 0.3 s.' });
});

it('takes the answer of a receiver that does not read to the end, and hangs up', async () => {
  const { port, connections } = await open(
    receiveSockets((socket) => {
      socket.write('HTTP/1.1 413 Large\r\ncontent-length: 0\r\n\r\n');
      socket.pause();
    }),
  );

  const outcome = await send(`http://127.0.0.1:${port}/`, { body: Buffer.alloc(32 << 20) });

  expect(outcome).toMatchObject({ kind: 'refused', status: 413 });
  connections[0]!.resume();
  await expect.poll(() => connections[0]!.destroyed).toBe(true);
});

it('takes a success after interim answers, and what follows it for nothing', async () => {
  const { outcome } = await sendTo((socket) =>
    socket.write(
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n${ok}content-length: 0\r\n\r\n` +
        `${failed}content-length: 0\r\n\r\n`,
    ),
  );

  expect(outcome).toMatchObject({ kind: 'accepted', status: 200 });
});

it('takes a success without a length, which ends with its connection', async () => {
  const { outcome } = await sendTo((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nthanks'));

  expect(outcome).toMatchObject({ kind: 'accepted', status: 200 });
});

it('names no more of the URL than its host, whatever fails', async () => {
  const outcomes = await Promise.all([
    sendTo(() => {}, short),
    sendTo((socket) => socket.destroy()),
    sendTo((socket) => socket.write('no')),
  ]);

  for (const { outcome } of outcomes) expect(JSON.stringify(outcome)).not.toContain('s3cr3t');
});
