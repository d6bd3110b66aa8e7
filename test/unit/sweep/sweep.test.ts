// The sweep: what it claims and sends, what it tells of exhausted deliveries, and what a fault of one row costs the others.
import { describe, expect, it } from 'vitest';
import type { SweepDeps } from '../../../functions/sweep/sweep.ts';
import type { OperationalEvent } from '../../../shared/operational-events.ts';
import { noticeShard } from '../../../shared/timers-table.ts';
import { deliveryOf, hintOf, later, run } from './sweep-setup.ts';

describe('the sweep', () => {
  it('claims each due delivery for a quarter of an hour and asks for its next attempt', async () => {
    const claims: [string, Date][] = [];
    const claimDue: SweepDeps['claimDue'] = async ({ pk }, until) => {
      claims.push([pk, until]);
      return deliveryOf(pk);
    };

    const { sent } = await run({ '0': ['a'], '9': ['b'] }, { claimDue });

    expect(claims.sort()).toEqual([
      ['a', later(900)],
      ['b', later(900)],
    ]);
    expect(sent.map(({ body }) => JSON.parse(body).attempt)).toEqual([3, 3]);
  });

  it('sends nothing for a row that another sweep took', async () => {
    const { events } = await run(
      { '0': ['a', 'taken'] },
      {
        claimDue: async ({ pk }) => (pk === 'taken' ? undefined : deliveryOf(pk)),
      },
    );

    expect(events).toEqual(['a']);
  });

  it('ends the timer of a row that waits no more', async () => {
    const { events, cleared } = await run(
      { '0': ['a'] },
      {
        claimDue: async ({ pk }) => deliveryOf(pk, { status: 'erased' }),
      },
    );

    expect(events).toEqual([]);
    expect(cleared).toEqual(['a']);
  });

  it('goes on past a row that cannot be claimed', async () => {
    const { events, lines } = await run(
      { '0': ['corrupt', 'a'] },
      {
        claimDue: async ({ pk }) => {
          if (pk === 'corrupt') throw new Error('not a row of this version');
          return deliveryOf(pk);
        },
      },
    );

    expect(events).toEqual(['a']);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'sweep.row-fault', pk: 'corrupt' }),
    );
  });

  it('goes on with the other shards past one that cannot be read', async () => {
    const { events, done } = await run(
      { '1': ['a'] },
      {
        findDue: async (shard) => {
          if (shard === '0') throw new Error('throttled');
          return { hints: shard === '1' ? [hintOf('a')] : [] };
        },
      },
    );

    expect(events).toEqual(['a']);
    expect(done).toMatchObject({ event: 'sweep.done', faults: 1, oldestDueMs: 5_000 });
  });

  it('announces an exhausted delivery with an id of its own, and clears only what the bus took', async () => {
    const exhausted = (pk: string) => deliveryOf(pk, { status: 'exhausted', attempts: 10 });

    const all: OperationalEvent[] = [];
    const publish: SweepDeps['publish'] = async (events) => {
      all.push(...events);
      return events.slice(1);
    };
    const claimDue: SweepDeps['claimDue'] = async ({ pk }) => exhausted(pk);
    const twice = [1, 2].map(() => run({ [noticeShard]: ['a', 'b'] }, { claimDue, publish }));

    const [{ cleared }] = await Promise.all(twice as [(typeof twice)[0]]);

    expect(all).toMatchObject(
      ['a', 'b', 'a', 'b'].map((event_id) => ({ data: { event_id, attempts: 10 } })),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(2);
    expect(cleared).toEqual(['a']);
  });
});
