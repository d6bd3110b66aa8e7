// What a customer's filter may cost while it is applied: one reading of the event for all of them, and an end to each.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOnce } from '../../../shared/event-pattern/collect-event.ts';
import { UnmatchableEventError } from '../../../shared/event-pattern/pattern-errors.ts';
import { compileFilter, compilePattern } from '../../../shared/event-pattern.ts';

describe('a filter', () => {
  it('answers as the pattern that it is', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '"', '*'), maxLength: 4 });
    const value = fc.oneof(letters, fc.integer({ min: 0, max: 2 }), fc.constant(null));
    const operator = fc.oneof(
      letters.map((prefix) => ({ prefix: { 'equals-ignore-case': prefix } })),
      letters.map((text) => ({ wildcard: `*${text.replace(/\*+/g, '*')}` })),
      fc.constant({ exists: false }),
    );
    const list = fc.array(fc.oneof(value, operator), { minLength: 1, maxLength: 3 });
    const event = fc.record(
      {
        a: fc.oneof(value, fc.array(value, { maxLength: 3 })),
        b: fc.array(fc.record({ c: value })),
      },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(list, list, event, (a, c, given) => {
        const pattern = { a, b: { c } };
        const answer = (judge: () => boolean) => {
          try {
            return judge();
          } catch (error) {
            return (error as Error).name;
          }
        };

        const filtered = answer(() => compileFilter(pattern)(readOnce(given)));

        expect(filtered).toBe(answer(() => compilePattern(pattern)(given)));
        expect(filtered).toBe(
          answer(() => compilePattern(JSON.stringify(pattern))(JSON.stringify(given))),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is judged over large arrays, and given up where it would compare their elements again and again', () => {
    const elements = Array.from({ length: 10_000 }, (_, i) =>
      i % 2 ? { x: 1, y: 2 } : { x: 2, y: 1 },
    );
    const event = readOnce({ a: elements });
    const branches = Array.from({ length: 50 }, (_, i) => ({ x: [1], y: [1, i + 3] }));

    expect(compileFilter({ a: { x: [1], y: [1] } })(event)).toBe(false);
    expect(() => compileFilter({ a: { $or: branches } })(event)).toThrow(UnmatchableEventError);
  });

  it('looks into an object that a filter before it has looked into without listing its keys again', () => {
    let listed = 0;
    const data = new Proxy(
      { a: 1, b: 2 },
      {
        ownKeys: (target) => {
          listed++;
          return Reflect.ownKeys(target);
        },
      },
    );
    const event = readOnce({ data });
    compileFilter({ data: { a: [1] } })(event);
    const before = listed;

    const matches = compileFilter({ data: { b: [2] } })(event);

    expect(matches).toBe(true);
    expect(before).toBeGreaterThan(0);
    expect(listed).toBe(before);
  });
});
