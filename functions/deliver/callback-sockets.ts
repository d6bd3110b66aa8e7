// The sockets of one invocation: kept open between its callbacks, closed at its end.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connectTimeoutMs } from '../../shared/limits.ts';
import { addressesTriedMax } from './judged-lookup.ts';

export interface CallbackSockets {
  /** A socket of the pool, or with `fresh` one of its own, which is used once. */
  agentFor(protocol: string, fresh: boolean): HttpAgent;
  /** Closes every socket of the pool. The next callback opens new ones. */
  close(): void;
}

export interface SocketOptions {
  /** Certificates to trust instead of the public authorities'. */
  readonly ca?: string;
}

/** A name's addresses are tried one after the other, each for its share of the time to connect. */
const overAllAddresses = {
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: connectTimeoutMs / addressesTriedMax,
};

/**
 * Agents of our own take no proxy from the environment, unlike Node's global ones. Certificates are
 * verified whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 */
export const openCallbackSockets = ({ ca }: SocketOptions = {}): CallbackSockets => {
  const plain = overAllAddresses;
  const secure = { ...plain, rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
  const http = new HttpAgent({ ...plain, keepAlive: true });
  const https = new HttpsAgent({ ...secure, keepAlive: true });
  return {
    agentFor: (protocol, fresh) => {
      if (protocol === 'http:') return fresh ? new HttpAgent(plain) : http;
      return fresh ? new HttpsAgent(secure) : https;
    },
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
};
