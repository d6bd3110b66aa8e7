// Names that are made: the same each time, never too long, never two alike.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { physicalName, stableUuid } from '../../../../infra/local/template/physical-name.ts';

const logicalId = fc.string({ unit: fc.constantFrom(...'AbC12'), minLength: 1, maxLength: 120 });

describe('physicalName', () => {
  it('is the stack and the logical id while that fits', () => {
    expect(physicalName('Rappel', 'Queue', 12)).toBe('Rappel-Queue');
  });

  it('is never over the limit, and differs where the logical ids differ', () => {
    fc.assert(
      fc.property(logicalId, logicalId, fc.integer({ min: 30, max: 80 }), (one, two, limit) => {
        const names = [one, two].map((id) => physicalName('Rappel', id, limit));

        expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(limit);
        expect(names[0] === names[1]).toBe(one === two);
        expect(names).toEqual([one, two].map((id) => physicalName('Rappel', id, limit)));
      }),
    );
  });
});

describe('stableUuid', () => {
  it('looks like a UUID and stays the same', () => {
    expect(stableUuid('Rappel', 'Mapping')).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(stableUuid('Rappel', 'Mapping')).toBe(stableUuid('Rappel', 'Mapping'));
    expect(stableUuid('Rappel', 'Mapping')).not.toBe(stableUuid('Rappel', 'Other'));
  });
});
