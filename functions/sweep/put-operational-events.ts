// Operational events onto the bus, in the words of their documentation.
import { type OperationalEvent, operationalSource } from '../../shared/operational-events.ts';
import type { BusEvent, RefusedEvent } from '../../shared/put-events.ts';

export interface PutOperationalDeps {
  putEvents(events: readonly BusEvent[]): Promise<RefusedEvent[]>;
}

/** Returns the events that EventBridge did not take. Their notices stay pending. */
export const putOperationalEvents = async (
  deps: PutOperationalDeps,
  events: readonly OperationalEvent[],
): Promise<OperationalEvent[]> => {
  const refused = await deps.putEvents(events.map(toBusEvent));
  return refused.map(({ index }) => events[index]!);
};

const toBusEvent = ({ type, id, timestamp, companyId, data }: OperationalEvent): BusEvent => ({
  source: operationalSource,
  type,
  time: timestamp,
  detail: { id, timestamp: timestamp.toISOString(), company_id: companyId, data },
});
