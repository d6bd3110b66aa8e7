// Way 8 of 8. One signed callback: the request, its answer, and what the attempt met. Here it ends.
import { checkUrl, type GuardRules } from '../../shared/address-guard.ts';
import { callbackTimeoutMs, connectTimeoutMs } from '../../shared/limits.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { CallbackSockets } from './callback-sockets.ts';
import { type Exchange, exchangeCallback } from './exchange-callback.ts';

export interface SendDeps {
  readonly rules: GuardRules;
  readonly sockets: CallbackSockets;
  /** `address:port` of the name servers to ask. Without it, those of /etc/resolv.conf. */
  readonly nameServers?: readonly string[];
  now(): Date;
}

export interface SignedCallback {
  readonly url: string;
  /** The signature's, and the subscription's own; what says how the body is sent is added here. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is: these bytes were signed. */
  readonly body: Uint8Array;
  /** Milliseconds for name, TCP and TLS, and for everything. Without it, those of the limits. */
  readonly timeouts?: { readonly connectMs: number; readonly totalMs: number };
}

/** Named after us, with a page that says how to verify. */
const userAgent = 'Rappel/1.0 (+https://www.standardwebhooks.com)';

/**
 * Posts a callback and waits for its answer, ten seconds in all. Whatever the receiver does is a
 * value; rejects for faults of ours only. It follows no redirect, uses no proxy, and connects to no
 * address that the guard refuses.
 */
export const sendCallback = async (deps: SendDeps, callback: SignedCallback): Promise<Outcome> => {
  const startedAt = deps.now();
  const start = performance.now();
  const checked = checkUrl(callback.url, deps.rules);
  if (!checked.ok) {
    const reason = `The URL ${checked.reason}.`;
    return { kind: 'unreachable', errorClass: 'blocked', reason, startedAt, durationMs: 0 };
  }
  const exchange = exchangeOf(deps, callback, checked);
  const exchangeOver = (fresh: boolean) =>
    exchangeCallback(
      {
        ...exchange,
        agent: deps.sockets.agentFor(checked.url.protocol, fresh),
        leftMs: exchange.totalMs - (performance.now() - start),
      },
      deps.now,
    );
  const first = await exchangeOver(false);
  const { met, peerAddress, sentAt } = first.wasStale ? await exchangeOver(true) : first;
  return {
    ...met,
    startedAt,
    durationMs: Math.round(performance.now() - start),
    ...(peerAddress !== undefined && { peerAddress }),
    ...(sentAt !== undefined && { sentAfterMs: Math.round(sentAt - start) }),
  };
};

const exchangeOf = (
  { nameServers }: SendDeps,
  { headers, body, timeouts }: SignedCallback,
  { url, reach }: Pick<Exchange, 'url' | 'reach'>,
): Omit<Exchange, 'agent' | 'leftMs'> => ({
  url,
  reach,
  headers: {
    ...headers,
    'accept-encoding': 'gzip, deflate',
    'content-length': String(body.byteLength),
    'content-type': 'application/json',
    'user-agent': userAgent,
  },
  body,
  ...(nameServers !== undefined && { nameServers }),
  ...(timeouts ?? { connectMs: connectTimeoutMs, totalMs: callbackTimeoutMs }),
});
