// What the indexes of due rows show of the model's stores.
import type { Health } from '../../shared/health.ts';
import { deliveryShards, type Hint } from '../../shared/timers-table.ts';
import type { Row } from './world.ts';

/** One shard is enough for the model; an exhausted row is a notice. */
export const shardOf = (row: Row): string =>
  row.status === 'exhausted' ? 'notice' : deliveryShards[0]!;

export const emptyShards = new Set(deliveryShards.slice(1));

export const wakeOf = ({ notices, circuit }: Health): Date | undefined =>
  [notices[0]?.at, circuit.tendAt]
    .filter((at) => at !== undefined)
    .sort((one, other) => one.getTime() - other.getTime())[0];

export const hintsOf = (
  rows: readonly [string, Date | undefined][],
  before: Date,
  limit: number,
): Hint[] =>
  rows
    .flatMap(([pk, at]) => (at && at <= before ? [{ pk, sk: '', at: at.toISOString() }] : []))
    .sort((one, other) => one.at.localeCompare(other.at))
    .slice(0, limit);
