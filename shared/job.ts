// A job, pure: putting many deliveries of one subscription on their way, in passes over its log that a crash may cut.
import type { Delivery } from './delivery.ts';
import {
  dayMs,
  extensionDays,
  indexLagMsMax,
  jobPerMinute,
  lateWriteMsMax,
  payloadDaysMax,
  retentionDays,
} from './limits.ts';
import type { Item } from './row.ts';

/**
 * release: what is held · recover: what was exhausted since a time · replay: the events since a time that the
 * subscription, as it is now, would have received and has no delivery of.
 */
export type JobKind = 'release' | 'recover' | 'replay';

/**
 * counting: what there is to do · running: the first pass · checking: all is on its way; a later pass looks for
 * what an index showed late · done · cancelled: by a caller, or because the subscription may not be called.
 */
export type JobStatus = 'counting' | 'running' | 'checking' | 'done' | 'cancelled';

export type CancelReason = 'asked' | 'subscription_deleted' | 'subscription_not_enabled';

export interface Job {
  readonly companyId: number;
  readonly subscriptionId: string;
  /** Of the subscription's jobs: 1, 2, … */
  readonly number: number;
  /** 16 hex digits of the request that made it: the same request makes no second one. */
  readonly tail: string;
  readonly kind: JobKind;
  /** recover and replay. */
  readonly since?: Date;
  readonly status: JobStatus;
  readonly cancelReason?: CancelReason;
  /** Deliveries; of a replay: events. Known once it is counted. */
  readonly total: number;
  readonly done: number;
  /** Deliveries put on their way. */
  readonly deliveries: number;
  /** 1, 2, … */
  readonly pass: number;
  readonly passBeganAt?: Date;
  /** Where the pass goes on. */
  readonly cursor?: Item;
  /** When the next delivery may be sent. */
  readonly nextSlotAt: Date;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly updatedAt: Date;
  /** When the sweep looks at it next; none once it is over. */
  readonly dueAt?: Date;
  readonly revision: number;
}

export type NewJob = Pick<
  Job,
  'companyId' | 'subscriptionId' | 'kind' | 'since' | 'createdBy' | 'tail'
>;

/** `before`: the subscription's latest job, whose pace it goes on with. */
export const newJob = (asked: NewJob, before: Job | undefined, now: Date): Job => ({
  ...asked,
  number: (before?.number ?? 0) + 1,
  status: 'counting',
  total: 0,
  done: 0,
  deliveries: 0,
  pass: 1,
  nextSlotAt: laterOf(now, before?.nextSlotAt),
  createdAt: now,
  updatedAt: now,
  dueAt: now,
  revision: 0,
});

/** The number finds its row; the tail tells it from one that had the number before. */
export const jobIdOf = ({ number, tail }: Pick<Job, 'number' | 'tail'>): string =>
  `job_${String(number).padStart(6, '0')}${tail}`;

export const jobIdPattern = /^job_(\d{6})([0-9a-f]{16})$/;

/** Whether it still keeps its subscription from having another. */
export const isUnderWay = ({ status }: Job): boolean =>
  status === 'counting' || status === 'running';

export const isOver = ({ status }: Job): boolean => status === 'done' || status === 'cancelled';

/** What it leaves on a delivery: one that was moved already is known again, and counted once. */
export const markOf = (job: Job): string => `${jobIdOf(job)}#${job.pass}`;

/** Whether a delivery is to be put on its way. No test is. None is twice: what failed again since is another job's. */
export const isForJob = (job: Job, delivery: Delivery): boolean => {
  if (delivery.test || delivery.job?.startsWith(jobIdOf(job))) return false;
  if (delivery.updatedAt.getTime() > job.createdAt.getTime() + lateWriteMsMax) return false;
  return job.kind === 'release'
    ? delivery.status === 'held'
    : delivery.status === 'exhausted' && delivery.updatedAt >= job.since!;
};

const slotMs = 60_000 / jobPerMinute;

/** How long before the next slot the sweep looks again, so that no minute goes by unused. */
const earlyMs = 10_000;

/** The times at which the next deliveries may be sent, evenly, up to a minute from now. */
export const slotsOf = ({ nextSlotAt }: Job, now: Date): Date[] => {
  const from = laterOf(now, nextSlotAt).getTime();
  const count = Math.max(0, Math.ceil((now.getTime() + 60_000 - from) / slotMs));
  return Array.from({ length: count }, (_, n) => new Date(from + n * slotMs));
};

export interface Moved {
  /** What the pass looked at and is done with, of what was counted. */
  readonly done: number;
  readonly deliveries: number;
  /** Where it goes on; undefined at the end of the pass. */
  readonly cursor?: Item;
  /** The slots used. */
  readonly slots: number;
}

/** Before a part of a pass: whether it sees all depends on when the pass began to look. */
export const beforePart = (job: Job, now: Date): Job => ({
  ...job,
  passBeganAt: job.passBeganAt ?? now,
});

/** After a part of a pass. Its `dueAt` stays: the step that did it goes on, or puts it off. */
export const afterPart = (job: Job, moved: Moved, now: Date): Job => {
  const { cursor: _, ...rest } = job;
  const done = job.done + moved.done;
  return {
    ...rest,
    done,
    total: Math.max(job.total, done),
    deliveries: job.deliveries + moved.deliveries,
    nextSlotAt: new Date(laterOf(now, job.nextSlotAt).getTime() + moved.slots * slotMs),
    ...(moved.cursor && { cursor: moved.cursor }),
    updatedAt: now,
  };
};

/** Puts it off until its next slot is near. */
export const untilNextSlot = (job: Job, now: Date): Job => ({
  ...job,
  dueAt: laterOf(now, new Date(job.nextSlotAt.getTime() - earlyMs)),
});

/** After the end of a pass. One that began late enough has seen all there was, whatever the indexes lag. */
export const afterPass = (job: Job, now: Date): Job => {
  const { cursor: _, passBeganAt = now, ...rest } = job;
  const seesAllAt = new Date(job.createdAt.getTime() + indexLagMsMax);
  if (passBeganAt >= seesAllAt) return ended({ ...job, total: job.done }, 'done', now);
  return {
    ...rest,
    status: 'checking',
    pass: job.pass + 1,
    total: job.done,
    dueAt: laterOf(seesAllAt, now),
    updatedAt: now,
  };
};

/** A job that is over stays as it is; one that has all on its way is done. */
export const cancelled = (job: Job, cancelReason: CancelReason, now: Date): Job => {
  if (isOver(job)) return job;
  if (!isUnderWay(job)) return ended(job, 'done', now);
  return { ...ended(job, 'cancelled', now), cancelReason };
};

const ended = (job: Job, status: 'done' | 'cancelled', now: Date): Job => {
  const { cursor: _cursor, dueAt: _dueAt, ...rest } = job;
  return { ...rest, status, updatedAt: now };
};

/** Until when a payload stored then is kept once a job sends it; undefined where its usual time is enough. */
export const extendedUntil = (storedAt: Date, now: Date): Date | undefined => {
  const stored = storedAt.getTime();
  const until = Math.min(now.getTime() + extensionDays * dayMs, stored + payloadDaysMax * dayMs);
  return until > stored + retentionDays * dayMs ? new Date(until) : undefined;
};

const laterOf = (one: Date, other: Date = one): Date => (one > other ? one : other);
