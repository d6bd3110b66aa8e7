// Addresses and blocks against arithmetic on whole numbers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexOfIp, ipRangeOfCidr, isInIpRange } from '../../../shared/event-pattern/ip-range.ts';

const hex = (value: bigint, digits: number) =>
  value.toString(16).toUpperCase().padStart(digits, '0');
const ipv4 = (value: bigint) => [24n, 16n, 8n, 0n].map((bits) => (value >> bits) & 255n).join('.');
const ipv6 = (value: bigint) =>
  Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  ).join(':');
const addresses = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });

describe('hexOfIp', () => {
  it('reads every IPv4 and IPv6 address', () => {
    fc.assert(
      fc.property(addresses(32), addresses(128), (v4, v6) => {
        fc.pre(v6 >> 32n !== 0xffffn);

        expect(hexOfIp(ipv4(v4))).toBe(hex(v4, 8));
        expect(hexOfIp(ipv6(v6))).toBe(hex(v6, 32));
      }),
    );
  });

  it('reads an address wherever its zeros are left out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(0xffff), { maxLength: 4 }),
        fc.array(fc.nat(0xffff), { maxLength: 3 }),
        (head, tail) => {
          const text = (groups: number[]) => groups.map((group) => group.toString(16)).join(':');
          const zeros = new Array<number>(8 - head.length - tail.length).fill(0);

          expect(hexOfIp(`${text(head)}::${text(tail)}`)).toBe(
            hexOfIp(text([...head, ...zeros, ...tail])),
          );
        },
      ),
    );
  });

  it('reads an IPv4-mapped address as IPv4', () => {
    expect(hexOfIp('::ffff:a00:7')).toBe('0A000007');
    expect(hexOfIp('::fffe:a00:7')).toHaveLength(32);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '1.2.3.4 ',
    '0x1.2.3.4',
    '0001.0002.0003.0004',
    ':',
    ':::',
    '1:',
    ':1',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1%eth0',
    '::1.2.3.4',
  ])('takes %j for no address', (text) => {
    expect(hexOfIp(text)).toBeUndefined();
  });
});

describe('ipRangeOfCidr', () => {
  it('holds an address when their first bits agree', () => {
    fc.assert(
      fc.property(addresses(32), fc.nat(31), addresses(32), (base, bits, other) => {
        const shift = BigInt(32 - bits);
        const range = ipRangeOfCidr(`${ipv4(base)}/${bits}`);

        expect(range).toEqual({
          bottom: hex((base >> shift) << shift, 8),
          top: hex((((base >> shift) + 1n) << shift) - 1n, 8),
        });
        expect('bottom' in range && isInIpRange(hex(other, 8), range)).toBe(
          base >> shift === other >> shift,
        );
      }),
    );
  });

  it.each(['10.0.0.0/+8', '10.0.0.0/008', '10.0.0.0/8/', '10.0.0.0/-0', '::/0', '2001:db8::1/127'])(
    'reads %s',
    (text) => {
      expect(ipRangeOfCidr(text)).toHaveProperty('bottom');
    },
  );

  it.each([
    '10.0.0.0',
    '10.0.0.0/',
    '/8',
    '10.0.0.0/8/8',
    '10.0.0.0//8',
    '10.0.0.0/ 8',
    '10.0.0.0/32',
    '::/128',
    'x/8',
  ])('says what is wrong with %s', (text) => {
    expect(ipRangeOfCidr(text)).toHaveProperty('problem');
  });
});

describe('isInIpRange', () => {
  it('decides between families by the leading digits', () => {
    const everyIpv4 = { bottom: '00000000', top: 'FFFFFFFF' };
    const everyIpv6 = { bottom: '0'.repeat(32), top: 'F'.repeat(32) };

    expect(isInIpRange(hexOfIp('2001:db8::')!, everyIpv4)).toBe(true);
    expect(isInIpRange(hexOfIp('10.0.0.1')!, everyIpv6)).toBe(true);
    expect(isInIpRange(hexOfIp('0.0.0.0')!, everyIpv6)).toBe(false);
  });
});
