// What a hostile receiver costs in memory and time, measured from outside: a process of its own sends to it.
import type { Socket } from 'node:net';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { it } from 'vitest';
import type { Answer } from '../../fixtures/name-server.ts';
import { type Certificate, receiveRequests, receiveSockets } from '../../fixtures/receivers.ts';
import { expectCheap, flood, measure } from './measure-receiver.ts';
import { open } from './send-callback-setup.ts';

const receiveHarmlessly = (certificate?: Certificate) =>
  open(
    receiveRequests((_, response) => response.writeHead(500).end('no'), {
      ...(certificate && { certificate }),
    }),
  );

const zeros = Buffer.alloc(64 << 20);
const brotli = (window: number): Buffer =>
  brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_LGWIN]: window } });

/** A little every 5 ms, without end. */
const drip = (beginning: string, bytes: string) => (socket: Socket) => {
  socket.write(beginning);
  const timer = setInterval(() => socket.write(bytes), 5);
  socket.on('close', () => clearInterval(timer));
};

/** The body as it is, with the header that says how it is compressed. */
const answer = (encoding: string, body: Buffer) => (socket: Socket) => {
  socket.write(`HTTP/1.1 500 No\r\ncontent-encoding: ${encoding}\r\n\r\n`);
  socket.end(body);
};

const megabyte = 'x'.repeat(1 << 20);
const ok = 'HTTP/1.1 200 OK\r\n';

it.each<[string, string, (socket: Socket) => void]>([
  ['the endless body of a failure', 'http', flood('HTTP/1.1 500 No\r\n\r\n', megabyte)],
  ['the endless body of a success', 'accepted', flood(`${ok}\r\n`, megabyte)],
  ['an endless header', 'protocol', flood(`${ok}a: `, megabyte)],
  ['endless headers', 'protocol', flood(ok, 'a: b\r\n'.repeat(10_000))],
  [
    'endless trailers',
    'http',
    flood('HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n0\r\n', 'a: b\r\n'.repeat(10_000)),
  ],
  [
    'endless interim answers',
    'protocol',
    flood('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(10_000)),
  ],
  ['a gzip bomb', 'http', answer('gzip', gzipSync(zeros))],
  ['a brotli bomb', 'http', answer('br', brotli(22))],
  ['a brotli bomb with the greatest window', 'http', answer('br', brotli(24))],
  ['a slow drip', 'timeout', drip(`${ok}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n')],
  ['a half-closed socket', 'protocol', (socket) => socket.end()],
  ['a socket half-closed within its answer', 'protocol', (socket) => socket.end(`${ok}a: b`)],
])('spends at most 10 s and 5 MB on each of ten receivers with %s', async (_, met, behave) => {
  const harmless = await receiveHarmlessly();
  const hostile = await open(receiveSockets((socket) => socket.once('data', () => behave(socket))));

  const measured = await measure(
    `http://127.0.0.1:${harmless.port}/`,
    `http://127.0.0.1:${hostile.port}/`,
  );

  expectCheap(measured, met);
});

it('spends at most 10 s and 5 MB on each of ten receivers with an expired certificate', async () => {
  const harmless = await receiveHarmlessly('trusted');
  const hostile = await receiveHarmlessly('expired');

  const measured = await measure(
    `https://localhost:${harmless.port}/`,
    `https://localhost:${hostile.port}/`,
  );

  expectCheap(measured, 'tls');
});

it.each<Answer>(['no-such-name', 'silence', 'garbage'])(
  'spends at most 10 s and 5 MB on each of ten receivers whose name server answers with %s',
  async (dead) => {
    const { port } = await receiveHarmlessly();

    const measured = await measure(
      `http://harmless.receiver.test:${port}/`,
      `http://dead.receiver.test:${port}/`,
      dead,
    );

    expectCheap(measured, 'dns');
  },
);
