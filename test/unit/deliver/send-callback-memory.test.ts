// What a hostile receiver costs in memory, measured from outside: a process of its own sends to it.
import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { receiveRequests, receiveSockets } from '../../fixtures/receivers.ts';
import { open } from './send-callback-setup.ts';

const child = fileURLToPath(new URL('./send-callback-memory-child.ts', import.meta.url));

const zeros = Buffer.alloc(64 << 20);
const brotli = (window: number): Buffer =>
  brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_LGWIN]: window } });

const flood = (beginning: string, bytes: string) => (socket: Socket) => {
  socket.write(beginning);
  const pump = (): void => {
    while (!socket.destroyed && socket.write(bytes)) {}
  };
  socket.on('drain', pump);
  pump();
};

/** The body as it is, with the header that says how it is compressed. */
const answer = (encoding: string, body: Buffer) => (socket: Socket) => {
  socket.write(`HTTP/1.1 500 No\r\ncontent-encoding: ${encoding}\r\n\r\n`);
  socket.end(body);
};

const megabyte = 'x'.repeat(1 << 20);

it.each<[string, (socket: Socket) => void]>([
  ['the endless body of a failure', flood('HTTP/1.1 500 No\r\n\r\n', megabyte)],
  ['the endless body of a success', flood('HTTP/1.1 200 OK\r\n\r\n', megabyte)],
  ['an endless header', flood('HTTP/1.1 200 OK\r\na: ', megabyte)],
  ['endless headers', flood('HTTP/1.1 200 OK\r\n', 'a: b\r\n'.repeat(10_000))],
  [
    'endless trailers',
    flood('HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n0\r\n', 'a: b\r\n'.repeat(10_000)),
  ],
  ['endless interim answers', flood('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(10_000))],
  ['a gzip bomb', answer('gzip', gzipSync(zeros))],
  ['a brotli bomb', answer('br', brotli(22))],
  ['a brotli bomb with the greatest window', answer('br', brotli(24))],
])('spends less than 5 MB on each of ten receivers with %s', async (_, behave) => {
  const harmless = await open(receiveRequests((_, response) => response.writeHead(500).end('no')));
  const hostile = await open(receiveSockets((socket) => socket.once('data', () => behave(socket))));

  const { stdout } = await promisify(execFile)(process.execPath, [
    child,
    ...[harmless, hostile].map(({ port }) => `http://127.0.0.1:${port}/`),
  ]);

  const { grownMb, outcomes } = JSON.parse(stdout);
  expect(outcomes).toHaveLength(10);
  expect(grownMb).toBeLessThan(10 * 5);
});
