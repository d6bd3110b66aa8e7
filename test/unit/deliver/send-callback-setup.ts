// What the tests of callbacks share: rules that let loopback pass, and closing what was opened.
import { onTestFinished } from 'vitest';
import { openCallbackSockets } from '../../../functions/deliver/callback-sockets.ts';
import {
  type SendDeps,
  type SignedCallback,
  sendCallback,
} from '../../../functions/deliver/send-callback.ts';
import { parseAllowList } from '../../../shared/address-guard.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import { testAuthority } from '../../fixtures/receivers.ts';

/** Milliseconds, for what ends at a deadline. All else keeps the real ones, far from them. */
export const short = { connectMs: 150, totalMs: 300 };

export const now = new Date('2026-11-24T09:00:00Z');

/** Sockets and rules under which loopback may be called; `over` replaces any of it. */
export const depsWith = (over: Partial<SendDeps> = {}): SendDeps => {
  const sockets = openCallbackSockets({ ca: testAuthority });
  onTestFinished(() => sockets.close());
  return {
    rules: parseAllowList(
      'http://127.0.0.1:*,http://localhost:*,https://127.0.0.1:*,https://localhost:*,' +
        'http://hooks.receiver.test:*,https://hooks.receiver.test:*',
    ),
    sockets,
    now: () => now,
    ...over,
  };
};

export const send = (
  url: string,
  { deps = depsWith(), ...callback }: Partial<SignedCallback> & { deps?: SendDeps } = {},
): Promise<Outcome> =>
  sendCallback(deps, { url, headers: {}, body: Buffer.from('{"a":1}'), ...callback });

/** Starts a receiver, a name server or anything else that is to be closed after the test. */
export const open = async <Closable extends { close(): void }>(
  opening: Promise<Closable>,
): Promise<Closable> => {
  const opened = await opening;
  onTestFinished(() => opened.close());
  return opened;
};
