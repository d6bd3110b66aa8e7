// What is erased of one event: its payload in every rendering, what could still be sent of it, what answers said of it.
import {
  type DynamoDBClient,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { deliveryOf, getDelivery, putDelivery } from './deliveries-table.ts';
import { type Delivery, erase } from './delivery.ts';
import { eventKey } from './identifiers.ts';
import { conflictsMax } from './limits.ts';
import { queryRows } from './query-rows.ts';
import { untilWritten } from './retry-conflicts.ts';
import { fromItem, type RowKey, succeeds, toItem } from './row.ts';

/**
 * Strips the payload from an event and from each rendering of it. Answers with how many there were. The rows stay:
 * they say what was there and when, and that it was erased; a repeated event is known by its fingerprint.
 */
export const erasePayload = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  eventId: string,
  now: Date,
): Promise<number> => {
  const keys = await keysWith(client, eventQuery(table, companyId, eventId), ['body']);
  return countTrue(keys.map((key) => strip(client, table, key, ['body'], now)));
};

export interface ErasedDeliveries {
  /** That could have been sent still, and will not be. */
  readonly deliveries: number;
  /** Failed attempts whose answer was kept. */
  readonly failureBodies: number;
}

/** Ends an event's deliveries that could still be sent, and strips the answers of failed attempts. */
export const eraseDeliveries = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  eventId: string,
  now: Date,
): Promise<ErasedDeliveries> => {
  const deliveries = await queryRows(client, eventQuery(table, companyId, eventId, 'sub_'));
  const ofAttempts = eventQuery(table, companyId, eventId, 'attempt#');
  const attempts = await keysWith(client, ofAttempts, answerFields);
  return {
    deliveries: await countTrue(
      deliveries.map((row) => eraseDelivery(client, table, deliveryOf(row), now)),
    ),
    failureBodies: await countTrue(
      attempts.map((key) => strip(client, table, key, answerFields, now)),
    ),
  };
};

/** What a failed attempt has of an answer. */
const answerFields: readonly string[] = ['bodyExcerpt', 'headers'];

/** Whether there was anything to end. */
const eraseDelivery = async (
  client: DynamoDBClient,
  table: string,
  seen: Delivery,
  now: Date,
): Promise<boolean> => {
  const end = await untilWritten(conflictsMax, 'a delivery to be erased', async (conflicts) => {
    const row = conflicts === 0 ? seen : await getDelivery(client, table, seen);
    const erased = row && erase(row, now);
    if (erased === undefined || erased === row) return 'left';
    return (await putDelivery(client, table, erased)) && 'erased';
  });
  return end === 'erased';
};

/**
 * Of the rows that have one of these fields, the keys alone: the answers of an event's attempts may be 16 MB. What was
 * stripped before is not found again.
 */
const keysWith = async (
  client: DynamoDBClient,
  query: QueryCommandInput,
  fields: readonly string[],
): Promise<RowKey[]> => {
  const rows = await queryRows(client, {
    ...query,
    FilterExpression: anyOf(fields),
    ProjectionExpression: 'pk, sk',
  });
  return rows.map((row) => fromItem<RowKey>(row));
};

const anyOf = (fields: readonly string[]): string =>
  fields.map((field) => `attribute_exists(${field})`).join(' OR ');

/** False where the row has none of it, or is gone. */
const strip = (
  client: DynamoDBClient,
  table: string,
  { pk, sk }: RowKey,
  fields: readonly string[],
  now: Date,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem({ pk, sk }),
        UpdateExpression: `SET erased_at = :now REMOVE ${fields.join(', ')}`,
        ConditionExpression: anyOf(fields),
        ExpressionAttributeValues: toItem({ ':now': now.toISOString() }),
      }),
    ),
  );

/** Strongly consistent. */
const eventQuery = (
  table: string,
  companyId: number,
  eventId: string,
  prefix?: string,
): QueryCommandInput => ({
  TableName: table,
  ConsistentRead: true,
  KeyConditionExpression: `pk = :pk${prefix === undefined ? '' : ' AND begins_with(sk, :prefix)'}`,
  ExpressionAttributeValues: toItem({ ':pk': eventKey(companyId, eventId), ':prefix': prefix }),
});

const countTrue = async (some: readonly Promise<boolean>[]): Promise<number> =>
  (await Promise.all(some)).filter(Boolean).length;
