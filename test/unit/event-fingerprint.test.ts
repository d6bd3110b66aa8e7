// What tells a repeated event from an id used twice.
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AtsEvent, fingerprintOf } from '../../shared/event.ts';

describe('the fingerprint', () => {
  const event: AtsEvent = {
    id: 'evt_1',
    type: 'candidate.moved',
    timestamp: '2026-10-12T08:15:30.240Z',
    companyId: 318,
    data: { a: 1, b: { c: [1, 2], d: null } },
  };

  /** The same JSON with the keys of every object the other way round. */
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).toReversed();
    return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
  };

  const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  it('is the same for the same content, whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        const one = fingerprintOf({ ...event, data });
        const other = fingerprintOf({ ...event, data: reversed(data) as AtsEvent['data'] });

        expect(other).toBe(one);
      }),
    );
  });

  it('differs for other content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const data = [one, other].map((value) => fingerprintOf({ ...event, data: { value } }));

        expect(data[0] === data[1]).toBe(isDeepStrictEqual(throughJson(one), throughJson(other)));
      }),
    );
  });

  it.each([
    ['an array and an object', { a: ['b', 1] }, { a: { b: 1 } }],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['null and nothing', { a: null }, {}],
    ['data and ids', { ids: 1 }, {}],
    ['`__proto__` and nothing', JSON.parse('{"__proto__":1}'), {}],
  ])('tells %s apart', (_, one, other) => {
    expect(fingerprintOf({ ...event, data: one })).not.toBe(
      fingerprintOf({ ...event, data: other }),
    );
  });

  it('leaves out the key: company and id', () => {
    expect(fingerprintOf({ ...event, id: 'evt_2', companyId: 1 })).toBe(fingerprintOf(event));
  });
});
