// The events table: key (company#event, part). The event once, with the exact bytes that are signed and sent.
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type AtsEvent, fingerprintOf, renderCallback, versionOf } from './event.ts';
import type { EventTypeName } from './event-types.ts';
import { isOwnVariant, renderVariant } from './event-variant.ts';
import { eventKey } from './identifiers.ts';
import type { KeptEvent } from './kept-event.ts';
import { retentionDays } from './limits.ts';
import {
  expirySeconds,
  fromItem,
  getItem,
  hasExpired,
  type Item,
  succeeds,
  toItem,
} from './row.ts';

/** What deliver needs of an event. */
export interface StoredEvent {
  readonly type: EventTypeName;
  readonly storedAt: Date;
  /** Undefined once it is erased. */
  readonly body?: Uint8Array;
}

export type StoreAnswer = Stored | { readonly kind: 'id-reused' };

export interface Stored {
  readonly kind: 'stored';
  /** When it was stored first, by this call or an earlier one. */
  readonly storedAt: Date;
  /** Until when the event, and every rendering of it, is kept. */
  readonly expiresAt: Date;
}

interface VariantRow {
  readonly pk: string;
  readonly sk: string;
  readonly type: EventTypeName;
  readonly stored_at: string;
  readonly expires_at: number;
  /** Removed when it is erased. */
  readonly body?: Uint8Array;
}

interface EventRow extends VariantRow {
  readonly fingerprint: string;
  /** Of the data in the catalogue. 1 where the row is older than this field. */
  readonly version?: number;
  /** The subscription that a test is for. */
  readonly test_of?: string;
}

/** Quality 5 of 11: a 4 KB event becomes 1 KB, one write unit, in a third of a millisecond. */
const compress = (bytes: Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });

/**
 * Stores an event if its id is new: never seen, or seen by a row that has passed its time. A repeated event is told
 * from an id used twice by its fingerprint.
 */
export const storeEvent = async (
  client: DynamoDBClient,
  table: string,
  event: AtsEvent,
  now: Date,
): Promise<StoreAnswer> => {
  const fingerprint = fingerprintOf(event);
  const row: EventRow = {
    ...eventRowKey(event.companyId, event.id),
    type: event.type,
    fingerprint,
    version: versionOf(event),
    test_of: event.test?.subscriptionId,
    stored_at: now.toISOString(),
    expires_at: expirySeconds(now, retentionDays),
    body: compress(renderCallback(event)),
  };
  return (await putNew(client, table, row, now))
    ? storedOf(row)
    : compareWithStored(client, table, event, fingerprint);
};

/**
 * Stores another rendering beside its event, unless it is there: once sent, it stays what it is. It is kept as long
 * as the event.
 */
export const storeVariant = async (
  client: DynamoDBClient,
  table: string,
  event: AtsEvent,
  variant: string,
  { storedAt, expiresAt }: Stored,
  now: Date,
): Promise<void> => {
  const row: VariantRow = {
    ...storedEventKey(event.companyId, event.id, variant),
    type: event.type,
    stored_at: storedAt.toISOString(),
    expires_at: expirySeconds(expiresAt, 0),
    body: compress(renderVariant(event, variant)),
  };
  await putNew(client, table, row, now);
};

/** False where there is such a row that has not passed its time. */
const putNew = (
  client: DynamoDBClient,
  table: string,
  row: VariantRow,
  now: Date,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem({ ...row }),
        ConditionExpression: 'attribute_not_exists(pk) OR expires_at <= :now',
        ExpressionAttributeValues: toItem({ ':now': expirySeconds(now, 0) }),
      }),
    ),
  );

const compareWithStored = async (
  client: DynamoDBClient,
  table: string,
  event: AtsEvent,
  fingerprint: string,
): Promise<StoreAnswer> => {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: table,
      Key: toItem(eventRowKey(event.companyId, event.id)),
      ConsistentRead: true,
      ProjectionExpression: 'fingerprint, stored_at, expires_at',
    }),
  );
  if (Item === undefined)
    throw new Error('the event expired between two reads; the queue brings it again');
  const known = fromItem<EventRow>(Item);
  return known.fingerprint === fingerprint ? storedOf(known) : { kind: 'id-reused' };
};

const storedOf = ({ stored_at, expires_at }: EventRow): Stored => ({
  kind: 'stored',
  storedAt: new Date(stored_at),
  expiresAt: new Date(expires_at * 1000),
});

/** The event's own row, which has its full rendering. */
export const eventRowKey = (companyId: number, eventId: string) => ({
  pk: eventKey(companyId, eventId),
  sk: 'event',
});

/** The row that has a rendering: the event's own, or one beside it. */
export const storedEventKey = (companyId: number, eventId: string, variant: string) =>
  isOwnVariant(variant)
    ? eventRowKey(companyId, eventId)
    : { pk: eventKey(companyId, eventId), sk: `variant#${variant}` };

/** Undefined for a row that has passed its time. */
export const storedEventOf = (item: Item, now: Date): StoredEvent | undefined => {
  const row = fromItem<VariantRow>(item);
  if (hasExpired(row, now)) return undefined;
  return {
    type: row.type,
    storedAt: new Date(row.stored_at),
    ...(row.body && { body: brotliDecompressSync(row.body) }),
  };
};

/** An event's own row. Undefined where it has passed its time. */
export const keptEventOf = (item: Item, now: Date): KeptEvent | undefined => {
  const row = fromItem<EventRow>(item);
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

/** Strongly consistent; undefined where it has passed its time. */
export const getEvent = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  eventId: string,
  now: Date,
): Promise<KeptEvent | undefined> => {
  const item = await getItem(client, table, eventRowKey(companyId, eventId));
  return item && keptEventOf(item, now);
};
