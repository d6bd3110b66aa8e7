// The name look-up that Node's sockets use: they connect to what it gives, and to nothing else.
import { isIPv4, type LookupFunction } from 'node:net';
import { type ResolveOptions, resolveName } from '../../shared/address-guard/resolve-name.ts';
import type { Reach } from '../../shared/address-guard.ts';
import { CallbackFailure } from './callback-failure.ts';

/** Addresses of a name that are tried, one after the other, within the time to connect. */
export const addressesTriedMax = 4;

/**
 * A look-up for sockets that are opened with `autoSelectFamily`: it gives addresses that were all
 * judged, or fails with a CallbackFailure. Node does not ask it for a literal.
 */
export const judgedLookup =
  (options: ResolveOptions, reach: Reach, onResolved: () => void): LookupFunction =>
  (hostname, _, callback) => {
    resolveName(options, hostname, reach).then(
      (resolution) => {
        if (resolution.kind !== 'resolved') {
          const errorClass = resolution.kind === 'blocked' ? 'blocked' : 'dns';
          callback(new CallbackFailure(errorClass, resolution.reason), []);
          return;
        }
        onResolved();
        const tried = addressesToTry(resolution.addresses);
        callback(
          null,
          tried.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 })),
        );
      },
      (fault: Error) => callback(fault, []),
    );
  };

/** IPv4 first, since Lambda has no route for IPv6 outside a VPC; two of each where there are both.
 *  https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const addressesToTry = (addresses: readonly string[]): string[] => {
  const ipv4 = addresses.filter((address) => isIPv4(address));
  const ipv6 = addresses.filter((address) => !isIPv4(address));
  const ipv4Count = Math.max(addressesTriedMax / 2, addressesTriedMax - ipv6.length);
  const first = ipv4.slice(0, ipv4Count);
  return [...first, ...ipv6.slice(0, addressesTriedMax - first.length)];
};
