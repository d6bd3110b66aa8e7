// A hire follows from a move into a column for hires, once, whatever the move's id.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AtsEvent } from '../../../shared/event.ts';
import { deriveEvents } from '../../../shared/event-types/derive-events.ts';
import { sampleCallback } from '../../../shared/event-types/samples.ts';
import { type EventTypeName, routedEventTypes } from '../../../shared/event-types.ts';
import { identifierPattern } from '../../../shared/identifiers.ts';

const eventOf = (type: EventTypeName, change: object = {}): AtsEvent => {
  const { id, timestamp, company_id: companyId, data } = sampleCallback(type);
  return { id, type, timestamp, companyId, data: { ...data, ...change } };
};

const columns = {
  hired: { id: 4106, title: 'Recruté', hired: true },
  other: { id: 4104, title: 'Entretien', hired: false },
};

describe('a hire', () => {
  it('has the move’s time, company, data and ids, and an id of its own', () => {
    const move = { ...eventOf('candidate.moved'), id: 'evt_1', ids: { user: { plain: 512 } } };

    expect(deriveEvents(move)).toEqual([{ ...move, id: 'evt_1_hired', type: 'candidate.hired' }]);
  });

  it.each([
    ['from another column', columns.hired, columns.other, 1],
    ['from an unknown column', columns.hired, null, 1],
    ['from a column that the event does not have', columns.hired, undefined, 1],
    ['from a column for hires', columns.hired, columns.hired, 0],
    ['into another column', columns.other, columns.other, 0],
    ['out of a column for hires', columns.other, columns.hired, 0],
    ['into a column that says hired as text', { hired: 'true' }, columns.other, 0],
    ['into a column given as a number', 4106, columns.other, 0],
    ['into no column', null, null, 0],
  ])('is derived from a move %s: %#', (_, column, previous_column, count) => {
    const move = eventOf('candidate.moved', { column, previous_column });

    expect(deriveEvents(move)).toHaveLength(count);
  });

  it.each(routedEventTypes.filter((type) => type !== 'candidate.moved'))(
    'is not derived from %s',
    (type) => {
      const { column, previous_column } = sampleCallback('candidate.moved').data;

      expect(deriveEvents(eventOf(type, { column, previous_column }))).toEqual([]);
    },
  );
});

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

describe("a hire's id", () => {
  it('is a valid id, the same each time, and not the id of another event', () => {
    fc.assert(
      fc.property(id, id, (one, other) => {
        const idOf = (move: string) =>
          deriveEvents({ ...eventOf('candidate.moved'), id: move })[0]?.id ?? '';

        expect(idOf(one)).toMatch(identifierPattern);
        expect(idOf(one)).toBe(idOf(one));
        expect(idOf(one) === idOf(other)).toBe(one === other);
      }),
    );
  });

  it('keeps the move’s id up to 58 characters, and its beginning with a digest beyond', () => {
    const idOf = (move: string) => deriveEvents({ ...eventOf('candidate.moved'), id: move })[0]?.id;

    expect(idOf('a'.repeat(58))).toBe(`${'a'.repeat(58)}_hired`);
    expect(idOf('a'.repeat(59))).toMatch(/^a{24}_[0-9a-f]{32}_hired$/);
    expect(idOf(`${'a'.repeat(63)}b`)).not.toBe(idOf('a'.repeat(64)));
  });
});
