// Addresses: each prefix whole (its first, its last, random members), and what lies beside it.
import { BlockList } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import {
  isLoopbackAddress,
  isPublicAddress,
} from '../../../shared/address-guard/public-address.ts';

/** Written down from the registries, apart from the guard's own table; nested entries too. */
const refusedPrefixes = [
  ...['0.0.0.0/8', '0.0.0.0/32', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.0.0/29', '192.0.0.8/32', '192.0.0.9/32'],
  ...['192.0.0.10/32', '192.0.0.170/32', '192.0.0.171/32', '192.0.2.0/24', '192.31.196.0/24'],
  ...['192.52.193.0/24', '192.88.99.0/24', '192.88.99.2/32', '192.168.0.0/16', '192.175.48.0/24'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '233.252.0.0/24'],
  ...['240.0.0.0/4', '255.255.255.255/32', '168.63.129.16/32'],
  ...['::/128', '::1/128', '::/96', '::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96'],
  ...['64:ff9b:1::/48', '100::/64', '100:0:0:1::/64', '200::/7', '400::/6', '1000::/4'],
  ...['2001::/23', '2001::/32', '2001:1::1/128', '2001:1::2/128', '2001:1::3/128', '2001:2::/48'],
  ...['2001:3::/32', '2001:4:112::/48', '2001:10::/28', '2001:20::/28', '2001:30::/28'],
  ...['2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20', '4000::/3', '5f00::/16'],
  ...['8000::/1', 'fc00::/7', 'fd00:ec2::254/128', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

type Bytes = readonly number[];
const bytesOf = (address: string): Bytes => ipaddr.parse(address).toByteArray();
const textOf = (bytes: Bytes): string => ipaddr.fromByteArray([...bytes]).toString();

/** The prefix's bits from `address`, all others from `filling`. */
const memberOf = (prefix: string, filling: (index: number) => number): string => {
  const [address, length] = ipaddr.parseCIDR(prefix);
  return textOf(
    address.toByteArray().map((byte, index) => {
      const fixed = Math.min(8, Math.max(0, length - 8 * index));
      const mask = (0xff << (8 - fixed)) & 0xff;
      return (byte & mask) | (filling(index) & ~mask & 0xff);
    }),
  );
};

const anyBytes = fc.array(fc.nat(255), { minLength: 16, maxLength: 16 });
const anyIpv6 = anyBytes.map(textOf);
const anyGlobalIpv6 = anyBytes.map(([first, ...rest]) => textOf([0x20 | (first! & 0x1f), ...rest]));
const anyIpv4 = anyBytes.map((bytes) => textOf(bytes.slice(0, 4)));

describe.each(refusedPrefixes)('%s', (prefix) => {
  it('is refused whole: its first, its last and every member', () => {
    expect(isPublicAddress(memberOf(prefix, () => 0))).toBe(false);
    expect(isPublicAddress(memberOf(prefix, () => 0xff))).toBe(false);
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(isPublicAddress(memberOf(prefix, (index) => bytes[index]!))).toBe(false);
      }),
    );
  });
});

it.each([
  ...['1.0.0.0', '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '93.184.216.34'],
  ...['100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0', '169.253.255.255'],
  ...['169.255.0.0', '172.15.255.255', '172.32.0.0', '191.255.255.255', '192.0.1.0', '192.0.3.0'],
  ...['192.31.195.255', '192.31.197.0', '192.52.192.255', '192.52.194.0', '192.88.98.255'],
  ...['192.88.100.0', '192.167.255.255', '192.169.0.0', '192.175.47.255', '192.175.49.0'],
  ...['198.17.255.255', '198.20.0.0', '198.51.99.255', '198.51.101.0', '203.0.112.255'],
  ...['203.0.114.0', '223.255.255.255', '168.63.129.15', '168.63.129.17', '51.15.0.1'],
  ...['2000::', '2001:200::', '2001:4860:4860::8888', '2001:db7:ffff::', '2001:db9::'],
  ...['2001:ffff::1', '2003::', '2600:1f00::1', '2606:4700:4700::1111', '2620:4f:7fff::1'],
  ...['2620:4f:8001::', '2a05:d018::1', '3ffe:ffff::1', '3fff:1000::', '3fff:ffff::ffff'],
])('%s is public, beside what is not', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ['0000:5efe', [0x00, 0x00]],
  ['0200:5efe', [0x02, 0x00]],
  ['0100:5efe', [0x01, 0x00]],
  ['0300:5efe', [0x03, 0x00]],
])('refuses every ISATAP address: any prefix, %s, any IPv4 address', (_, [high, low]) => {
  fc.assert(
    fc.property(anyGlobalIpv6, anyIpv4, (prefix, ipv4) => {
      const bytes = [...bytesOf(prefix).slice(0, 8), high!, low!, 0x5e, 0xfe, ...bytesOf(ipv4)];

      expect(isPublicAddress(textOf(bytes))).toBe(false);
    }),
  );
});

