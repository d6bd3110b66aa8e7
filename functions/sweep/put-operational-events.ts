// Operational events onto the bus: ten a request, and what EventBridge did not take is named.
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { putEventsEntriesMax } from '../../shared/limits.ts';
import { type OperationalEvent, operationalSource } from '../../shared/operational-events.ts';

/** Returns the events that EventBridge did not take. Their notices stay pending. */
export const putOperationalEvents = async (
  client: EventBridgeClient,
  busName: string,
  events: readonly OperationalEvent[],
): Promise<OperationalEvent[]> => {
  const left: OperationalEvent[] = [];
  for (let from = 0; from < events.length; from += putEventsEntriesMax) {
    const some = events.slice(from, from + putEventsEntriesMax);
    const { Entries } = await client.send(
      new PutEventsCommand({ Entries: some.map((event) => toEntry(busName, event)) }),
    );
    left.push(...some.filter((_, index) => Entries?.[index]?.EventId === undefined));
  }
  return left;
};

const toEntry = (busName: string, { type, id, timestamp, companyId, data }: OperationalEvent) => ({
  EventBusName: busName,
  Source: operationalSource,
  DetailType: type,
  Time: timestamp,
  Detail: JSON.stringify({ id, timestamp: timestamp.toISOString(), company_id: companyId, data }),
});
