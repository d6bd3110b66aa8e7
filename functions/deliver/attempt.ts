// One attempt of a delivery: signs the stored bytes with the attempt's own time, and posts them.
import { parseAllowList } from '../../shared/address-guard.ts';
import { deliveryIdOf } from '../../shared/identifiers.ts';
import type { Outcome } from '../../shared/outcome.ts';
import { callbackHeaders } from '../../shared/signature.ts';
import { parseSigningKey } from '../../shared/signing-key.ts';
import { openCallbackSockets } from './callback-sockets.ts';
import type { Callback } from './deliver.ts';
import { sendCallback } from './send-callback.ts';

export interface Attempts {
  attempt(callback: Callback): Promise<Outcome>;
  closeSockets(): void;
}

/** @param allowList loopback origins that the address guard lets pass; empty wherever it is deployed */
export const createAttempts = (allowList: string, now: () => Date): Attempts => {
  const rules = parseAllowList(allowList);
  const sockets = openCallbackSockets();
  return {
    attempt: ({ eventId, deliveryOf, url, secrets, body }) => {
      const headers = {
        ...callbackHeaders(secrets.map(parseSigningKey), {
          id: eventId,
          timestampSeconds: Math.floor(now().getTime() / 1000),
          body,
        }),
        'rappel-delivery-id': deliveryIdOf(deliveryOf.eventId, deliveryOf.subscriptionId),
      };
      return sendCallback({ rules, sockets, now }, { url, headers, body });
    },
    closeSockets: () => sockets.close(),
  };
};
