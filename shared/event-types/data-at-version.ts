// An event's `data` as an earlier version of its type had it.
import { type EventTypeName, eventTypes } from '../event-types.ts';
import type { EventTypeEntry } from './define-event-type.ts';

type Data = Readonly<Record<string, unknown>>;

/** The very same data for the version that the type has now, or a later one. */
export const dataAtVersion = (type: EventTypeName, version: number, data: Data): Data =>
  stepDown(eventTypes[type], version, data);

/** As `dataAtVersion`, for any entry. */
export const stepDown = (
  { stepsDown = [] }: Pick<EventTypeEntry, 'stepsDown'>,
  version: number,
  data: Data,
): Data => stepsDown.slice(version - 1).reduceRight((result, step) => step(result), data);
