// A company's events in the order of their arrival: rows of the events table, key (feed#company, arrival).
import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { putCandidates } from './candidates-table.ts';
import type { AtsEvent } from './event.ts';
import { eventRowKey, keptEventOf, type StoreAnswer, storeEvent } from './events-table.ts';
import { getRows } from './get-rows.ts';
import type { KeptEvent } from './kept-event.ts';
import { retentionDays } from './limits.ts';
import { expirySeconds, fromItem, type Item, toItem } from './row.ts';

/**
 * An event's place in its company's feed: `2026-10-12T08:15:30.240Z#evt_1`, its time of storing and its id. An
 * instant alone, as ISO text, stands before all that arrived in its millisecond.
 */
export type Arrival = string;

export interface ArrivedEvent extends KeptEvent {
  readonly arrival: Arrival;
}

export interface FeedRange {
  /** Begins behind this one. Undefined: at the beginning. */
  readonly after?: Arrival;
  /** Lists what arrived before this instant. */
  readonly before: Date;
  /** Events at most. */
  readonly limit: number;
  /** Bytes of bodies, after which the page ends. */
  readonly bytesMax: number;
}

export interface FeedPage {
  readonly events: readonly ArrivedEvent[];
  /** How far the page has looked: the next begins behind it. Undefined where there was nothing to look at. */
  readonly end?: Arrival;
  /** Nothing more arrived before `before`. */
  readonly isLast: boolean;
}

const feedKey = (companyId: number, arrival: Arrival) => ({
  pk: `feed#${companyId}`,
  sk: arrival,
});

export const arrivalPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[A-Za-z0-9_-]{1,64}$/;

export const arrivalOf = (storedAt: Date, eventId: string): Arrival =>
  `${storedAt.toISOString()}#${eventId}`;

/**
 * Stores an event behind its place in the feed, and behind what leads from its candidates to it. In this order, and
 * in the table itself, not in an index of it: once an event is stored, every reader of the feed finds it. A place that
 * was taken and led to nothing, as the event was there before or the worker died, names another instant than the event
 * has, and is passed over. A test is in no feed.
 */
export const storeArriving = async (
  client: DynamoDBClient,
  table: string,
  event: AtsEvent,
  now: Date,
): Promise<StoreAnswer> => {
  if (event.test === undefined) {
    const place = client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem({
          ...feedKey(event.companyId, arrivalOf(now, event.id)),
          event_id: event.id,
          expires_at: expirySeconds(now, retentionDays),
        }),
      }),
    );
    await Promise.all([place, putCandidates(client, table, event, now)]);
  }
  return storeEvent(client, table, event, now);
};

/** Places that one read takes: 25 events of the largest size are 7 MB. */
const placesPerRead = 25;

/** Reads of one page, however many places lead to nothing. */
const readsMax = 20;

/** Strongly consistent; in the order of arrival. An erased event is listed without its body. */
export const listEvents = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  { after, before, limit, bytesMax }: FeedRange,
  now: Date,
): Promise<FeedPage> => {
  const events: ArrivedEvent[] = [];
  let end = after;
  let bytes = 0;
  for (let read = 0; read < readsMax; read += 1) {
    const places = await findPlaces(client, table, companyId, end, before);
    const found = await readEvents(client, table, companyId, places, now);
    for (const place of places) {
      end = place.arrival;
      const event = found(place);
      if (event === undefined) continue;
      events.push(event);
      bytes += event.body?.byteLength ?? 0;
      if (events.length >= limit || bytes >= bytesMax) return { events, end, isLast: false };
    }
    if (places.length < placesPerRead) return { events, end, isLast: true };
  }
  return { events, end, isLast: false };
};

/** A place of a company's feed, and the event that it leads to. */
export interface FeedPlace {
  readonly arrival: Arrival;
  readonly eventId: string;
}

const findPlaces = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  after: Arrival | undefined,
  before: Date,
): Promise<FeedPlace[]> => {
  // No arrival is `before` itself: each has an id behind its instant.
  const [from, to] = [`${after ?? ''}\u0000`, before.toISOString()];
  if (from > to) return [];
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: toItem({
        ':pk': feedKey(companyId, '').pk,
        ':from': from,
        ':to': to,
      }),
      Limit: placesPerRead,
    }),
  );
  return Items.map((item) => {
    const row = fromItem<{ sk: string; event_id: string }>(item);
    return { arrival: row.sk, eventId: row.event_id };
  });
};

const readEvents = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  places: readonly FeedPlace[],
  now: Date,
): Promise<(place: FeedPlace) => ArrivedEvent | undefined> => {
  const keyOf = ({ eventId }: FeedPlace) => eventRowKey(companyId, eventId);
  const find = await getRows(client, table, places.map(keyOf));
  return (place) => {
    const row = find(keyOf(place));
    const event = row && keptEventOf(row, now);
    return event && arrivalOf(event.storedAt, event.id) === place.arrival
      ? { ...event, arrival: place.arrival }
      : undefined;
  };
};

export interface CountRange {
  readonly since: Date;
  readonly before: Date;
  /** Where the part before ended. */
  readonly start?: Item;
  /** Places that one part counts. */
  readonly limit: number;
}

export interface CountedArrivals {
  readonly count: number;
  /** Where counting goes on; undefined at the end. */
  readonly next?: Item;
}

/** Places in a company's feed from `since` on and before `before`, part by part: as many as events, or a few more. */
export const countArrivals = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  { since, before, start, limit }: CountRange,
): Promise<CountedArrivals> => {
  const { Count = 0, LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      Select: 'COUNT',
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :since AND :before',
      ExpressionAttributeValues: toItem({
        ':pk': feedKey(companyId, '').pk,
        ':since': since.toISOString(),
        ':before': before.toISOString(),
      }),
      Limit: limit,
      ExclusiveStartKey: start,
    }),
  );
  return { count: Count, ...(LastEvaluatedKey && { next: LastEvaluatedKey }) };
};

/** The first places of a company's feed, whatever they lead to; strongly consistent. */
export const listPlaces = (
  client: DynamoDBClient,
  table: string,
  companyId: number,
): Promise<FeedPlace[]> => findPlaces(client, table, companyId, undefined, new Date('9999-01-01'));

/** Where a place is, to be deleted. */
export const placeKey = (companyId: number, { arrival }: FeedPlace) => feedKey(companyId, arrival);
