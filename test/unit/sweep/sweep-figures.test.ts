// What a sweep says of how late it is: of deliveries by a figure, of all else as a fault.
import { describe, expect, it } from 'vitest';
import { healthShard, jobShard, noticeShard } from '../../../shared/timers-table.ts';
import { deliveryOf, hintOf, later, run } from './sweep-setup.ts';

/** What the lines of embedded metrics say of one figure. */
const valuesOf = (figures: readonly string[], name: string): number[] =>
  figures.flatMap((line) => JSON.parse(line)[name] ?? []);

describe('the sweep', () => {
  it('tells by how much the oldest delivery is late, and of nothing else', async () => {
    const at = (seconds: number) => ({ ...hintOf('row'), at: later(-seconds).toISOString() });
    const due: Record<string, number> = { '0': 20, '9': 40, [healthShard]: 599, [jobShard]: 599 };

    const { figures, done } = await run(
      {},
      {
        findDue: async (shard) => ({ hints: shard in due ? [at(due[shard]!)] : [] }),
        // The lease of one has ended in vain: its own time is older than its timer's.
        claimDue: async () => deliveryOf('a', { dueAt: later(-950) }),
      },
    );
    const quiet = await run({ [jobShard]: ['j'], [noticeShard]: ['n'] });

    expect(valuesOf(figures, 'OldestDueAge')).toEqual([950]);
    expect(valuesOf(figures, 'SweepErrors')).toEqual([]);
    expect(done).toMatchObject({ oldestDueMs: 40_000 });
    expect(valuesOf(quiet.figures, 'OldestDueAge')).toEqual([0]);
  });

  it.each([healthShard, noticeShard, jobShard])(
    'counts a fault where nobody has come to what is due among %s for ten minutes',
    async (late) => {
      const hint = { ...hintOf('row'), at: later(-600).toISOString() };

      const { figures, lines } = await run(
        {},
        {
          findDue: async (shard) => ({ hints: shard === late ? [hint] : [] }),
          tendJob: async () => true,
        },
      );

      expect(valuesOf(figures, 'SweepErrors')).toEqual([1]);
      expect(valuesOf(figures, 'OldestDueAge')).toEqual([0]);
      expect(lines).toContainEqual({ event: 'sweep.late', shard: late, lateMs: 600_000 });
    },
  );
});
