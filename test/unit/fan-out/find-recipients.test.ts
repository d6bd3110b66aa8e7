// What an event may cost its company's filters together: each is sure of its part, and what is left over is not lost.
import { describe, expect, it } from 'vitest';
import { findRecipients } from '../../../functions/fan-out/find-recipients.ts';
import { spend } from '../../../shared/event-pattern/work.ts';
import {
  eventStepsMax,
  filterStepsMax,
  subscriptionsPerCompanyMax,
} from '../../../shared/limits.ts';
import { sampleEvent, storedAt, subscription } from './fan-out-setup.ts';

const event = sampleEvent('candidate.archived');

/** What a hundred filters are each sure of. */
const surePart = eventStepsMax / subscriptionsPerCompanyMax;

/** Judges the event by filters that take so many steps and then let it pass. */
const judge = (costs: readonly number[]) => {
  const faults: unknown[] = [];
  let spent = 0;
  const found = findRecipients(
    {
      conditionsOf: ({ filter }) => [
        {
          name: 'filter',
          pattern: {},
          concerns: () => true,
          isMetBy: (_, work) => {
            // Piece by piece, as a filter does: one that runs out has used its part and no more.
            for (let left = Number(filter); left > 0; left -= 1_000) {
              spent += work!.left > 0 ? Math.min(1_000, left, work!.left) : 0;
              spend(work!, Math.min(1_000, left));
            }
            return true;
          },
        },
      ],
      metrics: { count: () => {} },
      log: (line) => void faults.push(line),
    },
    costs.map((cost, slot) => subscription(slot, { filter: String(cost) })),
    event,
    storedAt,
  );
  return { slots: found.map(({ id }) => Number(id.slice(4, 7))), faults: faults.length, spent };
};

/** A hundred cheap filters, but for those that are said. */
const hundred = (costs: Readonly<Record<number, number>>): number[] =>
  Array.from({ length: subscriptionsPerCompanyMax }, (_, slot) => costs[slot] ?? 10);

const all = [...hundred({}).keys()];

/** So many steps for each of every so many filters. */
const spread = (every: number, cost: number): Record<number, number> =>
  Object.fromEntries(all.filter((slot) => slot % every === 0).map((slot) => [slot, cost]));

describe('a filter', () => {
  it('is sure of its part, however much those before it take', () => {
    const greedy = 2 * filterStepsMax;

    const { slots, faults } = judge([...Array(99).fill(greedy), surePart]);

    expect(slots).toEqual([99]);
    expect(faults).toBe(99);
  });

  it('has what those before it left over', () => {
    expect(judge(hundred({ 99: filterStepsMax }))).toMatchObject({ slots: all, faults: 0 });
  });

  it('has what those behind it left over', () => {
    expect(judge(hundred({ 0: filterStepsMax - 1 }))).toMatchObject({ slots: all, faults: 0 });
  });

  it('is judged alike wherever it stands, where the event costs no more in all than it may', () => {
    const places = [0, 1, 37, 98, 99];
    const costly = filterStepsMax - 1;

    for (const [index, one] of places.entries()) {
      for (const other of places.slice(index + 1)) {
        const { slots, faults } = judge(hundred({ [one]: costly, [other]: costly }));
        expect({ slots, faults }).toEqual({ slots: all, faults: 0 });
      }
    }
  });

  it('that takes more than one may is given up, whatever is left', () => {
    const { slots, faults } = judge([filterStepsMax + 1_000, 10]);

    expect(slots).toEqual([1]);
    expect(faults).toBe(1);
  });
});

describe('all filters together', () => {
  it.each([
    ['all are costly', hundred(spread(1, 900_000))],
    ['the first half is', hundred(Object.fromEntries(all.slice(50).map((n) => [n - 50, 900_000])))],
    ['the last half is', hundred(Object.fromEntries(all.slice(50).map((n) => [n, 900_000])))],
    ['each takes a little more than it is sure of', Array(100).fill(surePart + 1_000)],
  ])('take no more than the event may cost where %s', (_, costs) => {
    const { spent, slots, faults } = judge(costs);

    expect(spent).toBeLessThanOrEqual(eventStepsMax);
    expect(slots.length + faults).toBe(costs.length);
  });

  it('serve those that come first where what is left does not suffice for all', () => {
    const { slots } = judge(hundred({ 0: 900_000, ...spread(10, 900_000) }));

    expect(slots).toContain(0);
    expect(slots.filter((slot) => slot % 10 !== 0).length).toBe(90);
  });

  it('are judged the same way every time', () => {
    const costs = hundred(spread(3, 400_000));

    expect(judge(costs)).toEqual(judge(costs));
  });
});
