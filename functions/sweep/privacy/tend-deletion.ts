// One step of a company's deletion: as many of its rows as this invocation's time allows. Safe to cut and to repeat.
import { type CandidateId, candidateIdsOf } from '../../../shared/candidate-ids.ts';
import {
  afterDeletionPass,
  type CompanyDeletion,
  deletionIdOf,
} from '../../../shared/company-deletion.ts';
import type { FeedPlace } from '../../../shared/events-feed-table.ts';
import { atsEventOf, type KeptEvent } from '../../../shared/kept-event.ts';
import { jobLeaseMs, sweepReserveMs } from '../../../shared/limits.ts';
import type { Log } from '../../../shared/log.ts';
import type { Hint } from '../../../shared/timers-table.ts';

/** Each that deletes answers with the number of rows. */
export interface DeletionDeps {
  /** Takes a due deletion until then. Undefined where another was first. */
  claimDeletion(hint: Hint, until: Date): Promise<CompanyDeletion | undefined>;
  /** False where another writer was first. */
  putDeletion(deletion: CompanyDeletion): Promise<boolean>;
  /** Some of the company's events, in their order; strongly consistent. */
  listPlaces(companyId: number): Promise<readonly FeedPlace[]>;
  getEvent(companyId: number, eventId: string): Promise<KeptEvent | undefined>;
  deleteCandidateEvent(companyId: number, candidate: CandidateId, eventId: string): Promise<void>;
  /** Its deliveries and their attempts. */
  deleteDeliveries(companyId: number, eventId: string): Promise<number>;
  /** In every rendering. */
  deleteEvent(companyId: number, eventId: string): Promise<number>;
  deletePlace(companyId: number, place: FeedPlace): Promise<void>;
  findSubscriptionIds(companyId: number): Promise<string[]>;
  /** As an index shows them. */
  findDeliveredEvents(companyId: number, subscriptionId: string): Promise<string[]>;
  /** Health, jobs, turns: those that there is time for. */
  deleteSubscriptionState(
    companyId: number,
    subscriptionId: string,
    hasTime: () => boolean,
  ): Promise<number>;
  /** Subscriptions, claims of URLs, requests, audit: those that there is time for. */
  deleteConfiguration(companyId: number, hasTime: () => boolean): Promise<number>;
  /** Milliseconds left of this invocation. */
  remainingMs(): number;
  now(): Date;
  log: Log;
}

export const tendDeletion = async (deps: DeletionDeps, hint: Hint): Promise<true | undefined> => {
  const until = new Date(deps.now().getTime() + jobLeaseMs);
  const claimed = await deps.claimDeletion(hint, until);
  if (claimed === undefined) return undefined;
  let deletion = claimed;
  while (deletion.status === claimed.status && hasTime(deps)) {
    const next = await deleteNext(deps, deletion);
    if (!(await deps.putDeletion(next))) return undefined;
    deletion = { ...next, revision: next.revision + 1 };
  }
  if (deletion.status === claimed.status)
    await deps.putDeletion({ ...deletion, dueAt: deps.now() });
  const { companyId, status, events, rows } = deletion;
  const deletionId = deletionIdOf(companyId);
  deps.log({ event: 'deletion.stepped', deletionId, companyId, status, events, rows });
  return true;
};

const hasTime = ({ remainingMs }: DeletionDeps): boolean => remainingMs() > sweepReserveMs;

/** Some events; when there are no more, all else, which ends the pass. */
const deleteNext = async (
  deps: DeletionDeps,
  deletion: CompanyDeletion,
): Promise<CompanyDeletion> => {
  const { companyId } = deletion;
  const places = await deps.listPlaces(companyId);
  if (places.length === 0) return deleteRest(deps, deletion);
  const rows = await Promise.all(
    places.map(async (place) => {
      const gone = await deleteEvent(deps, companyId, place.eventId);
      // Last: until then, a step that is cut off comes here again.
      await deps.deletePlace(companyId, place);
      return gone + 1;
    }),
  );
  return { ...deletion, events: deletion.events + places.length, rows: deletion.rows + sum(rows) };
};

/** What leads to the event first, itself last. */
const deleteEvent = async (
  deps: DeletionDeps,
  companyId: number,
  eventId: string,
): Promise<number> => {
  const kept = await deps.getEvent(companyId, eventId);
  const event = kept && atsEventOf(kept);
  const candidates = event === undefined ? [] : candidateIdsOf(event);
  await Promise.all(
    candidates.map((candidate) => deps.deleteCandidateEvent(companyId, candidate, eventId)),
  );
  const deliveries = await deps.deleteDeliveries(companyId, eventId);
  return candidates.length + deliveries + (await deps.deleteEvent(companyId, eventId));
};

/** Tests and old deliveries, which are in no feed; then each subscription's own; the configuration last. What time ends
 *  is begun again by the next step. */
const deleteRest = async (
  deps: DeletionDeps,
  deletion: CompanyDeletion,
): Promise<CompanyDeletion> => {
  const { companyId } = deletion;
  const found = await deps.findSubscriptionIds(companyId);
  const subscriptionIds = [...new Set([...deletion.subscriptionIds, ...found])];
  // Written before anything is deleted that says them: the last pass looks under them too.
  if (subscriptionIds.length > deletion.subscriptionIds.length) {
    return { ...deletion, subscriptionIds };
  }
  const isInTime = () => hasTime(deps);
  let rows = 0;
  const soFar = () => ({ ...deletion, rows: deletion.rows + rows });
  for (const id of subscriptionIds) {
    for (const eventId of await deps.findDeliveredEvents(companyId, id)) {
      if (!isInTime()) return soFar();
      rows += await deleteEvent(deps, companyId, eventId);
    }
    rows += await deps.deleteSubscriptionState(companyId, id, isInTime);
    if (!isInTime()) return soFar();
  }
  rows += await deps.deleteConfiguration(companyId, isInTime);
  return isInTime() ? afterDeletionPass(soFar(), deps.now()) : soFar();
};

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
