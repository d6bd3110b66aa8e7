// For the ATS's own code: puts events on the bus, checked against the catalogue, and says of each what became of it.
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { checkEvent, type NewEvent, type RefusalCode } from './event-types/check-event.ts';
import type { Deviation } from './event-types/find-deviations.ts';
import { eventBytesMax, putEventsEntriesMax } from './limits.ts';

export type { EventData, NewEvent } from './event-types/check-event.ts';

export interface PublishDeps {
  /** Its own retries cover requests that fail as a whole. */
  readonly eventBridge: EventBridgeClient;
  /** Name or ARN: the stack's output `EventBusName`. */
  readonly busName: string;
  /** @default 'ats', what the stack's rules look for unless it was given another */
  readonly source?: string;
  /** @default the clock */
  now?(): Date;
  /** @default a random id with the prefix `evt_` */
  newId?(): string;
  /** @default a timer */
  wait?(milliseconds: number): Promise<unknown>;
  /** From 0 to 1, for jitter. @default Math.random */
  random?(): number;
}

/** An event that is on the bus. */
export interface AcceptedEvent {
  /** Its place among the events given. */
  readonly index: number;
  readonly id: string;
  readonly timestamp: Date;
}

/** An event that is not on the bus, or not surely. */
export interface RefusedEvent extends AcceptedEvent {
  /**
   * `INVALID_EVENT`, `EVENT_TOO_LARGE`: refused by the publisher; mend it. `NOT_PUT`: EventBridge did not take it, or
   * its answer never came: publish it again with this `id` and `timestamp`, and no second event comes of it.
   */
  readonly code: RefusalCode | 'NOT_PUT';
  /** Paths within `Detail`, such as `data.candidate.email`; the empty path is the event itself. Never a value. */
  readonly problems: readonly Deviation[];
}

export interface PublishReport {
  readonly accepted: readonly AcceptedEvent[];
  readonly refused: readonly RefusedEvent[];
}

/** Rounds in all: the first and three for what was left, over about 1.5 s. */
const roundsMax = 4;

/** Milliseconds, doubled each round, before jitter. */
const firstWaitMs = 200;

/** What EventBridge calls an entry that no repetition can mend. Any other code is worth another round.
 *  https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const permanentErrors: ReadonlySet<string | undefined> = new Set([
  'AccessDeniedException',
  'InvalidAccountIdException',
  'InvalidArgument',
  'MalformedDetail',
  'RedactionFailure',
  'NotAuthorizedForSourceException',
  'NotAuthorizedForDetailTypeException',
]);

/** An entry on its way: `error` is what the last round met. */
interface Pending extends AcceptedEvent {
  readonly entry: PutEventsRequestEntry;
  readonly error?: string;
}

/**
 * Publishes events, each on its own: an invalid one leaves the others unharmed. Every event given is in the report,
 * once. Never throws for an event or an answer of EventBridge, a missing permission included.
 */
export const publishEvents = async (
  deps: PublishDeps,
  events: readonly NewEvent[],
): Promise<PublishReport> => {
  const { pending, refused } = checkAll(deps, events);
  const accepted: Pending[] = [];
  const lost: Pending[] = [];
  let left = pending;
  for (let round = 0; left.length > 0 && round < roundsMax; round += 1) {
    if (round > 0) await waitBefore(deps, round);
    const results: Pending[] = [];
    for (const request of packRequests(left)) results.push(...(await putRequest(deps, request)));
    accepted.push(...results.filter(({ error }) => error === undefined));
    lost.push(...results.filter(({ error }) => permanentErrors.has(error)));
    left = results.filter(({ error }) => error !== undefined && !permanentErrors.has(error));
  }
  return {
    accepted: accepted.map(nameOf).toSorted(byIndex),
    refused: [...refused, ...[...lost, ...left].map(toRefused)].toSorted(byIndex),
  };
};

const checkAll = (deps: PublishDeps, events: readonly NewEvent[]) => {
  const { busName: EventBusName, source: Source = 'ats' } = deps;
  const { now = () => new Date(), newId = () => `evt_${randomUUID().replaceAll('-', '')}` } = deps;
  const pending: Pending[] = [];
  const refused: RefusedEvent[] = [];
  for (const [index, event] of events.entries()) {
    const { id = newId(), timestamp = now() } = event;
    const name = { index, id, timestamp };
    const checked = checkEvent({ ...event, id, timestamp });
    if (checked.ok) {
      const { type: DetailType, detail: Detail } = checked;
      pending.push({ ...name, entry: { EventBusName, Source, DetailType, Detail } });
    } else {
      refused.push({ ...name, code: checked.code, problems: checked.problems });
    }
  }
  return { pending, refused };
};

/** At most ten entries and 256 KiB each, in order; an entry that fills a request goes alone. */
const packRequests = (pending: readonly Pending[]): Pending[][] => {
  const requests: Pending[][] = [];
  let bytes = 0;
  for (const item of pending) {
    const itemBytes = bytesOf(item.entry);
    const last = requests.at(-1);
    if (last && last.length < putEventsEntriesMax && bytes + itemBytes <= eventBytesMax) {
      last.push(item);
      bytes += itemBytes;
    } else {
      requests.push([item]);
      bytes = itemBytes;
    }
  }
  return requests;
};

/** As EventBridge counts. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const bytesOf = ({ Source, DetailType, Detail }: PutEventsRequestEntry): number =>
  Buffer.byteLength(`${Source}${DetailType}${Detail}`);

/** The results stand in the order of the entries; what failed has an `error`. */
const putRequest = async (
  { eventBridge }: PublishDeps,
  request: readonly Pending[],
): Promise<Pending[]> => {
  try {
    const { Entries = [] } = await eventBridge.send(
      new PutEventsCommand({ Entries: request.map(({ entry }) => entry) }),
    );
    return request.map((item, index) => ({ ...item, error: errorOf(Entries[index]) }));
  } catch (error) {
    const { code, name = 'UnknownError' } = Object(error) as { code?: string; name?: string };
    return request.map((item) => ({ ...item, error: code ?? name }));
  }
};

const errorOf = (result: PutEventsResultEntry | undefined): string | undefined =>
  result?.EventId ? undefined : (result?.ErrorCode ?? 'NoResult');

const waitBefore = (deps: PublishDeps, round: number): Promise<unknown> => {
  const { wait = setTimeout, random = Math.random } = deps;
  return wait(firstWaitMs * 2 ** (round - 1) * (0.5 + random() / 2));
};

const nameOf = ({ index, id, timestamp }: Pending): AcceptedEvent => ({ index, id, timestamp });

const toRefused = (item: Pending): RefusedEvent => ({
  ...nameOf(item),
  code: 'NOT_PUT',
  problems: [{ path: '', problem: `EventBridge did not take it: ${item.error}` }],
});

const byIndex = (a: { index: number }, b: { index: number }): number => a.index - b.index;
