// Jobs that are due: some at once, no neighbour harmed, and none begun when the time is short.
import { describe, expect, it } from 'vitest';
import { tendByKind } from '../../../functions/sweep/tend-by-kind.ts';
import { sweepReserveMs } from '../../../shared/limits.ts';
import { jobShard } from '../../../shared/timers-table.ts';
import { hintOf, run } from './sweep-setup.ts';

const due = { [jobShard]: ['j1', 'j2', 'j3', 'j4', 'j5', 'j6'] };

describe('the sweep', () => {
  it('does each job that is due, and goes on past one that fails', async () => {
    const tended: string[] = [];

    const { done, lines } = await run(due, {
      tendJob: async ({ pk }) => {
        if (pk === 'j2') throw new Error('not of this version');
        tended.push(pk);
        return true;
      },
    });

    expect(tended).toEqual(['j1', 'j3', 'j4', 'j5', 'j6']);
    expect(done).toMatchObject({ moved: 5 });
    expect(lines).toContainEqual(expect.objectContaining({ event: 'sweep.row-fault', pk: 'j2' }));
  });

  it('does first what erases: nothing of it is sent by a job that was asked for later', async () => {
    const order: string[] = [];

    await run(due, {
      erases: ({ pk }) => pk === 'j6',
      tendJob: async ({ pk }) => {
        order.push(pk);
        return true;
      },
    });

    expect(order).toEqual(['j6', 'j1', 'j2', 'j3', 'j4', 'j5']);
  });

  it('does four at once at most, and leaves the others to the next sweep when the time is short', async () => {
    let [now, most, ended] = [0, 0, 0];

    await run(due, {
      remainingMs: () => (ended < 4 ? 30_000 : sweepReserveMs - 1),
      tendJob: async () => {
        now += 1;
        most = Math.max(most, now);
        await Promise.resolve();
        now -= 1;
        ended += 1;
        return true;
      },
    });

    expect([most, ended]).toEqual([4, 4]);
  });
});

describe('a due row among the jobs', () => {
  it('is done by what its sort key begins with', async () => {
    const kinds = { 'job#': async () => true as const, 'erasure#': async () => undefined };
    const row = (sk: string) => ({ ...hintOf('7#x'), sk });

    expect(await tendByKind(kinds, row('job#000001'))).toBe(true);
    expect(await tendByKind(kinds, row('erasure#era_1'))).toBeUndefined();
    expect(() => tendByKind(kinds, row('row'))).toThrow('row is no job that this version knows');
  });
});
