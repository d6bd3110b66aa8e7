// Array consistency against a search that tries every choice, and against inputs made to be slow.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnmatchableEventError } from '../../../shared/event-pattern/pattern-errors.ts';
import { compilePattern } from '../../../shared/event-pattern.ts';

type Json = string | number | { [key: string]: Json } | Json[];
interface Leaf {
  readonly path: string;
  readonly value: string | number;
  readonly elements: Readonly<Record<number, number>>;
}

/** Each scalar of an event with its path and the array elements that it is inside of. */
function leavesOf(event: Json): Leaf[] {
  let arrayCount = 0;
  const walk = (value: Json, steps: string[], elements: Leaf['elements']): Leaf[] => {
    if (typeof value !== 'object') return [{ path: steps.join('.'), value, elements }];
    if (!Array.isArray(value)) {
      return Object.entries(value).flatMap(([key, item]) => walk(item, [...steps, key], elements));
    }
    const array = arrayCount++;
    return value.flatMap((item, index) =>
      walk(item, steps, typeof item === 'object' ? { ...elements, [array]: index } : elements),
    );
  };
  return walk(event, [], {});
}

const agree = (a: Leaf['elements'], b: Leaf['elements']) =>
  Object.entries(a).every(([array, index]) => (b[Number(array)] ?? index) === index);

/** The engine's rule, without any cleverness: fields in order, each value or its absence tried in
 *  turn. */
function holds(
  leaves: Leaf[],
  fields: [string, (Json | null)[]][],
  chosen: Leaf['elements'],
): boolean {
  const [first, ...rest] = fields;
  if (!first) return true;
  const reachable = leaves.filter(
    ({ path, elements }) => path === first[0] && agree(elements, chosen),
  );
  const isAbsent = first[1].includes(null) && reachable.length === 0;
  if (isAbsent && holds(leaves, rest, chosen)) return true;
  return reachable
    .filter(({ value }) => first[1].includes(value))
    .some(({ elements }) => holds(leaves, rest, { ...chosen, ...elements }));
}

const keys = fc.constantFrom('a', 'b', 'c');
const { event } = fc.letrec<{ event: Json; object: Json }>((tie) => ({
  object: fc.dictionary(keys, tie('event'), { maxKeys: 3 }),
  event: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom('x', 'y'),
    tie('object'),
    fc.array(tie('event'), { maxLength: 3 }),
  ),
}));
const paths = fc.array(keys, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('.'));
/** Null stands for `{"exists": false}`. */
const fields = fc.dictionary(
  paths,
  fc.uniqueArray(fc.constantFrom('x', 'y', null), { minLength: 1, maxLength: 2 }),
  { minKeys: 1, maxKeys: 4 },
);

describe('array consistency', () => {
  it('is what trying every choice finds', () => {
    fc.assert(
      fc.property(fields, fc.dictionary(keys, event), (wanted, given) => {
        const pattern = Object.entries(wanted).map(([path, values]) => [
          path,
          values.map((value) => value ?? { exists: false }),
        ]);
        const ordered = Object.entries(wanted).sort(([a], [b]) => (a < b ? -1 : 1));

        const found = compilePattern(Object.fromEntries(pattern))(given);

        expect(found).toBe(holds(leavesOf(given), ordered, {}));
      }),
      { numRuns: 20_000 },
    );
  });

  it('judges the largest arrays in steps that grow with their length only', () => {
    const halves = Array.from({ length: 30_000 }, (_, i) => (i % 2 ? { x: 1 } : { y: 1 }));
    const nested = Array.from({ length: 200 }, () => ({ b: halves.slice(0, 150), c: 2 }));

    expect(compilePattern({ a: { x: [1], y: [1] } })({ a: halves })).toBe(false);
    expect(compilePattern({ a: { x: [1], y: [{ exists: false }], z: [1] } })({ a: halves })).toBe(
      false,
    );
    expect(compilePattern({ a: { b: { x: [1], y: [1] }, c: [1] } })({ a: nested })).toBe(false);
    expect(
      compilePattern({ a: { b: { x: [1] }, c: [2] }, d: { x: [1], y: [1] } })({
        a: nested,
        d: halves,
      }),
    ).toBe(false);
  });

  it('gives up on an event that repeats a key in more combinations than can be tried', () => {
    const names = Array.from({ length: 12 }, (_, i) => `f${i}`);
    const pattern = { a: Object.fromEntries(names.map((name) => [name, [1]])) };
    const elements = JSON.stringify(names.map((name) => ({ [name]: 1 })));
    const repeated = (count: number) => `{${new Array(count).fill(`"a":${elements}`).join(',')}}`;

    expect(compilePattern(pattern)(repeated(12))).toBe(true);
    expect(() => compilePattern(pattern)(repeated(11))).toThrow(UnmatchableEventError);
  });
});
