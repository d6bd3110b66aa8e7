// IP addresses and CIDR blocks as AWS's engine compares them: as 8 or 32 hexadecimal digits.

/** Both ends belong to the range; both have the same number of upper-case hexadecimal digits. */
export interface IpRange {
  readonly bottom: string;
  readonly top: string;
}

/** An address's hexadecimal digits, or undefined when the text is not one. An octet may have
 *  leading zeros and is decimal; an IPv4-mapped IPv6 address counts as IPv4. */
export function hexOfIp(text: string): string | undefined {
  const bytes = text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
  return bytes && hexOf(bytes);
}

/** The range of a CIDR block, or the sentence that says what is wrong with it. Any address in the
 *  block may name it. A mask of 32 (IPv6: 128) is refused, as by AWS: write the address alone. */
export function ipRangeOfCidr(text: string): IpRange | { readonly problem: string } {
  const parts = text.split('/');
  // The engine ignores slashes at the end.
  while (parts.at(-1) === '') parts.pop();
  const [address = '', mask = ''] = parts;
  const bytes = address.includes(':') ? ipv6Bytes(address) : ipv4Bytes(address);
  if (parts.length !== 2 || !bytes) {
    return {
      problem: 'a CIDR block is an IP address, "/" and the mask\'s bits, such as 10.0.0.0/24',
    };
  }
  const bitsMax = bytes.length * 8 - 1;
  const bits = /^(\+?[0-9]+|-0+)$/.test(mask) ? Math.abs(Number(mask)) : Number.NaN;
  if (!(bits <= bitsMax)) {
    return { problem: `the mask of this CIDR block is a whole number from 0 to ${bitsMax}` };
  }
  const masks = bytes.map((_, i) => 0xff >> Math.min(8, Math.max(0, bits - i * 8)));
  return {
    bottom: hexOf(bytes.map((byte, i) => byte & ~masks[i]!)),
    top: hexOf(bytes.map((byte, i) => byte | masks[i]!)),
  };
}

/** Whether an address is in a range. Where the families differ, the leading digits decide, as in
 *  AWS's engine: 0.0.0.0/0 holds every IPv6 address too. */
export function isInIpRange(hex: string, range: IpRange): boolean {
  const { bottom, top } = range;
  if (hex.length >= bottom.length) {
    const leading = hex.slice(0, bottom.length);
    return leading >= bottom && leading <= top;
  }
  return hex > bottom.slice(0, hex.length) && hex < top.slice(0, hex.length);
}

/** Pieces that the colons of an IPv6 address make: `1:2:3:4:5:6:7::` has nine. */
const ipv6PiecesMax = 9;

function ipv4Bytes(text: string): number[] | undefined {
  if (text.length > 15 || !/^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function ipv6Bytes(text: string): number[] | undefined {
  // Eight groups at most, and an empty one more where the zeros are left out: a longer text is not taken apart.
  if (text.split(':', ipv6PiecesMax + 1).length > ipv6PiecesMax) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = tail ? [...head, ...new Array<number>(missing).fill(0), ...tail] : head;
  const bytes = groups.flatMap((group) => [group >> 8, group & 0xff]);
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && groups[5] === 0xffff;
  return isMapped ? bytes.slice(12) : bytes;
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':').map((group) => (/^0*[0-9a-fA-F]{1,4}$/.test(group) ? group : 'x'));
  return groups.includes('x') ? undefined : groups.map((group) => Number.parseInt(group, 16));
}

function hexOf(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
}
