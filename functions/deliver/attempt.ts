// One attempt of a delivery: signs the stored bytes with the attempt's own time, and posts them.
import { parseAllowList } from '../../shared/address-guard.ts';
import { headersSentTo } from '../../shared/custom-headers.ts';
import { deliveryIdOf } from '../../shared/identifiers.ts';
import { signingAt } from '../../shared/key-rotation.ts';
import { slowAnswerMs } from '../../shared/limits.ts';
import type { Outcome } from '../../shared/outcome.ts';
import { callbackHeaders } from '../../shared/signature.ts';
import { parseSigningKey } from '../../shared/signing-key.ts';
import { openCallbackSockets } from './callback-sockets.ts';
import type { Callback } from './deliver.ts';
import { hideEchoes } from './hide-echoes.ts';
import { sendCallback } from './send-callback.ts';

export interface Attempts {
  /** Calls `onSlow` when the answer has not come by the time that makes it slow. */
  attempt(callback: Callback, onSlow: () => void): Promise<Outcome>;
  closeSockets(): void;
}

/** @param allowList what the address guard lets pass beside port 443 of public hosts; empty unless the stack opens further ports */
export const createAttempts = (allowList: string, now: () => Date): Attempts => {
  const rules = parseAllowList(allowList);
  const sockets = openCallbackSockets();
  return {
    attempt: async (callback, onSlow) => {
      const custom = headersSentTo(callback.url, callback.keys.headers);
      const headers = { ...custom, ...headersOf(callback, now()) };
      const { url, body } = callback;
      const slow = setTimeout(onSlow, slowAnswerMs);
      const sending = sendCallback({ rules, sockets, now }, { url, headers, body });
      const outcome = await sending.finally(() => clearTimeout(slow));
      return hideEchoes(outcome, Object.values(custom));
    },
    closeSockets: () => sockets.close(),
  };
};

/** One instant for the timestamp and for which keys sign. */
const headersOf = (
  { delivery: { eventId, subscriptionId }, keys, body }: Callback,
  at: Date,
): Record<string, string> => ({
  ...callbackHeaders(
    signingAt(keys.keys, at).map(({ secret }) => parseSigningKey(secret)),
    { id: eventId, timestampSeconds: Math.floor(at.getTime() / 1000), body },
  ),
  'rappel-delivery-id': deliveryIdOf(eventId, subscriptionId),
});