it('does not take an address for ISATAP whose identifier only looks like it', () => {
  expect(isPublicAddress('2a00::400:5efe:808:808')).toBe(true);
  expect(isPublicAddress('2a00::5eff:808:808')).toBe(true);
});

it('refuses every IPv6 address outside 2000::/3', () => {
  fc.assert(
    fc.property(anyIpv6, (address) => {
      fc.pre((bytesOf(address)[0]! & 0xe0) !== 0x20);

      expect(isPublicAddress(address)).toBe(false);
    }),
  );
});

it('judges any IPv4 address as a block list built by Node does', () => {
  const blocked = new BlockList();
  for (const prefix of refusedPrefixes.filter((text) => !text.includes(':'))) {
    const [address = '', length] = prefix.split('/');
    blocked.addSubnet(address, Number(length), 'ipv4');
  }
  fc.assert(
    fc.property(anyIpv4, (address) => {
      expect(isPublicAddress(address)).toBe(!blocked.check(address, 'ipv4'));
    }),
    { numRuns: 2_000 },
  );
});

it('is never laxer than ipaddr.js, which misses some', () => {
  fc.assert(
    fc.property(fc.oneof(anyIpv4, anyIpv6, anyGlobalIpv6), (address) => {
      fc.pre(ipaddr.process(address).range() !== 'unicast');

      expect(isPublicAddress(address)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

it('judges every spelling of an IPv6 address alike', () => {
  fc.assert(
    fc.property(fc.oneof(anyIpv6, anyGlobalIpv6), (address) => {
      const long = ipaddr.parse(address).toNormalizedString();
      const padded = long.replace(/[^:]+/g, (group) => group.padStart(4, '0'));

      expect(isPublicAddress(long)).toBe(isPublicAddress(address));
      expect(isPublicAddress(padded.toUpperCase())).toBe(isPublicAddress(address));
    }),
  );
});

it.each([
  ...['', ' ', 'localhost', '8.8.8', '8.8', '134744072', '0x8.8.8.8', '010.8.8.8', '8.8.8.08'],
  ...['8.8.8.8.', ' 8.8.8.8', '8.8.8.8 ', '8.8.8.8\n', '8.8.8.256', '8.8.8.-8', '8.8.8.8/32'],
  ...['[2606:4700::1111]', '2606:4700::1111%eth0', '2606:4700::1111/128', '2606:4700:::1111'],
  ...['2606:4700::1111\0', '8.8.8.8\0', '٨.٨.٨.٨', '８.８.８.８', '2606:4700::8.8.8.8.8', '::g'],
])('refuses what is no plain address: %j', (text) => {
  expect(isPublicAddress(text)).toBe(false);
  expect(isLoopbackAddress(text)).toBe(false);
});

it.each([...['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1']])(
  '%s is loopback',
  (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  },
);

it.each([
  ...['126.255.255.255', '128.0.0.0', '0.0.0.0', '::', '::2', '::ffff:127.0.0.1', '8.8.8.8'],
  ...['10.0.0.1', '169.254.169.254', '2606:4700::1111', '1::1'],
])('%s is not loopback', (address) => {
  expect(isLoopbackAddress(address)).toBe(false);
});
