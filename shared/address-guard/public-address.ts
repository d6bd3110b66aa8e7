// Which addresses a callback may connect to: a short table, stricter than the registries behind it.
import { isIPv4, isIPv6 } from 'node:net';

const rfc = (number: number): string => `https://www.rfc-editor.org/rfc/rfc${number}`;

/** Refused, with the source: the whole special-purpose registry (what it lists as reachable are
 *  anycast services and DNS sinks, no receivers), multicast, reserved, and one cloud's own.
 *  https://www.iana.org/assignments/iana-ipv4-special-registry/ */
const refusedIpv4: readonly (readonly [prefix: string, source: string])[] = [
  ['0.0.0.0/8', rfc(791)], // "this network": Linux connects 0.0.0.0 to itself
  ['10.0.0.0/8', rfc(1918)],
  ['100.64.0.0/10', rfc(6598)], // shared by carriers; Alibaba's metadata is 100.100.100.200
  ['127.0.0.0/8', rfc(1122)], // loopback: Lambda's runtime API is 127.0.0.1:9001
  ['169.254.0.0/16', rfc(3927)], // link-local: metadata and credentials of most clouds
  ['172.16.0.0/12', rfc(1918)],
  ['192.0.0.0/24', rfc(6890)], // protocol assignments; Oracle's metadata is 192.0.0.192
  ['192.0.2.0/24', rfc(5737)],
  ['192.31.196.0/24', rfc(7535)],
  ['192.52.193.0/24', rfc(7450)],
  ['192.88.99.0/24', rfc(7526)], // relays of 6to4
  ['192.168.0.0/16', rfc(1918)],
  ['192.175.48.0/24', rfc(7534)],
  ['198.18.0.0/15', rfc(2544)],
  ['198.51.100.0/24', rfc(5737)],
  ['203.0.113.0/24', rfc(5737)],
  ['224.0.0.0/4', rfc(5771)], // multicast
  ['240.0.0.0/4', rfc(1112)], // reserved, and the broadcast address
  // Azure's metadata and name server, the same public address on every host.
  [
    '168.63.129.16/32',
    'https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16',
  ],
];

/** The only IPv6 addresses given to networks so far. Loopback, unique local, link-local, multicast,
 *  and of the embeddings of IPv4 the mapped, the compatible and NAT64's are all outside.
 *  https://www.iana.org/assignments/ipv6-address-space/ */
const globalIpv6 = '2000::/3';

/** Refused within it. https://www.iana.org/assignments/iana-ipv6-special-registry/ */
const refusedIpv6: readonly (readonly [prefix: string, source: string])[] = [
  ['2001::/23', rfc(2928)], // protocol assignments: Teredo, benchmarking, ORCHID and the like
  ['2001:db8::/32', rfc(3849)],
  ['2002::/16', rfc(3056)], // 6to4: holds an IPv4 address
  ['2620:4f:8000::/48', rfc(7534)],
  ['3fff::/20', rfc(9637)],
];

interface Bits {
  readonly value: bigint;
  readonly width: 32 | 128;
}

/**
 * Whether a callback may connect to an address: IPv4 in dotted decimal, or IPv6 without a zone.
 * False for every other spelling and for what is no address: nothing passes for being misread.
 */
export const isPublicAddress = (address: string): boolean => {
  const bits = bitsOf(address);
  if (bits === undefined) return false;
  if (bits.width === 32) return !isWithinAny(bits, refusedIpv4Ranges);
  return (
    isWithin(bits, globalIpv6Range) && !isWithinAny(bits, refusedIpv6Ranges) && !isIsatap(bits)
  );
};

/** Whether an address is this machine's own: what an entry of the allow-list may lead to. */
export const isLoopbackAddress = (address: string): boolean => {
  const bits = bitsOf(address);
  return bits !== undefined && isWithinAny(bits, loopbackRanges);
};

/** An interface identifier `0:5efe` or `200:5efe`, then an IPv4 address, in whatever prefix. The
 *  bits for "universal" and "group" count for nothing.
 *  https://www.rfc-editor.org/rfc/rfc5214#section-6.1 */
const isIsatap = ({ value }: Bits): boolean =>
  ((value >> 32n) & 0xff_ff_ff_ffn & ~0x03_00_00_00n) === 0x00_00_5e_fen;

const bitsOf = (address: string): Bits | undefined => {
  if (isIPv4(address)) return { value: join(address.split('.'), 8n, ''), width: 32 };
  if (!isIPv6(address) || address.includes('%')) return undefined;
  return { value: join(groupsOf(address), 16n, '0x'), width: 128 };
};

const join = (parts: readonly string[], partBits: bigint, radix: string): bigint =>
  parts.reduce((value, part) => (value << partBits) | BigInt(radix + part), 0n);

/** The URL parser writes IPv6 in one way: hexadecimal groups, the longest run of zeros as `::`. */
const groupsOf = (address: string): string[] => {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = canonical
    .split('::')
    .map((half) => half.split(':').filter(Boolean));
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
};

interface Range {
  readonly value: bigint;
  readonly width: 32 | 128;
  readonly hostBits: bigint;
}

const rangeOf = (prefix: string): Range => {
  const [address = '', length = ''] = prefix.split('/');
  const { value, width } = bitsOf(address)!;
  const hostBits = BigInt(width - Number(length));
  return { value: value >> hostBits, width, hostBits };
};

const isWithin = (bits: Bits, range: Range): boolean =>
  bits.width === range.width && bits.value >> range.hostBits === range.value;

const isWithinAny = (bits: Bits, ranges: readonly Range[]): boolean =>
  ranges.some((range) => isWithin(bits, range));

const refusedIpv4Ranges = refusedIpv4.map(([prefix]) => rangeOf(prefix));
const globalIpv6Range = rangeOf(globalIpv6);
const refusedIpv6Ranges = refusedIpv6.map(([prefix]) => rangeOf(prefix));
const loopbackRanges = ['127.0.0.0/8', '::1/128'].map(rangeOf);
