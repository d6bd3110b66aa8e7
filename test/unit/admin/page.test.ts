// Pages and cursors: a walk shows every item once, whatever is cut where, and no altered cursor is taken.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOf, positionIn } from '../../../functions/admin/page.ts';
import { ProblemError } from '../../../functions/admin/problem.ts';
import { pageBytesMax } from '../../../shared/limits.ts';

const list = ['things', 318] as const;
const shape = [/^\d+$/];

/** Reads rows after a position, some at a time, and shows the even ones. */
const readPage = (rows: number, readAtOnce: number, limit?: number, cursor?: string) => {
  const after = Number(positionIn(list, cursor, shape)?.[0] ?? -1);
  const read = Array.from({ length: rows }, (_, index) => index)
    .filter((row) => row > after)
    .slice(0, readAtOnce);
  const end = read.at(-1) ?? rows;
  return pageOf(
    list,
    read.filter((row) => row % 2 === 0),
    {
      limit,
      positionOf: (row) => [String(row)],
      ...(end < rows - 1 && { readTo: [String(end)] }),
    },
  );
};

describe('a walk over all pages', () => {
  it('shows each item once and in order, however much is read at once', () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), size, size, (rows, readAtOnce, limit) => {
        const seen: number[] = [];
        let cursor: string | undefined;
        do {
          const page = readPage(rows, readAtOnce, limit, cursor);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);

        expect(seen).toEqual(Array.from({ length: Math.ceil(rows / 2) }, (_, index) => 2 * index));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a page', () => {
  const end = { limit: undefined, positionOf: () => ['x'] };

  it('has a hundred items at most', () => {
    const page = pageOf(list, Array.from({ length: 101 }, String), end);

    expect(page.items.length).toBe(100);
    expect(page.next_cursor).not.toBeNull();
  });

  it('has 4 MB at most, but one item at least', () => {
    const half = 'é'.repeat(pageBytesMax / 4);

    expect(pageOf(list, [half, half, half], end).items.length).toBe(1);
    expect(pageOf(list, [half.repeat(3), half], end).items.length).toBe(1);
    expect(pageOf(list, [half.slice(5), half.slice(5), half], end).items.length).toBe(2);
  });
});

describe('a cursor', () => {
  const cursor = readPage(50, 10).next_cursor!;
  const refusal = (of: readonly (string | number)[], text: string): unknown => {
    try {
      return positionIn(of, text, shape);
    } catch (error) {
      return error instanceof ProblemError ? error.problem : error;
    }
  };
  const refused = {
    status: 400,
    errors: [{ path: 'cursor', message: expect.stringContaining('next_cursor') }],
  };

  it('of another company’s list, or of another list, is refused', () => {
    expect(positionIn(list, cursor, shape)).toEqual(['9']);
    expect(refusal(['things', 319], cursor)).toMatchObject(refused);
    expect(refusal(['others', 318], cursor)).toMatchObject(refused);
  });

  it('that was altered anywhere is refused', () => {
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'AZaz09-_'), (at, letter) => {
        const altered = cursor.slice(0, at) + letter + cursor.slice(at + 1);
        fc.pre(altered !== cursor);

        expect(refusal(list, altered)).toMatchObject(refused);
      }),
    );
  });

  it.each(['', 'x', 'bnVsbA', 'W10', 'eyJ9', '=', '\u0000', `${cursor}=`, ` ${cursor}`])(
    'is not %j',
    (text) => {
      expect(refusal(list, text)).toMatchObject(refused);
    },
  );
});
