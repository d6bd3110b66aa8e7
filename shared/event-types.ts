// Way 1 of 8. The catalogue: every event type, one line each. Next: infra/event-route.ts
import { candidateArchived } from './event-types/candidate-archived.ts';
import { candidateCreated } from './event-types/candidate-created.ts';
import { candidateHired } from './event-types/candidate-hired.ts';
import { candidateMoved } from './event-types/candidate-moved.ts';
import { commentCreated } from './event-types/comment-created.ts';
import type { EventTypeEntry } from './event-types/define-event-type.ts';
import { memberAdded } from './event-types/member-added.ts';
import { messageReceived } from './event-types/message-received.ts';
import { messageSent } from './event-types/message-sent.ts';
import { taskCreated } from './event-types/task-created.ts';
import { vacancyArchived } from './event-types/vacancy-archived.ts';
import { vacancyCreated } from './event-types/vacancy-created.ts';
import { vacancyUpdated } from './event-types/vacancy-updated.ts';

/** To add a type, write its file beside these and name it here: rule, queue, schema, sample and page follow. */
const entries = [
  candidateCreated,
  candidateMoved,
  candidateHired,
  candidateArchived,
  commentCreated,
  taskCreated,
  messageSent,
  messageReceived,
  memberAdded,
  vacancyCreated,
  vacancyUpdated,
  vacancyArchived,
] as const satisfies readonly EventTypeEntry[];

type Entry = (typeof entries)[number];

/** Every event type that a subscription can name. */
export type EventTypeName = Entry['name'];

/** Those that the ATS publishes; the others are derived inside fan-out. */
export type RoutedEventTypeName = Extract<Entry, { routed: true }>['name'];

/** The catalogue by dotted type, in the order that the documentation and the settings page show. */
export const eventTypes = Object.fromEntries(entries.map((entry) => [entry.name, entry])) as {
  readonly [Name in EventTypeName]: Extract<Entry, { name: Name }>;
};

/** The types that get a rule and a queue, in the catalogue's order. */
export const routedEventTypes: readonly RoutedEventTypeName[] = entries
  .filter((entry) => entry.routed)
  .map((entry) => entry.name);

/** Own names only: `toString` and its like are no event types. */
export const isEventTypeName = (value: unknown): value is EventTypeName =>
  typeof value === 'string' && Object.hasOwn(eventTypes, value);

/** What fan-out may find in a queue: a derived type there is nobody's word. */
export const isRoutedEventTypeName = (value: unknown): value is RoutedEventTypeName =>
  isEventTypeName(value) && eventTypes[value].routed;

/** The type that the ATS publishes where this one happens: itself, or the one that it is derived from. */
export const publishedTypeOf = (type: EventTypeName): RoutedEventTypeName => {
  const entry = eventTypes[type];
  return 'derivedFrom' in entry ? (entry.derivedFrom as RoutedEventTypeName) : entry.name;
};
