// Ten callbacks at once to a hostile receiver, from a process of their own: what they cost in memory and time.
import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { callbackTimeoutMs } from '../../../shared/limits.ts';
import { type Answer, startNameServer } from '../../fixtures/name-server.ts';
import { open } from './send-callback-setup.ts';

const child = fileURLToPath(new URL('./send-callback-memory-child.ts', import.meta.url));

/** Milliseconds after the deadline by which ten outcomes must be there, on a machine that is busy. */
const graceMs = 2_000;

/** Sends ten callbacks to each, one after the other, and looks at what those to the second took. */
export const measure = async (harmlessUrl: string, hostileUrl: string, answer: Answer = []) => {
  const names = await open(
    startNameServer((name, family) =>
      name.startsWith('harmless.') ? (family === 'A' ? ['127.0.0.1'] : []) : answer,
    ),
  );
  const urls = [harmlessUrl, hostileUrl];
  const { stdout } = await promisify(execFile)(process.execPath, [child, ...urls, names.address]);
  return JSON.parse(stdout) as { grownMb: number; met: string[]; longestMs: number };
};

type Measured = Awaited<ReturnType<typeof measure>>;

export const expectCheap = ({ grownMb, met, longestMs }: Measured, expected: string): void => {
  expect(met).toEqual(Array(10).fill(expected));
  expect(grownMb).toBeLessThan(10 * 5);
  expect(longestMs).toBeLessThan(callbackTimeoutMs + graceMs);
};

/** Bytes without end, as fast as they are taken. */
export const flood = (beginning: string, bytes: string) => (socket: Socket) => {
  socket.write(beginning);
  const pump = (): void => {
    while (!socket.destroyed && socket.write(bytes)) {}
  };
  socket.on('drain', pump);
  pump();
};
