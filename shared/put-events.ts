// PutEvents, whole: ten a request, and what EventBridge did not take is named. The ATS's own code has publish.ts.
import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { putEventsEntriesMax } from './limits.ts';

/** An event as a bus takes it.
 *  https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
export interface BusEvent {
  readonly source: string;
  /** `DetailType`. */
  readonly type: string;
  readonly resources?: readonly string[];
  /** @default when EventBridge takes it */
  readonly time?: Date;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An event that is not on the bus. */
export interface RefusedEvent {
  /** Its place among the events given. */
  readonly index: number;
  /** EventBridge's own. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
  readonly code: string | undefined;
}

/** Puts all, in order and each once. Returns what EventBridge did not take; rejects where a request fails as a whole. */
export const putEvents = async (
  client: EventBridgeClient,
  busName: string,
  events: readonly BusEvent[],
): Promise<RefusedEvent[]> => {
  const refused: RefusedEvent[] = [];
  for (let from = 0; from < events.length; from += putEventsEntriesMax) {
    const some = events.slice(from, from + putEventsEntriesMax);
    const { Entries } = await client.send(
      new PutEventsCommand({ Entries: some.map((event) => toEntry(busName, event)) }),
    );
    for (const offset of some.keys()) {
      const { EventId, ErrorCode } = Entries?.[offset] ?? {};
      if (EventId === undefined) refused.push({ index: from + offset, code: ErrorCode });
    }
  }
  return refused;
};

const toEntry = (
  busName: string,
  { source, type, resources, time, detail }: BusEvent,
): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: source,
  DetailType: type,
  Resources: resources && [...resources],
  Time: time,
  Detail: JSON.stringify(detail),
});
