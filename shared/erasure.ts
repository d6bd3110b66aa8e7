// An erasure, pure: one candidate of one company, in two passes, and the proof that remains of it.
import { createHash } from 'node:crypto';
import type { CandidateId } from './candidate-ids.ts';
import {
  archiveDays,
  dayMs,
  deadLetterDays,
  ingressQueueDays,
  lateWriteMsMax,
  pointInTimeRecoveryDays,
  tombstoneDays,
} from './limits.ts';
import type { Item } from './row.ts';

/**
 * running: what is stored is being erased · settling: it is; a last pass looks for what workers wrote that had
 * read before the erasure began · done.
 */
export type ErasureStatus = 'running' | 'settling' | 'done';

export interface Erasure {
  readonly companyId: number;
  /** The one that was asked for first, then those that its events showed to be the same candidate's. */
  readonly candidateIds: readonly CandidateId[];
  readonly status: ErasureStatus;
  /** Where the pass goes on: which of the ids, and where in its events. */
  readonly position: { readonly id: number; readonly start?: Item };
  readonly erased: ErasedCounts;
  readonly requestedAt: Date;
  readonly requestedBy: string;
  readonly completedAt?: Date;
  /** When the sweep looks at it next; none once it is done. */
  readonly dueAt?: Date;
  readonly revision: number;
}

export interface ErasedCounts {
  /** Payloads: an event may have been kept in several renderings. */
  readonly payloads: number;
  readonly deliveries: number;
  readonly failureBodies: number;
}

/** Of the candidate: asked for twice, it is the same erasure. */
export const erasureIdOf = (companyId: number, candidate: CandidateId): string =>
  `era_${createHash('sha256').update(`${companyId}#${candidate}`).digest('hex').slice(0, 24)}`;

export const erasureIdPattern = /^era_[0-9a-f]{24}$/;

/** Asked for again, one that is done begins anew and goes on counting; one that is not stays as it is. */
export const askedAgain = (
  known: Erasure | undefined,
  asked: Pick<Erasure, 'companyId' | 'requestedBy'> & { readonly candidate: CandidateId },
  now: Date,
): Erasure => {
  if (known !== undefined && known.status !== 'done') return known;
  const { candidate, ...rest } = asked;
  return {
    ...rest,
    candidateIds: known?.candidateIds ?? [candidate],
    status: 'running',
    position: { id: 0 },
    erased: known?.erased ?? { payloads: 0, deliveries: 0, failureBodies: 0 },
    requestedAt: known?.requestedAt ?? now,
    dueAt: now,
    revision: known?.revision ?? 0,
  };
};

/** After a page of one id's events. @param start where that id's events go on; undefined at their end */
export const afterErasedPage = (
  erasure: Erasure,
  page: { readonly counts: ErasedCounts; readonly otherIds: readonly CandidateId[] },
  start: Item | undefined,
): Erasure => ({
  ...erasure,
  candidateIds: [...new Set([...erasure.candidateIds, ...page.otherIds])],
  position: start ? { id: erasure.position.id, start } : { id: erasure.position.id + 1 },
  erased: {
    payloads: erasure.erased.payloads + page.counts.payloads,
    deliveries: erasure.erased.deliveries + page.counts.deliveries,
    failureBodies: erasure.erased.failureBodies + page.counts.failureBodies,
  },
});

export const isPassOver = ({ position, candidateIds }: Erasure): boolean =>
  position.id >= candidateIds.length;

export const afterErasurePass = (erasure: Erasure, now: Date): Erasure => {
  const { dueAt: _, ...rest } = erasure;
  return erasure.status === 'running'
    ? {
        ...rest,
        status: 'settling',
        position: { id: 0 },
        dueAt: new Date(now.getTime() + lateWriteMsMax),
      }
    : { ...rest, status: 'done', completedAt: now };
};

export interface Remainder {
  readonly where: string;
  readonly what: string;
  /** Null: it is not ours to say, or to end. */
  readonly until: Date | null;
}

/** What an erasure, or the deletion of a company, cannot reach, and until when that is there. */
export const remaindersOf = (
  { requestedAt, completedAt }: Pick<Erasure, 'requestedAt' | 'completedAt'>,
  now: Date,
): Remainder[] => {
  const asked = (days: number) => new Date(requestedAt.getTime() + days * dayMs);
  const erased = (days: number) => new Date((completedAt ?? now).getTime() + days * dayMs);
  return [
    {
      where: 'event_bus_archive',
      what: `Events as the ATS published them. Replayed, they are dropped. What comes later stays ${archiveDays} days from then.`,
      until: asked(archiveDays),
    },
    {
      where: 'point_in_time_recovery',
      what: 'Earlier states of the tables. Restored from, they must be erased again.',
      until: erased(pointInTimeRecoveryDays),
    },
    {
      where: 'ingress_queues',
      what: 'Events that fan-out has not taken yet. Taken, they are dropped.',
      until: asked(ingressQueueDays),
    },
    {
      where: 'dead_letters',
      what: 'Events that fan-out could not take, and unrouted ones. Redriven, they are dropped; one that nobody can read is kept as long again.',
      // One that waited until its queue let it go begins its time anew when it is buried.
      until: asked(ingressQueueDays + deadLetterDays),
    },
    {
      where: 'receivers',
      what: 'What was delivered before. It is the receiving software that has to erase it.',
      until: null,
    },
    {
      where: 'tombstone',
      what: 'Ids of who was erased, so that what comes back is dropped. No payload.',
      until: erased(tombstoneDays),
    },
  ];
};
