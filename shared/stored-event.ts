// A stored event, read back: for the feed, for the log, and for what sends it again.
import { brotliDecompressSync } from 'node:zlib';
import type { AtsEvent } from './event.ts';
import type { EventTypeName } from './event-types.ts';
import { fromItem, hasExpired, type Item } from './row.ts';

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

interface KeptRow {
  readonly pk: string;
  readonly type: EventTypeName;
  readonly stored_at: string;
  readonly expires_at: number;
  readonly body?: Uint8Array;
  readonly version?: number;
  readonly test_of?: string;
}

/** An event's own row. Undefined where it has passed its time. */
export const keptEventOf = (item: Item, now: Date): KeptEvent | undefined => {
  const row = fromItem<KeptRow>(item);
  if (hasExpired(row, now)) return undefined;
  const [companyId, id] = row.pk.split('#') as [string, string];
  return {
    companyId: Number(companyId),
    id,
    type: row.type,
    storedAt: new Date(row.stored_at),
    expiresAt: new Date(row.expires_at * 1000),
    ...(row.body && { body: brotliDecompressSync(row.body) }),
    version: row.version ?? 1,
    ...(row.test_of !== undefined && { testOf: row.test_of }),
  };
};

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
