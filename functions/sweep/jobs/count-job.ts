// What a job has before it: counted once, so that a caller sees how far it is.
import type { Job } from '../../../shared/job.ts';
import { sweepReserveMs } from '../../../shared/limits.ts';
import { belongsTo, type MoveDeps } from './move-deliveries.ts';

export interface CountDeps extends MoveDeps {
  /** Events of a company that arrived from `since` on and before `before`. */
  countEvents(companyId: number, since: Date, before: Date): Promise<number>;
  /** False where another writer was first: it was cancelled, or another sweep is at it. */
  putJob(job: Job): Promise<boolean>;
  /** Milliseconds left of this invocation. */
  remainingMs(): number;
  now(): Date;
}

/** The job, ready to run; or as far as time allowed, to be gone on with. Undefined where another writer was first. */
export const countJob = async (deps: CountDeps, job: Job): Promise<Job | undefined> => {
  const counted =
    job.kind === 'replay'
      ? readyToRun(job, await deps.countEvents(job.companyId, job.since!, job.createdAt))
      : await countDeliveries(deps, job);
  if (!(await deps.putJob(counted))) return undefined;
  return { ...counted, revision: counted.revision + 1 };
};

const countDeliveries = async (deps: CountDeps, job: Job): Promise<Job> => {
  let counting = job;
  while (deps.remainingMs() > sweepReserveMs) {
    const { deliveries, next } = await deps.listJobDeliveries(counting);
    const found = deliveries.filter((delivery) => belongsTo(job, delivery)).length;
    if (next === undefined) return readyToRun(counting, counting.total + found);
    counting = { ...counting, total: counting.total + found, cursor: next };
  }
  return { ...counting, dueAt: deps.now() };
};

const readyToRun = (job: Job, total: number): Job => {
  const { cursor: _, ...rest } = job;
  return { ...rest, total, status: 'running' };
};
