// Every minute: looks at every timer that is due, and moves on what it finds. Safe to run twice, or at once.
import {
  lateTimerMs,
  sweepPageRows,
  sweepReserveMs,
  sweepRowsPerShardMax,
} from '../../shared/limits.ts';
import { errorFields } from '../../shared/log.ts';
import type { Item } from '../../shared/row.ts';
import {
  deliveryShards,
  type Hint,
  type HintPage,
  healthShard,
  jobShard,
  noticeShard,
} from '../../shared/timers-table.ts';
import { type AnnounceDeps, announceExhausted } from './announce-exhausted.ts';
import { eachInTurns } from './each-guarded.ts';
import { type DueDeps, enqueueDue } from './enqueue-due.ts';
import { type TendDeps, tendHealth } from './tend-health.ts';

export interface SweepDeps extends DueDeps, AnnounceDeps, TendDeps {
  findDue(shard: string, now: Date, limit: number, start?: Item): Promise<HintPage>;
  /** Whether a job erases something. */
  erases(hint: Hint): boolean;
  /** Does a step of a job. Undefined where another sweep is at it. */
  tendJob(hint: Hint, remainingMs: () => number): Promise<true | undefined>;
}

/** What one kind of timer asks for. It answers with the number of rows that it moved on. */
type Work = (deps: SweepDeps, hints: readonly Hint[]) => Promise<number>;

/** Rows left over, by a limit or a fault, are found by the next sweep: claimed ones have moved out of the way. */
export const sweep = async (deps: SweepDeps): Promise<void> => {
  const startedAt = deps.now();
  const works: [string, Work][] = [
    ...deliveryShards.map((shard): [string, Work] => [shard, enqueueDue]),
    [healthShard, tendHealth],
    [noticeShard, announceExhausted],
    [jobShard, tendJobs],
  ];
  const swept = await Promise.all(works.map(([shard, work]) => sweepShard(deps, shard, work)));
  const oldestDueMs = Math.max(0, ...swept.filter(isOfDeliveries).map(({ lateMs }) => lateMs));
  deps.metrics.keepMax('OldestDueAge', oldestDueMs / 1000);
  for (const each of swept) if (!isOfDeliveries(each)) reportLate(deps, each);
  deps.log({
    event: 'sweep.done',
    moved: swept.reduce((sum, { moved }) => sum + moved, 0),
    faults: swept.filter(({ faulty }) => faulty).length,
    oldestDueMs,
    durationMs: deps.now().getTime() - startedAt.getTime(),
  });
};

/** What erases comes first: nothing of it shall be sent by a job that was asked for later. */
const tendJobs: Work = async (deps, hints) => {
  const erasing = hints.filter((hint) => deps.erases(hint));
  const others = hints.filter((hint) => !deps.erases(hint));
  return (await tendInTurns(deps, erasing)) + (await tendInTurns(deps, others));
};

const tendInTurns: Work = (deps, hints) =>
  eachInTurns(deps, hints, jobTurn, (hint) => deps.tendJob(hint, deps.remainingMs));

/** Each may write hundreds of rows: all at once they would not end in time. */
const jobTurn = { atOnce: 4, reserveMs: sweepReserveMs };

interface Swept {
  readonly shard: string;
  readonly moved: number;
  readonly faulty: boolean;
  /** By how much its oldest row was overdue; 0 where nothing was due. */
  readonly lateMs: number;
}

const isOfDeliveries = ({ shard }: Swept): boolean => deliveryShards.includes(shard);

/** No sweep came to a circuit, a notice or a job for so long: each has its timer set anew when one does. */
const reportLate = ({ metrics, log }: SweepDeps, { shard, lateMs }: Swept): void => {
  if (lateMs < lateTimerMs) return;
  metrics.count('SweepErrors');
  log({ event: 'sweep.late', shard, lateMs });
};

/** A fault ends this shard's turn, and no other's. */
const sweepShard = async (deps: SweepDeps, shard: string, work: Work): Promise<Swept> => {
  const startedAt = deps.now().getTime();
  let [seen, moved] = [0, 0];
  let oldestAt: number | undefined;
  const swept = (faulty: boolean): Swept => {
    return { shard, moved, faulty, lateMs: startedAt - (oldestAt ?? startedAt) };
  };
  try {
    let page: HintPage | undefined;
    do {
      if (seen >= sweepRowsPerShardMax || deps.remainingMs() < sweepReserveMs) break;
      page = await deps.findDue(shard, deps.now(), sweepPageRows, page?.next);
      oldestAt ??= page.hints[0] && Date.parse(page.hints[0].at);
      seen += page.hints.length;
      moved += await work(deps, page.hints);
    } while (page.next !== undefined);
    return swept(false);
  } catch (error) {
    deps.metrics.count('SweepErrors');
    deps.log({ event: 'sweep.fault', shard, ...errorFields(error) });
    return swept(true);
  }
};
