// One step of a job: as much as a minute's pace and this invocation's time allow. Safe to cut, to repeat, to run twice.
import {
  afterPart,
  afterPass,
  beforePart,
  type CancelReason,
  cancelled,
  type Job,
  jobIdOf,
  slotsOf,
  untilNextSlot,
} from '../../../shared/job.ts';
import { sweepReserveMs } from '../../../shared/limits.ts';
import type { Log } from '../../../shared/log.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { type CountDeps, countJob } from './count-job.ts';
import { moveDeliveries } from './move-deliveries.ts';
import { type ReplayDeps, replayEvents } from './replay-events.ts';

export interface JobDeps extends CountDeps, ReplayDeps {
  /** Strongly consistent; undefined where it is deleted. */
  getSubscription(companyId: number, subscriptionId: string): Promise<Subscription | undefined>;
  /** Whether an emergency stop of the company, or of everything, stands. */
  isStopped(companyId: number): Promise<boolean>;
  /** To the slow lane. Returns what the queue did not take: the sweep will send it when its lease is over. */
  enqueue(messages: QueueMessage[]): Promise<QueueMessage[]>;
  log: Log;
}

/** @param claimed the job as its claim left it: nobody else's until its `dueAt` */
export const runJob = async (deps: JobDeps, claimed: Job): Promise<void> => {
  const startedAt = deps.now();
  const job = await step(deps, claimed);
  deps.log({
    event: 'job.stepped',
    jobId: jobIdOf(job),
    companyId: job.companyId,
    subscriptionId: job.subscriptionId,
    kind: job.kind,
    status: job.status,
    total: job.total,
    done: job.done,
    deliveries: job.deliveries,
    durationMs: deps.now().getTime() - startedAt.getTime(),
  });
};

const step = async (deps: JobDeps, claimed: Job): Promise<Job> => {
  const subscription = await deps.getSubscription(claimed.companyId, claimed.subscriptionId);
  const refusal = refusalOf(subscription);
  if (subscription === undefined || refusal !== undefined) {
    const job = cancelled(claimed, refusal ?? 'subscription_deleted', deps.now());
    await deps.putJob(job);
    return job;
  }
  if (await deps.isStopped(claimed.companyId)) return claimed;
  let job: Job | undefined = claimed;
  if (job.status === 'counting') job = await countJob(deps, job);
  let goesOn = job?.status === 'running' || job?.status === 'checking';
  while (job !== undefined && goesOn) {
    const part: Stepped = await runPart(deps, job, subscription);
    if (!(await deps.putJob(part.job))) return part.job;
    job = { ...part.job, revision: part.job.revision + 1 };
    goesOn = part.goesOn;
  }
  return job ?? claimed;
};

interface Stepped {
  readonly job: Job;
  /** There is time, and pace, for another part. */
  readonly goesOn: boolean;
}

/** Deliveries of any other would be held, or cancelled, as soon as they are met. */
const refusalOf = (subscription: Subscription | undefined): CancelReason | undefined => {
  if (subscription === undefined) return 'subscription_deleted';
  return subscription.status === 'enabled' ? undefined : 'subscription_not_enabled';
};

/** Moves, sends, and gives the state to be written: cut in between, the next step finds what was moved. */
const runPart = async (
  deps: JobDeps,
  claimed: Job,
  subscription: Subscription,
): Promise<Stepped> => {
  const job = beforePart(claimed, deps.now());
  const slots = slotsOf(job, deps.now());
  if (slots.length === 0) return { job: untilNextSlot(job, deps.now()), goesOn: false };
  const part =
    job.kind === 'replay'
      ? await replayEvents(deps, job, subscription, slots)
      : await moveDeliveries(deps, job, slots);
  const left = await deps.enqueue(part.messages);
  if (left.length > 0) deps.log({ event: 'sweep.left', messages: left.length });
  if (part.fault !== undefined) throw part.fault;
  const now = deps.now();
  const next = afterPart(job, part, now);
  if (part.cursor === undefined) return { job: afterPass(next, now), goesOn: false };
  const goesOn = part.slots < slots.length && deps.remainingMs() > sweepReserveMs;
  return { job: goesOn ? next : untilNextSlot(next, now), goesOn };
};
