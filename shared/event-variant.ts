// The renderings of an event: full or thin, each at the catalogue version that a subscription was made with.
import { type AtsEvent, callbackOf, renderCallback, versionOf } from './event.ts';
import { type ReadEvent, readOnce } from './event-pattern/collect-event.ts';
import { dataAtVersion } from './event-types/data-at-version.ts';
import { ids as idsSchema } from './event-types/ids.ts';
import { thinData, thinFrom } from './event-types/thin-data.ts';
import type { Subscription } from './subscription.ts';

/**
 * `full@2`: the event as it came, at the version it came with; that is the event's own row · `down@1`: all of it,
 * made into an earlier version · `thin@1`: ids and links only. The last two are rows beside the event's. The same
 * for an event whenever it comes again, whatever version the catalogue has by then.
 */
export const variantOf = (subscription: Subscription, event: AtsEvent): string => {
  const version = versionFor(subscription, event);
  if (subscription.payload === 'thin') return `thin@${version}`;
  return `${version === versionOf(event) ? 'full' : 'down'}@${version}`;
};

/** Whether the event's own row has the bytes of a variant. */
export const isOwnVariant = (variant: string): boolean => variant.startsWith('full@');

/** The bytes of an event's variant: those that are stored, signed and sent. */
export const renderVariant = (event: AtsEvent, variant: string): Uint8Array => {
  const [kind, version] = variant.split('@');
  const shown = kind === 'thin' ? thinEvent(event) : event;
  return renderCallback(atVersion(shown, Number(version)));
};

/** What a subscription's filter looks at: the full body, in the version that the filter was written for. */
export const fullBodyFor = (subscription: Subscription, event: AtsEvent) =>
  callbackOf(atVersion(event, versionFor(subscription, event)));

/** The same for many subscriptions to one event: each version is made once, and looked into once. */
export const fullBodiesOf = (event: AtsEvent): ((subscription: Subscription) => ReadEvent) => {
  const bodies = new Map<number, ReadEvent>();
  return (subscription) => {
    const version = versionFor(subscription, event);
    const body = bodies.get(version) ?? readOnce(fullBodyFor(subscription, event));
    bodies.set(version, body);
    return body;
  };
};

/** The pinned one; of a type that came after the subscription, the first. An older event has an older one. */
const versionFor = ({ versions }: Subscription, event: AtsEvent): number =>
  Math.min(versions?.[event.type] ?? 1, versionOf(event));

const atVersion = (event: AtsEvent, version: number): AtsEvent => ({
  ...event,
  data: dataAtVersion(event.type, { from: versionOf(event), to: version }, event.data),
});

/** Thin first, by the schema of today; then down, so that no step sees what must not travel. */
const thinEvent = (event: AtsEvent): AtsEvent => ({
  ...event,
  data: thinData(event.type, event.data),
  ...(event.ids && { ids: thinFrom(idsSchema, event.ids) }),
});
