// What is kept of a candidate, for the candidate: their events with every delivery of them, page by page.
import type { FailedAttempt } from '../../../shared/attempts-table.ts';
import type { CandidateId } from '../../../shared/candidate-ids.ts';
import type { CandidateEventPage } from '../../../shared/candidates-table.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import { pageBytesMax, pageItemsMax } from '../../../shared/limits.ts';
import type { Item } from '../../../shared/row.ts';
import type { KeptEvent } from '../../../shared/stored-event.ts';
import { attemptsShownMax, deliveryToDetailJson } from '../log/delivery-json.ts';
import { callbackOf } from '../log/event-json.ts';

export interface ExportDeps {
  /** Strongly consistent. */
  listCandidateEvents(
    companyId: number,
    candidate: CandidateId,
    start: Item | undefined,
  ): Promise<CandidateEventPage>;
  /** Strongly consistent; undefined where it has passed its time. */
  getEvent(companyId: number, eventId: string): Promise<KeptEvent | undefined>;
  listDeliveriesOf(companyId: number, eventId: string): Promise<Delivery[]>;
  /** The last ones, newest first. */
  listFailedAttempts(delivery: Delivery, limit: number): Promise<FailedAttempt[]>;
}

export interface ExportPage {
  /** JSON, one line each. */
  readonly lines: readonly string[];
  /** The last event that the page has looked at; undefined on the last page. */
  readonly last?: string;
}

/** Events that are read side by side. */
const eventsAtOnce = 10;

/** Undefined where the company has no event of such a candidate. @param after an event's id: the page begins behind it */
export const exportCandidate = async (
  deps: ExportDeps,
  companyId: number,
  candidate: CandidateId,
  after: string | undefined,
): Promise<ExportPage | undefined> => {
  const found = await findEvents(deps, companyId, candidate);
  if (found.length === 0) return undefined;
  const eventIds = found.filter((id) => after === undefined || id > after);
  const lines: string[] = [];
  let [bytes, last] = [0, after];
  for (let from = 0; from < eventIds.length; from += eventsAtOnce) {
    const some = eventIds.slice(from, from + eventsAtOnce);
    const read = await Promise.all(some.map((id) => lineOf(deps, companyId, id)));
    for (const [n, line] of read.entries()) {
      bytes += line === undefined ? 0 : Buffer.byteLength(line) + 1;
      const isFull = lines.length > 0 && (bytes > pageBytesMax || lines.length >= pageItemsMax);
      if (isFull) return { lines, last };
      if (line !== undefined) lines.push(line);
      last = some[n];
    }
  }
  return { lines };
};

/** Ids of events, in order. From one id of the candidate to another, as their events tell. */
const findEvents = async (
  deps: ExportDeps,
  companyId: number,
  candidate: CandidateId,
): Promise<string[]> => {
  const ids = [candidate];
  const events = new Set<string>();
  for (const id of ids) {
    let start: Item | undefined;
    do {
      const page = await deps.listCandidateEvents(companyId, id, start);
      for (const { eventId, otherIds } of page.events) {
        events.add(eventId);
        ids.push(...otherIds.filter((other) => !ids.includes(other)));
      }
      start = page.next;
    } while (start !== undefined);
  }
  return [...events].toSorted();
};

/** Undefined for an event that is erased, or has passed its time. */
const lineOf = async (
  deps: ExportDeps,
  companyId: number,
  eventId: string,
): Promise<string | undefined> => {
  const event = await deps.getEvent(companyId, eventId);
  if (event?.body === undefined) return undefined;
  const deliveries = await deps.listDeliveriesOf(companyId, eventId);
  const failed = await Promise.all(
    deliveries.map((delivery) => deps.listFailedAttempts(delivery, attemptsShownMax)),
  );
  return JSON.stringify({
    kind: 'event',
    id: event.id,
    type: event.type,
    stored_at: event.storedAt.toISOString(),
    expires_at: event.expiresAt.toISOString(),
    callback: callbackOf(event),
    deliveries: deliveries.map((each, n) => deliveryToDetailJson(each, failed[n]!)),
  });
};
