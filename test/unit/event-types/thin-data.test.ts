// A thin payload holds ids and public links, and nothing of a person, whatever the event holds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../shared/event-types/fields-of.ts';
import { sampleCallback } from '../../../shared/event-types/samples.ts';
import { thinData } from '../../../shared/event-types/thin-data.ts';
import { type EventTypeName, eventTypes } from '../../../shared/event-types.ts';
import { arbitraryOf } from './arbitrary-of.ts';

const types = Object.keys(eventTypes) as EventTypeName[];

/** The scalars of a value with their paths as the catalogue writes them: `applicant.applies[].id`. */
const leavesOf = (value: unknown, path = ''): { path: string; value: unknown }[] => {
  if (Array.isArray(value)) {
    return value.flatMap((item) => leavesOf(item, `${path}[]`));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) =>
      leavesOf(inner, path === '' ? key : `${path}.${key}`),
    );
  }
  return [{ path, value }];
};

describe.each(types)('the thin payload of %s', (type) => {
  const fields = fieldsOf(eventTypes[type].data);
  const personal = new Set(fields.filter((field) => field.personal).map(({ path }) => path));
  const known = new Set(fields.map(({ path }) => path));

  it('holds no field that is marked as personal, and none unknown, of any data', () => {
    expect(personal.size).toBeGreaterThan(0);

    fc.assert(
      fc.property(arbitraryOf(eventTypes[type].data), (data) => {
        const paths = leavesOf(thinData(type, data)).map(({ path }) => path.replace(/\[\]$/, ''));

        expect(paths.filter((path) => personal.has(path) || !known.has(path))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('holds no word of the sample that is personal', () => {
    const { data } = sampleCallback(type);
    const words = leavesOf(data)
      .filter(({ path, value }) => personal.has(path) && typeof value === 'string' && value !== '')
      .map(({ value }) => value as string);

    const thin = JSON.stringify(thinData(type, data));

    expect(words.length).toBeGreaterThan(0);
    expect(words.filter((word) => thin.includes(word))).toEqual([]);
  });

  it('lets no text pass that stands where an id should be, nor an unknown field', () => {
    const spoilt = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(spoilt);
      if (typeof value !== 'object' || value === null) return 'Inès Carpentier, 06 00';
      const entries = Object.entries(value).map(([key, inner]) => [key, spoilt(inner)]);
      return { ...Object.fromEntries(entries), unknown: 'Inès Carpentier' };
    };

    const thin = JSON.stringify(thinData(type, spoilt(sampleCallback(type).data)));

    expect(thin).not.toContain('Inès');
  });
});

describe('a thin payload', () => {
  it('names everything that a receiver needs to fetch the rest of a move', () => {
    const { data } = sampleCallback('candidate.moved');

    expect(thinData('candidate.moved', data)).toEqual({
      user: { id: 512 },
      applicant: {
        id: 31_944,
        vacancy_id: 'M3xWp8KcYg5HvT2J',
        candidate_id: 20_817,
        column_id: 'n8PdJ4sYc6GxR2Vw',
        applies: [
          {
            id: 'c5HqN3fVy8TsB6Jk',
            vacancy_id: 'M3xWp8KcYg5HvT2J',
            offerer_id: 'R2vKp9GdL7wXz5Tm',
          },
        ],
        column: { id: 4106, company_id: 'q7Rk2VbXm4TzN9Ld' },
      },
      candidate: { id: 20_817 },
      column: { id: 4106, company_id: 'q7Rk2VbXm4TzN9Ld' },
      previous_column: { id: 4104 },
      vacancy: {
        id: 7720,
        company_id: 'q7Rk2VbXm4TzN9Ld',
        created_by: 'K6mTz3LhQb9FyW5X',
        updated_by: null,
        apply_url: null,
      },
      user_id: 'K6mTz3LhQb9FyW5X',
      applicant_id: 31_944,
      candidate_id: 20_817,
      vacancy_id: 'M3xWp8KcYg5HvT2J',
      company: { id: 'q7Rk2VbXm4TzN9Ld' },
      column_id: 'n8PdJ4sYc6GxR2Vw',
    });
  });

  it.each([
    ['https://jobs.example/ebeniste', true],
    ['mailto:ines.carpentier@example.com', false],
    ['Inès Carpentier', false],
    ['', false],
  ])('holds %s as a link: %s', (apply_url, held) => {
    const { data } = sampleCallback('vacancy.created');
    const vacancy = { ...(data.vacancy as object), apply_url };

    const thin = thinData('vacancy.created', { ...data, vacancy });

    expect('apply_url' in (thin.vacancy as object)).toBe(held);
  });

  it.each([null, undefined, 7, 'Inès', [], [{ applicant_id: 1 }]])('of %j is empty', (data) => {
    expect(thinData('candidate.moved', data)).toEqual({});
  });
});
