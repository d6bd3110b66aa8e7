// A stored event, read back: for the feed, for the log, and for what sends it again.
import type { AtsEvent } from './event.ts';
import type { EventTypeName } from './event-types.ts';

export interface KeptEvent {
  readonly companyId: number;
  readonly id: string;
  readonly type: EventTypeName;
  /** When fan-out first stored it. */
  readonly storedAt: Date;
  readonly expiresAt: Date;
  /** The full callback's exact bytes. Undefined once it is erased. */
  readonly body?: Uint8Array;
  /** The data's version in the catalogue. */
  readonly version: number;
  /** The one subscription that this event is a test of. */
  readonly testOf?: string;
}

/** The event as fan-out read it from its queue. Undefined once it is erased. */
export const atsEventOf = ({ body, version, testOf, ...name }: KeptEvent): AtsEvent | undefined => {
  if (body === undefined) return undefined;
  const { timestamp, data, ids } = JSON.parse(Buffer.from(body).toString('utf8'));
  return {
    id: name.id,
    type: name.type,
    companyId: name.companyId,
    timestamp,
    data,
    version,
    ...(ids && { ids }),
    ...(testOf !== undefined && { test: { subscriptionId: testOf, type: name.type } }),
  };
};
