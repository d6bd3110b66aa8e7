// Jobs in memory, as their table keeps them: a number once, a state over the one it was made from.
import type { JobDeps } from '../../functions/admin/jobs/start-job.ts';
import { type Job, jobIdOf } from '../../shared/job.ts';

export const createMemoryJobs = (): Pick<JobDeps, 'putJob' | 'getJob' | 'listJobs'> => {
  const rows = new Map<string, Job>();
  const keyOf = ({ companyId, subscriptionId, number }: Job) =>
    `${companyId}/${subscriptionId}/${number}`;
  const of = (companyId: number, subscriptionId: string) =>
    [...rows.values()].filter(
      (job) => job.companyId === companyId && job.subscriptionId === subscriptionId,
    );
  return {
    putJob: async (job) => {
      if ((rows.get(keyOf(job))?.revision ?? 0) !== job.revision) return false;
      rows.set(keyOf(job), { ...job, revision: job.revision + 1 });
      return true;
    },
    getJob: async (companyId, subscriptionId, jobId) =>
      of(companyId, subscriptionId).find((job) => jobIdOf(job) === jobId),
    listJobs: async (companyId, subscriptionId, { limit, below = Number.POSITIVE_INFINITY }) => {
      const before = of(companyId, subscriptionId)
        .filter(({ number }) => number < below)
        .toSorted((one, other) => other.number - one.number);
      const last = before[limit - 1];
      return {
        jobs: before.slice(0, limit),
        ...(before.length > limit && last && { below: last.number }),
      };
    },
  };
};
