// Which numbers are compared by value, and which by their spelling.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableNumber } from '../../../shared/event-pattern/comparable-number.ts';

describe('comparableNumber', () => {
  it('gives back every finite double from its own text', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const spellings = [String(number), number.toExponential()];

        // Minus zero equals zero.
        expect(spellings.map((text) => comparableNumber(text)! + 0)).toEqual([
          number + 0,
          number + 0,
        ]);
      }),
    );
  });

  it('gives one number for every spelling of up to fifteen digits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999, max: 999_999_999 }),
        fc.nat(5),
        (digits, zeros) => {
          const spellings = [
            `${digits}e-3`,
            `${digits}${'0'.repeat(zeros)}e-${zeros + 3}`,
            `${digits}.${'0'.repeat(zeros + 1)}E-003`,
          ];

          expect(spellings.map(comparableNumber)).toEqual(
            spellings.map(() => Number(`${digits}e-3`)),
          );
        },
      ),
    );
  });

  it.each([
    '1e309',
    '-1e309',
    '9007199254740993',
    '0.1000000000000000055',
    '1e-400',
    '123456789012345678901',
  ])('has no number for %s, which a double cannot hold as written', (text) => {
    expect(comparableNumber(text)).toBeUndefined();
  });

  it.each(['0', '-0', '0.000', '0e5', '-0.0E-400', '0.0000000000000000000000e3'])(
    'takes %s for zero',
    (text) => {
      expect(comparableNumber(text)! + 0).toBe(0);
    },
  );
});
