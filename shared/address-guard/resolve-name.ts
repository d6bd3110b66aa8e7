// The addresses of a name, all of them judged. Asked anew for every connection.
import { isIP } from 'node:net';
import type { Reach } from '../address-guard.ts';
import { askAgain, resolversFor } from './ask-again.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

/** `reason` is a sentence for the customer, and names the host at most. */
export type Resolution =
  /** At least one, IPv4 first, and every one may be connected to. */
  | { readonly kind: 'resolved'; readonly addresses: readonly string[] }
  | { readonly kind: 'blocked'; readonly reason: string }
  | { readonly kind: 'unresolved'; readonly reason: string };

export interface ResolveOptions {
  /** `address:port` of the name servers to ask. Without it, those of /etc/resolv.conf. */
  readonly nameServers?: readonly string[];
  readonly timeoutMs: number;
}

/** Milliseconds that one family's addresses wait for the other's answer: some name servers never
 *  answer for IPv6. Nothing slips through: only addresses that were judged are connected to. */
const otherFamilyMs = 500;

/**
 * Asks for IPv4 and IPv6 at once, by c-ares: `getaddrinfo` has four threads, which four dead names
 * would hold. Nothing is cached: a name that changes its answer is judged by the one that is used,
 * and within an invocation an open socket saves the question. One address that may not be reached
 * refuses the name, as no honest name has both kinds.
 */
export const resolveName = async (
  options: ResolveOptions,
  hostname: string,
  reach: Reach,
): Promise<Resolution> => {
  const addresses = knownAddresses(hostname, reach) ?? (await askNameServers(options, hostname));
  if (typeof addresses === 'string') return { kind: 'unresolved', reason: addresses };
  const isAllowed = reach === 'public' ? isPublicAddress : isLoopbackAddress;
  const refused = addresses.find((address) => !isAllowed(address));
  return refused === undefined
    ? { kind: 'resolved', addresses }
    : { kind: 'blocked', reason: `${hostname} has the address ${refused}, which is not ${reach}.` };
};

/** A literal is its own address. `localhost` is this machine, and c-ares reads no hosts file.
 *  https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
const knownAddresses = (hostname: string, reach: Reach): string[] | undefined => {
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return [literal];
  const isLocalhost = reach === 'loopback' && /(^|\.)localhost$/.test(hostname);
  return isLocalhost ? ['127.0.0.1', '::1'] : undefined;
};

/** Resolves to at least one address, or to the sentence that says why there is none. */
const askNameServers = async (
  { nameServers, timeoutMs }: ResolveOptions,
  hostname: string,
): Promise<string[] | string> => {
  const resolvers = resolversFor(nameServers, timeoutMs);
  const cancel = (): void => {
    for (const resolver of resolvers) resolver.cancel();
  };
  const startedAt = performance.now();
  let timer = setTimeout(cancel, timeoutMs);
  const hurry = (addresses: string[]): string[] => {
    const leftMs = timeoutMs - (performance.now() - startedAt);
    clearTimeout(timer);
    timer = setTimeout(cancel, Math.min(leftMs, otherFamilyMs));
    return addresses;
  };
  const answers = await Promise.allSettled([
    askAgain(resolvers, (resolver) => resolver.resolve4(hostname)).then(hurry),
    askAgain(resolvers, (resolver) => resolver.resolve6(hostname)).then(hurry),
  ]);
  clearTimeout(timer);
  // What was asked again has no use for its answer any more.
  cancel();
  const addresses = answers.flatMap((answer) =>
    answer.status === 'fulfilled' ? answer.value : [],
  );
  if (addresses.length > 0) return addresses;
  const codes = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : ''));
  return sentenceFor(codes, hostname);
};

/** https://nodejs.org/api/dns.html#error-codes */
const sentenceFor = (codes: readonly string[], hostname: string): string => {
  if (codes.includes('ENOTFOUND')) return `The name ${hostname} does not exist.`;
  if (codes.every((code) => code === 'ENODATA')) return `The name ${hostname} has no address.`;
  return codes.some((code) => code === 'ETIMEOUT' || code === 'ECANCELLED')
    ? `The name servers of ${hostname} did not answer in time.`
    : `The name servers of ${hostname} gave no usable answer.`;
};
