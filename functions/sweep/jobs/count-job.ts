// What a job has before it: counted once, so that a caller sees how far it is.
import type { CountedArrivals } from '../../../shared/events-feed-table.ts';
import type { Job } from '../../../shared/job.ts';
import { sweepReserveMs } from '../../../shared/limits.ts';
import { belongsTo, type MoveDeps } from './move-deliveries.ts';

export interface CountDeps extends MoveDeps {
  /** Of a replay: some of the events that it is about, from the job's cursor on. */
  countEvents(job: Job): Promise<CountedArrivals>;
  /** False where another writer was first: it was cancelled, or another sweep is at it. */
  putJob(job: Job): Promise<boolean>;
  /** Milliseconds left of this invocation. */
  remainingMs(): number;
  now(): Date;
}

/** The job, ready to run; or as far as time allowed, to be gone on with. Undefined where another writer was first. */
export const countJob = async (deps: CountDeps, job: Job): Promise<Job | undefined> => {
  const counted = await countInTime(deps, job);
  if (!(await deps.putJob(counted))) return undefined;
  return { ...counted, revision: counted.revision + 1 };
};

const countInTime = async (deps: CountDeps, job: Job): Promise<Job> => {
  let counting = job;
  while (deps.remainingMs() > sweepReserveMs) {
    const { count, next } = await countPart(deps, counting);
    const total = counting.total + count;
    if (next === undefined) return readyToRun(counting, total);
    counting = { ...counting, total, cursor: next };
  }
  return { ...counting, dueAt: deps.now() };
};

const countPart = async (deps: CountDeps, job: Job): Promise<CountedArrivals> => {
  if (job.kind === 'replay') return deps.countEvents(job);
  const { deliveries, next } = await deps.listJobDeliveries(job);
  const count = deliveries.filter((delivery) => belongsTo(job, delivery)).length;
  return { count, ...(next && { next }) };
};

const readyToRun = (job: Job, total: number): Job => {
  const { cursor: _, ...rest } = job;
  return { ...rest, total, status: 'running' };
};
