// What a customer's filter may cost.
import { describe, expect, it } from 'vitest';
import { readOnce } from '../../../shared/event-pattern/collect-event.ts';
import { patternCost, refuseCostlyPattern } from '../../../shared/event-pattern/pattern-cost.ts';
import { InvalidPatternError } from '../../../shared/event-pattern/pattern-errors.ts';
import { compileFilter } from '../../../shared/event-pattern.ts';
import { eventBytesMax } from '../../../shared/limits.ts';

describe('patternCost', () => {
  it.each<[unknown, number]>([
    [{ a: ['x'] }, 1],
    [{ a: ['x', 5, { prefix: 'p' }], b: [{ exists: true }] }, 4],
    [{ a: [{ wildcard: 'x*y' }] }, 11],
    [{ a: [{ wildcard: '*x*' }] }, 271],
    [{ a: [{ 'anything-but': ['x', 'y', 'z'] }] }, 3],
    [{ a: [{ 'anything-but': { wildcard: ['*x', 'y'] } }] }, 12],
    [{ $or: [{ a: ['x'] }, { b: ['x'] }], c: ['x'] }, 3 + 4],
  ])('of %j is %i', (pattern, cost) => {
    expect(patternCost(pattern)).toBe(cost);
  });
});

const repeated = <T>(count: number, make: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));

/** Each as long, or as costly, as is accepted. */
const costliest: [string, object][] = [
  ['seven searches', { a: repeated(7, (n) => ({ wildcard: `*${'a'.repeat(240)}b${n}*` })) }],
  ['a search for 1,900 characters', { a: [{ wildcard: `*ab${'a'.repeat(1_900)}*` }] }],
  ['170 stars', { a: [{ wildcard: `${'*a'.repeat(170)}*b*` }] }],
  [
    'seven searches, refused',
    { a: [{ 'anything-but': { wildcard: repeated(7, (n) => `*ab${n}*`) } }] },
  ],
  [
    '52 prefixes in both cases',
    { a: repeated(52, () => ({ prefix: { 'equals-ignore-case': 'A' } })) },
  ],
  ['90 lists', { $or: repeated(90, (n) => ({ a: [`10.0.0.${n}`] })) }],
];

describe('refuseCostlyPattern', () => {
  it('accepts any list of plain values that fits into 2,048 characters', () => {
    const pattern = JSON.stringify({ a: new Array(1_020).fill(1) });

    expect(pattern.length).toBeGreaterThan(2_040);
    expect(() => refuseCostlyPattern(pattern)).not.toThrow();
  });

  it('refuses a pattern of more than 2,048 characters, text or value', () => {
    const longest = { a: ['x'.repeat(2_048 - JSON.stringify({ a: [''] }).length)] };

    expect(() => refuseCostlyPattern(longest)).not.toThrow();
    expect(() => refuseCostlyPattern({ a: [`x${longest.a[0]}`] })).toThrow(/2049 characters long/);
    expect(() => refuseCostlyPattern(`${JSON.stringify(longest)} `)).toThrow(/2049 characters/);
  });

  it.each([
    ['too many stars', { a: [{ wildcard: '*a'.repeat(200) }] }],
    ['too many wildcards', { a: [{ 'anything-but': { wildcard: new Array(8).fill('*a*') } }] }],
    [
      'too many combinations of "$or"',
      Object.fromEntries(
        Array.from({ length: 9 }, (_, i) => [`f${i}`, { $or: [{ a: [1] }, { b: [1] }] }]),
      ),
    ],
  ])('refuses a pattern of %s', (_, pattern) => {
    expect(() => refuseCostlyPattern(pattern)).toThrow(InvalidPatternError);
    expect(() => refuseCostlyPattern(pattern)).toThrow(/comparisons for each event/);
  });

  it.each(costliest)(
    'accepts %s, which is judged within its steps over 256 KiB of text',
    (_, pattern) => {
      const texts = ['a', 'ab', ':', '0:', '€'].map((unit) =>
        unit.repeat(eventBytesMax / unit.length),
      );

      expect(() => refuseCostlyPattern(pattern)).not.toThrow();
      for (const a of texts) expect(compileFilter(pattern)(readOnce({ a }))).toBeTypeOf('boolean');
    },
  );

  it('refuses an invalid pattern with the place, as compiling it does', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.a = cyclic;

    expect(() => refuseCostlyPattern({ a: 'x' })).toThrow(/^\$\.a: /);
    expect(() => refuseCostlyPattern(undefined)).toThrow(InvalidPatternError);
    expect(() => refuseCostlyPattern(cyclic)).toThrow(InvalidPatternError);
  });
});
