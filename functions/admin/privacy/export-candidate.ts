// What is kept of a candidate, for the candidate: their events with every delivery of them, page by page.
import type { FailedAttempt } from '../../../shared/attempts-table.ts';
import type { CandidateId } from '../../../shared/candidate-ids.ts';
import type { CandidateEventPage } from '../../../shared/candidates-table.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import type { KeptEvent } from '../../../shared/kept-event.ts';
import { pageBytesMax, pageItemsMax } from '../../../shared/limits.ts';
import type { Item } from '../../../shared/row.ts';
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
  /** In the order of their subscriptions' ids. */
  listDeliveriesOf(companyId: number, eventId: string): Promise<Delivery[]>;
  /** The last ones, newest first. */
  listFailedAttempts(delivery: Delivery, limit: number): Promise<FailedAttempt[]>;
}

/** Where a page ended: at an event, or behind one of its deliveries; that is empty where none was shown yet. */
export type ExportPosition = readonly [eventId: string, subscriptionId: string];

export interface ExportPage {
  /** JSON, one line each. */
  readonly lines: readonly string[];
  /** Undefined on the last page. */
  readonly last?: ExportPosition;
}

interface Line {
  readonly text: string;
  readonly position: ExportPosition;
}

/** Events that are read side by side. */
const eventsAtOnce = 10;

/** Undefined where the company has no event of such a candidate. @param after where the page before ended */
export const exportCandidate = async (
  deps: ExportDeps,
  companyId: number,
  candidate: CandidateId,
  after: ExportPosition | undefined,
): Promise<ExportPage | undefined> => {
  const found = await findEvents(deps, companyId, candidate);
  if (found.length === 0) return undefined;
  const eventIds = found.filter((id) => after === undefined || id >= after[0]);
  const lines: string[] = [];
  let [bytes, last] = [0, after];
  for await (const { text, position } of linesOf(deps, companyId, eventIds, after)) {
    bytes += Buffer.byteLength(text) + 1;
    const isFull = bytes > pageBytesMax || lines.length >= pageItemsMax;
    if (isFull && lines.length > 0) return { lines, ...(last && { last }) };
    lines.push(text);
    last = position;
  }
  return { lines };
};

/**
 * A line for each event, then one for each of its deliveries: together they may hold more than a page, since each
 * delivery has its receiver's answers with it. What is erased, or has passed its time, is left out.
 */
async function* linesOf(
  deps: ExportDeps,
  companyId: number,
  eventIds: readonly string[],
  after: ExportPosition | undefined,
): AsyncGenerator<Line> {
  for (let from = 0; from < eventIds.length; from += eventsAtOnce) {
    const some = eventIds.slice(from, from + eventsAtOnce);
    const events = await Promise.all(some.map((id) => deps.getEvent(companyId, id)));
    for (const event of events) {
      if (event?.body === undefined) continue;
      const shown = event.id === after?.[0] ? after[1] : undefined;
      if (shown === undefined) yield { text: eventLine(event), position: [event.id, ''] };
      for (const delivery of await deps.listDeliveriesOf(companyId, event.id)) {
        const { subscriptionId } = delivery;
        if (subscriptionId <= (shown ?? '')) continue;
        const failed = await deps.listFailedAttempts(delivery, attemptsShownMax);
        const detail = deliveryToDetailJson(delivery, failed);
        const text = JSON.stringify({ kind: 'delivery', ...detail });
        yield { text, position: [event.id, subscriptionId] };
      }
    }
  }
}

const eventLine = (event: KeptEvent): string =>
  JSON.stringify({
    kind: 'event',
    id: event.id,
    type: event.type,
    stored_at: event.storedAt.toISOString(),
    expires_at: event.expiresAt.toISOString(),
    callback: callbackOf(event),
  });

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
