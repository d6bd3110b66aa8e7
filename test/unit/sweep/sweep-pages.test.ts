// How the sweep goes through more than one page of a shard, and more than one sweep of a backlog.
import { describe, expect, it } from 'vitest';
import type { SweepDeps } from '../../../functions/sweep/sweep.ts';
import { sweepRowsPerShardMax } from '../../../shared/limits.ts';
import { deliveryOf, hintOf, run } from './sweep-setup.ts';

/** A shard of so many due rows, as its table pages it: a page begins behind its cursor, and a claimed row is not due. */
const shardOf = (count: number) => {
  const due = Array.from({ length: count }, (_, n) => `row${n}`);
  const claimed = new Set<string>();
  const findDue: SweepDeps['findDue'] = async (shard, _now, limit, start) => {
    if (shard !== '0') return { hints: [] };
    const from = start === undefined ? 0 : due.indexOf(start.pk!.S!) + 1;
    // As an index lags: a sweep that began at the front again would find the rows that it has just claimed.
    const page = due.slice(from, from + limit);
    const isLast = from + limit >= due.length;
    return { hints: page.map(hintOf), ...(!isLast && { next: { pk: { S: page.at(-1)! } } }) };
  };
  const claimDue: SweepDeps['claimDue'] = async ({ pk }) => {
    if (claimed.has(pk)) return undefined;
    claimed.add(pk);
    return deliveryOf(pk);
  };
  /** The index has caught up: what is claimed is no longer due. */
  const catchUp = () => void due.splice(0, due.length, ...due.filter((row) => !claimed.has(row)));
  return { ports: { findDue, claimDue }, catchUp };
};

const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `row${from + n}`);

describe('the sweep', () => {
  it('begins each page behind the one before', async () => {
    const { ports } = shardOf(250);

    const { events } = await run({}, ports);

    expect(events).toEqual(names(0, 250));
  });

  it('takes what the sweep before it left, where that stopped', async () => {
    const { ports, catchUp } = shardOf(sweepRowsPerShardMax + 120);

    const first = await run({}, ports);
    catchUp();
    const second = await run({}, ports);

    expect(first.events).toEqual(names(0, sweepRowsPerShardMax));
    expect(second.events).toEqual(names(sweepRowsPerShardMax, sweepRowsPerShardMax + 120));
  });

  it('takes what one that ran out of time left, too', async () => {
    const { ports, catchUp } = shardOf(250);
    let looks = 0;

    const first = await run({}, { ...ports, remainingMs: () => 30_000 - 2_000 * looks++ });
    catchUp();
    const second = await run({}, ports);

    expect(first.events.length).toBeLessThan(250);
    expect([...first.events, ...second.events]).toEqual(names(0, 250));
  });

  it('pages on, but takes no more than its share of a shard, and stops before its time is over', async () => {
    let [pages, remaining] = [0, 30_000];
    const findDue: SweepDeps['findDue'] = async (shard, _now, limit) => {
      if (shard !== '0') return { hints: [] };
      pages += 1;
      return { hints: Array.from({ length: limit }, (_, n) => hintOf(`${pages}-${n}`)), next: {} };
    };

    const unhurried = await run({}, { findDue });
    const hurried = await run({}, { findDue, remainingMs: () => (remaining -= 3_000) });

    expect(unhurried.events).toHaveLength(1_000);
    expect(hurried.events.length).toBeLessThan(1_000);
  });
});
