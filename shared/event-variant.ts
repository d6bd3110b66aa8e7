// The renderings of an event: full or thin, each at the catalogue version that a subscription was made with.
import { type AtsEvent, callbackOf, renderCallback } from './event.ts';
import { dataAtVersion } from './event-types/data-at-version.ts';
import { ids as idsSchema } from './event-types/ids.ts';
import { thinData, thinFrom } from './event-types/thin-data.ts';
import { type EventTypeName, eventTypes } from './event-types.ts';
import { pinnedVersion, type Subscription } from './subscription.ts';

/**
 * `full@2`: the event as it came, in its type's version of that day: the event's own row · `down@1`: all of it, made
 * into an earlier version · `thin@1`: ids and links only. The last two are rows beside the event's.
 */
export const variantOf = (subscription: Subscription, type: EventTypeName): string => {
  const version = pinnedVersion(subscription, type);
  if (subscription.payload === 'thin') return `thin@${version}`;
  return `${version === eventTypes[type].version ? 'full' : 'down'}@${version}`;
};

/** Whether the event's own row has the bytes of a variant. */
export const isOwnVariant = (variant: string): boolean => variant.startsWith('full@');

/** The bytes of an event's variant: those that are stored, signed and sent. */
export const renderVariant = (event: AtsEvent, variant: string): Uint8Array => {
  const [kind, version] = variant.split('@');
  const shown = kind === 'thin' ? thinEvent(event) : event;
  return renderCallback(eventAtVersion(shown, Number(version)));
};

/** What a filter looks at: the full body, as the version has it that the filter was written for. */
export const bodyAtVersion = (event: AtsEvent, version: number) =>
  callbackOf(eventAtVersion(event, version));

const eventAtVersion = (event: AtsEvent, version: number): AtsEvent => ({
  ...event,
  data: dataAtVersion(event.type, version, event.data),
});

/** Thin first, by the schema of today; then down, so that no step sees what must not travel. */
const thinEvent = (event: AtsEvent): AtsEvent => ({
  ...event,
  data: thinData(event.type, event.data),
  ...(event.ids && { ids: thinFrom(idsSchema, event.ids) }),
});
