// Reads of the deliveries table for people: a subscription's log, newest first, and all deliveries of an event.
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type DeliveryName, deliveryOf, getDelivery } from './deliveries-table.ts';
import { type Delivery, type DeliveryStatus, expiresAtOf } from './delivery.ts';
import { eventKey, subscriptionPartition } from './identifiers.ts';
import { queryRows } from './query-rows.ts';
import { expirySeconds, type Item, toItem } from './row.ts';

/** A delivery's place in its subscription's log. */
export interface LogPosition {
  readonly loggedAt: string;
  readonly eventId: string;
}

export interface LogFilter {
  readonly status?: DeliveryStatus;
  readonly eventType?: string;
  /** Events stored from this instant on. */
  readonly from?: Date;
  /** Events stored before this instant. */
  readonly to?: Date;
  /** Begins behind this delivery. */
  readonly after?: LogPosition;
}

export interface LogPart {
  /** Newest first; more than the limit where one read found more. */
  readonly deliveries: readonly Delivery[];
  /** Where reading stopped, when rows may follow. */
  readonly readTo?: LogPosition;
}

/** Reads of one page: of a filter that fits few, a page has what ten reads of a megabyte found. */
const readsMax = 10;

/** As the index shows it: usually a second behind. Without rows that have passed their time. */
export const listLog = async (
  client: DynamoDBClient,
  table: string,
  [companyId, subscriptionId]: readonly [number, string],
  filter: LogFilter,
  limit: number,
  now: Date,
): Promise<LogPart> => {
  const key = subscriptionPartition(companyId, subscriptionId);
  const [from, to] = boundsOf(filter);
  const { after } = filter;
  // DynamoDB refuses to begin outside of what it is asked for.
  if (from > to || (after && (after.loggedAt < from || after.loggedAt > to))) {
    return { deliveries: [] };
  }
  const deliveries: Delivery[] = [];
  let start = after && startAfter(companyId, subscriptionId, after);
  for (let read = 0; read < readsMax && deliveries.length < limit; read += 1) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'log',
        KeyConditionExpression: 'log_key = :key AND logged_at BETWEEN :from AND :to',
        ...conditionOf(filter, { ':key': key, ':from': from, ':to': to }, now),
        ScanIndexForward: false,
        // With a filter, as many as one read holds.
        ...(isUnfiltered(filter) && { Limit: limit - deliveries.length }),
        ExclusiveStartKey: start,
      }),
    );
    deliveries.push(...Items.map(deliveryOf));
    start = LastEvaluatedKey;
    if (start === undefined) return { deliveries };
  }
  return { deliveries, readTo: positionOf(start!) };
};

/** Strongly consistent; undefined where it has passed its time. */
export const getLogged = async (
  client: DynamoDBClient,
  table: string,
  name: DeliveryName,
  now: Date,
): Promise<Delivery | undefined> => {
  const delivery = await getDelivery(client, table, name);
  return delivery && expiresAtOf(delivery) > now ? delivery : undefined;
};

/** Every delivery of one event that has a row; strongly consistent. Without rows that have passed their time. */
export const listDeliveriesOf = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  eventId: string,
  now: Date,
): Promise<Delivery[]> => {
  const rows = await queryRows(client, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    FilterExpression: 'expires_at > :now',
    ExpressionAttributeValues: toItem({
      ':pk': eventKey(companyId, eventId),
      ':prefix': 'sub_',
      ':now': expirySeconds(now, 0),
    }),
  });
  return rows.map(deliveryOf);
};

/** ISO texts sort as their instants do. */
const boundsOf = ({ from, to }: LogFilter): readonly [string, string] => [
  from?.toISOString() ?? '0',
  to === undefined ? '9' : new Date(to.getTime() - 1).toISOString(),
];

const isUnfiltered = ({ status, eventType }: LogFilter): boolean =>
  status === undefined && eventType === undefined;

const conditionOf = (
  { status, eventType }: LogFilter,
  keys: Readonly<Record<string, string>>,
  now: Date,
) => ({
  FilterExpression: [
    'expires_at > :now',
    ...(status === undefined ? [] : ['#status = :status']),
    ...(eventType === undefined ? [] : ['event_type = :type']),
  ].join(' AND '),
  ...(status !== undefined && { ExpressionAttributeNames: { '#status': 'status' } }),
  ExpressionAttributeValues: toItem({
    ...keys,
    ':now': expirySeconds(now, 0),
    ':status': status,
    ':type': eventType,
  }),
});

const startAfter = (
  companyId: number,
  subscriptionId: string,
  { loggedAt, eventId }: LogPosition,
): Item =>
  toItem({
    pk: eventKey(companyId, eventId),
    sk: subscriptionId,
    log_key: subscriptionPartition(companyId, subscriptionId),
    logged_at: loggedAt,
  });

const positionOf = ({ pk, logged_at }: Item): LogPosition => ({
  loggedAt: logged_at!.S!,
  eventId: pk!.S!.split('#')[1]!,
});
