// The string operators against plain definitions of them, over alphabets small enough to collide.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  endsWithTest,
  ignoreCaseTest,
  partsOfWildcard,
  startsWithTest,
  wellFormed,
  wildcardTest,
} from '../../../shared/event-pattern/text-tests.ts';

const over = (letters: string, maxLength = 8) =>
  fc.string({ unit: fc.constantFrom(...letters), maxLength });

/** The definition: a star takes any number of characters, every other character itself. */
function globMatches(glob: string, text: string): boolean {
  if (glob === '') return text === '';
  if (glob[0] === '*') {
    return globMatches(glob.slice(1), text) || (text !== '' && globMatches(glob, text.slice(1)));
  }
  return glob[0] === text[0] && globMatches(glob.slice(1), text.slice(1));
}

describe('a wildcard', () => {
  it('matches as its definition says', () => {
    const globs = over('ab😀*').map((glob) => glob.replace(/\*+/g, '*'));

    fc.assert(
      fc.property(globs, over('ab😀', 10), (glob, text) => {
        const parts = partsOfWildcard(glob) as readonly string[];

        expect(wildcardTest(parts)(text)).toBe(globMatches(glob, text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes escaped stars and backslashes literally', () => {
    fc.assert(
      fc.property(over('a*\\'), over('a*\\'), (wanted, text) => {
        const parts = partsOfWildcard(wanted.replace(/[*\\]/g, '\\$&')) as readonly string[];

        expect(wildcardTest(parts)(text)).toBe(wanted === text);
      }),
    );
  });

  it('searches once for each part, however hostile the pattern', () => {
    let searchCount = 0;
    const text = {
      length: 100_000,
      startsWith: () => true,
      endsWith: () => true,
      indexOf: (_: string, from: number) => {
        searchCount++;
        return from;
      },
    } as unknown as string;
    const parts = partsOfWildcard('*a'.repeat(500)) as readonly string[];

    const found = wildcardTest(parts)(text);

    expect(found).toBe(true);
    expect(searchCount).toBe(499);
  });

  it('reads each character once, though a part nearly matches everywhere', () => {
    let readCount = 0;
    const text = {
      length: 100_000,
      startsWith: () => true,
      endsWith: () => true,
      charCodeAt: () => {
        readCount++;
        return 'a'.charCodeAt(0);
      },
    } as unknown as string;
    const parts = partsOfWildcard(`*${'a'.repeat(500)}b${'a'.repeat(500)}*`) as readonly string[];

    const found = wildcardTest(parts)(text);

    expect(found).toBe(false);
    expect(readCount).toBe(100_000);
  });
});

describe('a prefix or suffix', () => {
  it('is compared with the string in its quotes', () => {
    fc.assert(
      fc.property(over('ab"', 4), over('ab"', 6), (wanted, text) => {
        expect(startsWithTest(wanted)(text)).toBe(`"${text}"`.startsWith(`"${wanted}`));
        expect(endsWithTest(wanted)(text)).toBe(`"${text}"`.endsWith(`${wanted}"`));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never ends inside a surrogate pair', () => {
    expect(startsWithTest('\ud83d')(wellFormed('😀'))).toBe(false);
    expect(endsWithTest('\ude00')(wellFormed('😀'))).toBe(false);
    expect(startsWithTest('\ud83d')(wellFormed('\ud83d x'))).toBe(true);
  });
});

describe('equals-ignore-case', () => {
  it('ignores the case of letters that have one counterpart', () => {
    fc.assert(
      fc.property(over('abéя1"', 4), over('abéя1"AÉЯ', 6), (wanted, text) => {
        const [lower, want] = [text.toLowerCase(), wanted.toLowerCase()];

        expect(ignoreCaseTest('whole', wanted)(text)).toBe(lower === want);
        expect(ignoreCaseTest('prefix', wanted)(text)).toBe(`${lower}"`.startsWith(want));
        expect(ignoreCaseTest('suffix', wanted)(text)).toBe(`"${lower}`.endsWith(want));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes both cases of the pattern, whatever their length, and of the pattern only', () => {
    expect(ignoreCaseTest('whole', 'Maß')('MASS')).toBe(true);
    expect(ignoreCaseTest('suffix', 'Maß')('ein MASS')).toBe(true);
    expect(ignoreCaseTest('whole', 'mass')('MAß')).toBe(false);
    expect(ignoreCaseTest('whole', 'ı')('I')).toBe(true);
    expect(ignoreCaseTest('whole', 'i')('ı')).toBe(false);
    expect(ignoreCaseTest('whole', '😀')('??')).toBe(true);
  });

  it('never has to choose: no character starts or ends with its other case', () => {
    const units = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));

    const ambiguous = units.filter((unit) => {
      const [lower, upper] = [unit.toLowerCase(), unit.toUpperCase()];
      const [short, long] = lower.length < upper.length ? [lower, upper] : [upper, lower];
      return lower !== upper && (long.startsWith(short) || long.endsWith(short));
    });

    expect(ambiguous).toEqual([]);
  });
});
