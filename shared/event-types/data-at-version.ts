// An event's `data` as an earlier version of its type had it.
import { type EventTypeName, eventTypes } from '../event-types.ts';
import type { EventTypeEntry } from './define-event-type.ts';

type Data = Readonly<Record<string, unknown>>;

interface Versions {
  /** The version that `data` has. */
  readonly from: number;
  /** The one that it shall have; the same data where that is `from`. */
  readonly to: number;
}

export const dataAtVersion = (type: EventTypeName, versions: Versions, data: Data): Data =>
  stepDown(eventTypes[type], versions, data);

/** As `dataAtVersion`, for any entry. */
export const stepDown = (
  { stepsDown = [] }: Pick<EventTypeEntry, 'stepsDown'>,
  { from, to }: Versions,
  data: Data,
): Data => stepsDown.slice(to - 1, from - 1).reduceRight((result, step) => step(result), data);
