// One step of an erasure: as many of a candidate's events as this invocation's time allows. Safe to cut and to repeat.
import { type CandidateId, candidateIdsOf } from '../../../shared/candidate-ids.ts';
import type { CandidateEvent, CandidateEventPage } from '../../../shared/candidates-table.ts';
import type { ErasedDeliveries } from '../../../shared/erase-event-table.ts';
import {
  afterErasedPage,
  afterErasurePass,
  type ErasedCounts,
  type Erasure,
  erasureIdOf,
  isPassOver,
} from '../../../shared/erasure.ts';
import { atsEventOf, type KeptEvent } from '../../../shared/kept-event.ts';
import { jobLeaseMs, sweepReserveMs } from '../../../shared/limits.ts';
import type { Log } from '../../../shared/log.ts';
import type { Item } from '../../../shared/row.ts';
import type { Hint } from '../../../shared/timers-table.ts';

export interface ErasureDeps {
  /** Takes a due erasure until then. Undefined where another was first. */
  claimErasure(hint: Hint, until: Date): Promise<Erasure | undefined>;
  /** False where another writer was first. */
  putErasure(erasure: Erasure): Promise<boolean>;
  putTombstone(companyId: number, candidate: CandidateId): Promise<void>;
  /** Strongly consistent. */
  listCandidateEvents(
    companyId: number,
    candidate: CandidateId,
    start: Item | undefined,
  ): Promise<CandidateEventPage>;
  /** Strongly consistent; undefined where it has passed its time, or is not stored yet. */
  getEvent(companyId: number, eventId: string): Promise<KeptEvent | undefined>;
  /** Answers with how many payloads there were. */
  erasePayload(companyId: number, eventId: string): Promise<number>;
  eraseDeliveries(companyId: number, eventId: string): Promise<ErasedDeliveries>;
  /** Milliseconds left of this invocation. */
  remainingMs(): number;
  now(): Date;
  log: Log;
}

export const tendErasure = async (deps: ErasureDeps, hint: Hint): Promise<true | undefined> => {
  const until = new Date(deps.now().getTime() + jobLeaseMs);
  const claimed = await deps.claimErasure(hint, until);
  if (claimed === undefined) return undefined;
  let erasure = claimed;
  // One pass at most: the last one comes when whoever read before the erasure began has ended.
  while (erasure.status === claimed.status && deps.remainingMs() > sweepReserveMs) {
    const next = await eraseNext(deps, erasure);
    if (!(await deps.putErasure(next))) return undefined;
    erasure = { ...next, revision: next.revision + 1 };
  }
  const isCutShort = erasure.status === claimed.status;
  if (isCutShort) await deps.putErasure({ ...erasure, dueAt: deps.now() });
  const { companyId, candidateIds, status, erased } = erasure;
  const erasureId = erasureIdOf(companyId, candidateIds[0]!);
  deps.log({ event: 'erasure.stepped', erasureId, companyId, status, ...erased });
  return true;
};

/** A page of one id's events, or the end of the pass. */
const eraseNext = async (deps: ErasureDeps, erasure: Erasure): Promise<Erasure> => {
  if (isPassOver(erasure)) return afterErasurePass(erasure, deps.now());
  const { companyId, position } = erasure;
  const candidate = erasure.candidateIds[position.id]!;
  // Before its events are looked for: fan-out, which stores first and looks for this then, drops what comes behind.
  await deps.putTombstone(companyId, candidate);
  const { events, next } = await deps.listCandidateEvents(companyId, candidate, position.start);
  const erased = await Promise.all(
    events.map((event) => eraseEvent(deps, companyId, candidate, event)),
  );
  const otherIds = erased.flatMap(({ otherIds }) => otherIds);
  return afterErasedPage(erasure, { counts: sumOf(erased), otherIds }, next);
};

interface ErasedEvent extends ErasedCounts {
  readonly otherIds: readonly CandidateId[];
}

const nothing: ErasedEvent = { payloads: 0, deliveries: 0, failureBodies: 0, otherIds: [] };

/** Where an id was used twice, the row that led here was another event's: then it is not this candidate's to erase. */
const eraseEvent = async (
  deps: ErasureDeps,
  companyId: number,
  candidate: CandidateId,
  { eventId, otherIds }: CandidateEvent,
): Promise<ErasedEvent> => {
  const kept = await deps.getEvent(companyId, eventId);
  const event = kept && atsEventOf(kept);
  if (event !== undefined && !candidateIdsOf(event).includes(candidate)) return nothing;
  const payloads = await deps.erasePayload(companyId, eventId);
  return { payloads, ...(await deps.eraseDeliveries(companyId, eventId)), otherIds };
};

const sumOf = (erased: readonly ErasedCounts[]): ErasedCounts =>
  erased.reduce(
    (sum, one) => ({
      payloads: sum.payloads + one.payloads,
      deliveries: sum.deliveries + one.deliveries,
      failureBodies: sum.failureBodies + one.failureBodies,
    }),
    nothing,
  );
