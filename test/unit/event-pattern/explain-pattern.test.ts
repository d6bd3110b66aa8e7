// Which conditions are named for an event that a filter kept out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainPattern } from '../../../shared/event-pattern/explain-pattern.ts';
import { compilePattern } from '../../../shared/event-pattern.ts';

describe('explainPattern', () => {
  it('names nothing for an event that matches', () => {
    const explanation = explainPattern({ type: ['x'] }, { type: 'x' });

    expect(explanation).toEqual({ matches: true, failed: [] });
  });

  it('names each field that differs or is missing, with the values as they were written', () => {
    const pattern =
      '{"type": ["x"], "data": {"id": [5.0, {"prefix": "p"}], "name": [{"exists": true}]}}';

    const explanation = explainPattern(pattern, { type: 'x', data: { id: 6 } });

    expect(explanation).toEqual({
      matches: false,
      failed: [
        { path: 'data.id', expected: '[5.0,{"prefix":"p"}]', reason: 'differs' },
        { path: 'data.name', expected: '[{"exists":true}]', reason: 'differs' },
      ],
    });
  });

  it('names a field that must be absent and is present', () => {
    const explanation = explainPattern({ a: [{ exists: false }] }, { a: null });

    expect(explanation.failed).toEqual([
      { path: 'a', expected: '[{"exists":false}]', reason: 'differs' },
    ]);
  });

  it('names the alternative that came nearest', () => {
    const pattern = { $or: [{ a: [1], b: [1] }, { c: [1] }, { d: [1] }] };

    const explanation = explainPattern(pattern, { a: 2, b: 2 });

    expect(explanation.failed.map(({ path }) => path)).toEqual(['c']);
  });

  it('names the fields that hold in different elements of an array', () => {
    const pattern = { type: ['x'], tags: { name: ['a'], value: ['b'] } };
    const event = { type: 'x', tags: [{ name: 'a' }, { value: 'b' }] };

    const explanation = explainPattern(pattern, event);

    expect(explanation.failed).toEqual([
      { path: 'tags.name', expected: '["a"]', reason: 'not-in-one-element' },
      { path: 'tags.value', expected: '["b"]', reason: 'not-in-one-element' },
    ]);
  });

  it('agrees with the matcher, and names something exactly when there is no match', () => {
    const values = fc.uniqueArray(fc.constantFrom('x', 'y', { exists: false }), { minLength: 1 });
    const patterns = fc.dictionary(fc.constantFrom('a', 'a.b', 'a.c'), values, { minKeys: 1 });
    const leaves = fc.constantFrom('x', 'y');
    const elements = fc.record({ b: leaves, c: leaves }, { requiredKeys: [] });
    const events = fc.record({
      a: fc.oneof(leaves, elements, fc.array(fc.oneof(elements, leaves))),
    });

    fc.assert(
      fc.property(patterns, events, (pattern, event) => {
        const { matches, failed } = explainPattern(pattern, event);

        expect(matches).toBe(compilePattern(pattern)(event));
        expect(failed.length === 0).toBe(matches);
      }),
      { numRuns: 2_000 },
    );
  });
});
