// The events table: key (company#event, part). The event once, with the exact bytes that are signed and sent.
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type AtsEvent, fingerprintOf, renderCallback } from './event.ts';
import type { EventTypeName } from './event-types.ts';
import { eventKey } from './identifiers.ts';
import { retentionDays } from './limits.ts';
import { expirySeconds, fromItem, type Item, isConditionFailure, toItem } from './row.ts';

/** What deliver needs of an event. */
export interface StoredEvent {
  readonly type: EventTypeName;
  readonly storedAt: Date;
  readonly body: Uint8Array;
}

export type StoreAnswer =
  /** `storedAt`: when it was stored first, by this call or an earlier one. */
  { readonly kind: 'stored'; readonly storedAt: Date } | { readonly kind: 'id-reused' };

interface EventRow {
  readonly type: EventTypeName;
  readonly fingerprint: string;
  readonly stored_at: string;
  readonly expires_at: number;
  readonly body: Uint8Array;
}

/** The rendering that every event is stored in: its full body, at the catalogue version it came with. */
const storedVariant = 'full@1';

/** Quality 5 of 11: a 4 KB event becomes 1 KB, one write unit, in a third of a millisecond. */
const compress = (bytes: Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });

/**
 * Stores an event if its id is new: never seen, or seen by a row that has passed its time, whatever TTL has
 * removed by then. A repeated event is told from an id used twice by its fingerprint.
 */
export const storeEvent = async (
  client: DynamoDBClient,
  table: string,
  event: AtsEvent,
  now: Date,
): Promise<StoreAnswer> => {
  const fingerprint = fingerprintOf(event);
  const row = {
    ...storedEventKey(event.companyId, event.id, storedVariant),
    type: event.type,
    fingerprint,
    stored_at: now.toISOString(),
    expires_at: expirySeconds(now, retentionDays),
    body: compress(renderCallback(event)),
  };
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem(row),
        ConditionExpression: 'attribute_not_exists(pk) OR expires_at <= :now',
        ExpressionAttributeValues: toItem({ ':now': expirySeconds(now, 0) }),
      }),
    );
    return { kind: 'stored', storedAt: now };
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return compareWithStored(client, table, event, fingerprint);
  }
};

const compareWithStored = async (
  client: DynamoDBClient,
  table: string,
  event: AtsEvent,
  fingerprint: string,
): Promise<StoreAnswer> => {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: table,
      Key: toItem(storedEventKey(event.companyId, event.id, storedVariant)),
      ConsistentRead: true,
      ProjectionExpression: 'fingerprint, stored_at',
    }),
  );
  if (Item === undefined)
    throw new Error('the event expired between two reads; the queue brings it again');
  const known = fromItem<EventRow>(Item);
  return known.fingerprint === fingerprint
    ? { kind: 'stored', storedAt: new Date(known.stored_at) }
    : { kind: 'id-reused' };
};

/** The full rendering is the event's own row; others stand beside it. */
export const storedEventKey = (companyId: number, eventId: string, variant: string) => ({
  pk: eventKey(companyId, eventId),
  sk: variant === storedVariant ? 'event' : `variant#${variant}`,
});

/** Undefined for a row that has passed its time, whatever TTL has removed by then. */
export const storedEventOf = (item: Item, now: Date): StoredEvent | undefined => {
  const row = fromItem<EventRow>(item);
  if (row.expires_at * 1000 <= now.getTime()) return undefined;
  return {
    type: row.type,
    storedAt: new Date(row.stored_at),
    body: brotliDecompressSync(row.body),
  };
};
