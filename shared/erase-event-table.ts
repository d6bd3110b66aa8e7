// What is erased of one event: its payload in every rendering, what could still be sent of it, what answers said of it.
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { deliveryOf, getDelivery, putDelivery } from './deliveries-table.ts';
import { type Delivery, erase } from './delivery.ts';
import { ConflictError } from './errors.ts';
import { eventKey } from './identifiers.ts';
import { queryRows } from './query-rows.ts';
import { fromItem, type Item, succeeds, toItem } from './row.ts';

interface Place {
  readonly pk: string;
  readonly sk: string;
}

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
  const rows = await rowsOf(client, table, companyId, eventId, 'pk, sk');
  const places = rows.map((row) => fromItem<Place>(row));
  return countTrue(places.map((place) => strip(client, table, place, ['body'], now)));
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
  const rows = await rowsOf(client, table, companyId, eventId);
  const isDelivery = (row: Item) => row.delivery_id !== undefined;
  const deliveries = rows.filter(isDelivery).map(deliveryOf);
  const attempts = rows.filter((row) => !isDelivery(row)).map((row) => fromItem<Place>(row));
  return {
    deliveries: await countTrue(deliveries.map((one) => eraseDelivery(client, table, one, now))),
    failureBodies: await countTrue(
      attempts.map((place) => strip(client, table, place, ['bodyExcerpt', 'headers'], now)),
    ),
  };
};

/** Writers that may meet on one delivery's row in a row. */
const conflictsMax = 5;

/** Whether there was anything to end. */
const eraseDelivery = async (
  client: DynamoDBClient,
  table: string,
  seen: Delivery,
  now: Date,
): Promise<boolean> => {
  let row: Delivery | undefined = seen;
  for (let conflicts = 0; conflicts < conflictsMax; conflicts += 1) {
    const erased: Delivery | undefined = row && erase(row, now);
    if (erased === undefined || erased === row) return false;
    if (await putDelivery(client, table, erased)) return true;
    row = await getDelivery(client, table, seen);
  }
  throw new ConflictError('other writers kept changing a delivery that is to be erased');
};

/** False where the row has none of it, or is gone. */
const strip = (
  client: DynamoDBClient,
  table: string,
  { pk, sk }: Place,
  fields: readonly string[],
  now: Date,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem({ pk, sk }),
        UpdateExpression: `SET erased_at = :now REMOVE ${fields.join(', ')}`,
        ConditionExpression: fields.map((field) => `attribute_exists(${field})`).join(' OR '),
        ExpressionAttributeValues: toItem({ ':now': now.toISOString() }),
      }),
    ),
  );

/** Strongly consistent. */
const rowsOf = (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  eventId: string,
  projection?: string,
): Promise<Item[]> =>
  queryRows(client, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: toItem({ ':pk': eventKey(companyId, eventId) }),
    ProjectionExpression: projection,
  });

const countTrue = async (some: readonly Promise<boolean>[]): Promise<number> =>
  (await Promise.all(some)).filter(Boolean).length;
