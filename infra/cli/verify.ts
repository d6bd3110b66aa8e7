// Verifies the signature of a callback that somebody kept.
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { UsageError } from './command-error.ts';
import { type Command, printResult } from './session.ts';
import { isSignedBy } from './verify-callback.ts';

/** Seconds that receivers take a callback for, as Standard Webhooks' libraries do. */
const toleranceSeconds = 300;

const needed = ['key', 'id', 'timestamp', 'signature'] as const;

export const verify: Command = {
  usage: 'verify FILE|- --key KEY --id ID --timestamp SECONDS --signature TEXT',
  summary: 'whether a body (of a file, or - for standard input) is signed by a key',
  takes: [1, 1],
  options: {
    key: { type: 'string', about: 'whsec_…, or whpk_… for v1a' },
    id: { type: 'string', about: 'the header webhook-id' },
    timestamp: { type: 'string', about: 'the header webhook-timestamp' },
    signature: { type: 'string', about: 'the header webhook-signature, whole' },
  },
  run: async (session, { positionals: [path], values }) => {
    const missing = needed.find((name) => values[name] === undefined);
    if (missing !== undefined)
      throw new UsageError(
        `--${missing} is missing: say all of ${needed.map((name) => `--${name}`).join(', ')}.`,
      );
    const [key, id, timestamp, signature] = needed.map((name) => String(values[name])) as [
      string,
      string,
      string,
      string,
    ];
    if (!/^\d{1,12}$/.test(timestamp)) {
      throw new UsageError(`--timestamp takes seconds since 1970; ${timestamp} is no such number.`);
    }
    const valid = isSignedBy(key, { id, timestamp, signature, body: await readBody(path!) });
    const ageSeconds = Math.round(session.now().getTime() / 1000 - Number(timestamp));
    printResult(session, { valid, age_seconds: ageSeconds }, () => describe(valid, ageSeconds));
    return valid ? 0 : 1;
  },
};

const readBody = (path: string): Promise<Buffer> =>
  (path === '-' ? buffer(process.stdin) : readFile(path)).catch((cause: unknown) => {
    throw new UsageError(`${path} cannot be read.`, { cause });
  });

const describe = (valid: boolean, ageSeconds: number): string => {
  if (!valid) {
    return 'NOT VALID: no signature fits. Is the body byte for byte what came, and the key this subscription’s?';
  }
  return Math.abs(ageSeconds) > toleranceSeconds
    ? `Valid. It is ${ageSeconds} s old: a receiver refuses it after ${toleranceSeconds} s.`
    : `Valid, and ${ageSeconds} s old.`;
};
