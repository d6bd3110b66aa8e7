// Beginning and cancelling a job: one at a time for each subscription, held by the number in its key.
import {
  cancelled,
  isUnderWay,
  type Job,
  jobIdOf,
  type NewJob,
  newJob,
} from '../../../shared/job.ts';
import type { JobPage } from '../../../shared/jobs-table.ts';
import { requestConflictsMax } from '../../../shared/limits.ts';
import { untilWritten } from '../../../shared/retry-conflicts.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { notFound, notPossibleNow } from '../problem.ts';

export interface JobDeps {
  getSubscription(companyId: number, id: string): Promise<Subscription | undefined>;
  /** False where another writer was first; of a new one, where another job took its number. */
  putJob(job: Job): Promise<boolean>;
  getJob(companyId: number, subscriptionId: string, jobId: string): Promise<Job | undefined>;
  /** The latest first; `below`: only those with a smaller number. */
  listJobs(
    companyId: number,
    subscriptionId: string,
    page: { limit: number; below?: number },
  ): Promise<JobPage>;
  now(): Date;
}

export type AskedJob = Omit<NewJob, 'tail'> & {
  /** 64 hex digits. A job that was made from the same ones is this request's own. */
  readonly seed: string;
};

/** @throws ProblemError not-found · not-possible-now, where the subscription is not enabled or has a job under way */
export const startJob = async (deps: JobDeps, { seed, ...asked }: AskedJob): Promise<Job> => {
  const { companyId, subscriptionId } = asked;
  const subscription = await deps.getSubscription(companyId, subscriptionId);
  if (subscription === undefined) throw notFound('subscription');
  const tail = seed.slice(0, 16);
  return untilWritten(requestConflictsMax, "the subscription's jobs", async () => {
    const latest = (await deps.listJobs(companyId, subscriptionId, { limit: 1 })).jobs[0];
    if (latest?.tail === tail) return latest;
    if (subscription.status !== 'enabled') {
      throw notPossibleNow(
        `The subscription is ${subscription.status}.`,
        'What a job put on its way would be held again. Enable it first.',
      );
    }
    if (latest !== undefined && isUnderWay(latest)) {
      throw notPossibleNow(
        'A job of this subscription is under way.',
        `${jobIdOf(latest)} is ${latest.status}. Wait for it, or cancel it.`,
      );
    }
    const job = newJob({ ...asked, tail }, latest, deps.now());
    return (await deps.putJob(job)) && job;
  });
};

/** What is on its way stays so. @throws ProblemError not-found · not-possible-now for one that is done */
export const cancelJob = (
  deps: JobDeps,
  companyId: number,
  subscriptionId: string,
  jobId: string,
): Promise<Job> =>
  untilWritten(requestConflictsMax, 'the job', async () => {
    const job = await deps.getJob(companyId, subscriptionId, jobId);
    if (job === undefined) throw notFound('job');
    if (job.status === 'cancelled') return job;
    if (!isUnderWay(job)) throw notPossibleNow('The job is done.');
    const ended = cancelled(job, 'asked', deps.now());
    return (await deps.putJob(ended)) && ended;
  });
