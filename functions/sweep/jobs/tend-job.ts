// A job that is due: claimed for a lease, then a step of it done.
import type { Job } from '../../../shared/job.ts';
import { jobLeaseMs } from '../../../shared/limits.ts';
import type { Hint } from '../../../shared/timers-table.ts';
import { type JobDeps, runJob } from './run-job.ts';

export interface TendJobDeps extends JobDeps {
  /** Takes a due job until then. Undefined where another was first. */
  claimJob(hint: Hint, until: Date): Promise<Job | undefined>;
}

/** A step that is cut off is done again when the lease is over. */
export const tendJob = async (deps: TendJobDeps, hint: Hint): Promise<true | undefined> => {
  const job = await deps.claimJob(hint, new Date(deps.now().getTime() + jobLeaseMs));
  if (job === undefined) return undefined;
  await runJob(deps, job);
  return true;
};
