// Events that follow from an event without the ATS saying so: a hire from a move.
import { createHash } from 'node:crypto';
import type { AtsEvent } from '../event.ts';
import { type EventTypeName, eventTypes } from '../event-types.ts';
import { identifierPattern } from '../identifiers.ts';
import type { DerivedTypeEntry, EventTypeEntry } from './define-event-type.ts';

/**
 * The events derived from this one; none from most. Each has an id of its own made of this event's, and its time,
 * company, data and ids. The same event always gives the same ones.
 */
export const deriveEvents = (event: AtsEvent): AtsEvent[] =>
  Object.values<EventTypeEntry>(eventTypes)
    .filter(isDerived)
    .filter((entry) => entry.derivedFrom === event.type && entry.happened(event.data))
    .map((entry) => ({
      ...event,
      id: derivedId(event.id, entry.idSuffix),
      type: entry.name as EventTypeName,
    }));

const isDerived = (entry: EventTypeEntry): entry is DerivedTypeEntry => !entry.routed;

/** Characters of an id that is too long for a suffix which are kept, so that people see what it comes from. */
const keptCharacters = 24;

/**
 * The id with its suffix. Where that is longer than an id may be, the beginning and a digest of the whole: an event
 * with a long id must not lose what derives from it, and two long ids must not become one.
 */
export const derivedId = (id: string, suffix: string): string => {
  const plain = `${id}${suffix}`;
  if (identifierPattern.test(plain)) return plain;
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 32);
  return `${id.slice(0, keptCharacters)}_${digest}${suffix}`;
};
