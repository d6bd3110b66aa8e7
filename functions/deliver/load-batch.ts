// Everything a batch of deliveries needs, in one strongly consistent read.
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { deliveryKey, deliveryOf } from '../../shared/deliveries-table.ts';
import type { Delivery } from '../../shared/delivery.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { PartialFailureError } from '../../shared/errors.ts';
import { type StoredEvent, storedEventKey, storedEventOf } from '../../shared/events-table.ts';
import type { Health } from '../../shared/health.ts';
import { healthKey, healthOf } from '../../shared/health-table.ts';
import { type StoredKeys, signingKeysKey, signingKeysOf } from '../../shared/keys-table.ts';
import { type Item, toItem } from '../../shared/row.ts';
import { stopKey } from '../../shared/stops-table.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { subscriptionKey, subscriptionOf } from '../../shared/subscriptions-table.ts';

export interface TableNames {
  readonly deliveries: string;
  readonly events: string;
  readonly keys: string;
  readonly subscriptions: string;
}

/** What one message is about. Undefined: expired, deleted, or not there yet (a delivery before its first attempt). */
export interface Loaded {
  readonly event?: StoredEvent;
  readonly subscription?: Subscription;
  readonly keys?: StoredKeys;
  readonly delivery?: Delivery;
  /** Undefined for a subscription that never failed. */
  readonly health?: Health;
  /** An emergency stop of its company, or of everything, stands. */
  readonly stopped: boolean;
}

interface Place {
  readonly table: string;
  readonly pk: string;
  readonly sk: string;
}

type Find = (place: Place) => Item | undefined;

/** Rounds in which DynamoDB may hand back keys that it did not read; then the batch goes back to its queue. */
const roundsMax = 4;

/**
 * Reads what all messages need. The answer reads one message's rows, and throws for a row that it cannot read:
 * no neighbour is harmed. Ten messages need at most 61 keys, of the hundred that one request takes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export const loadBatch = async (
  client: DynamoDBClient,
  tables: TableNames,
  messages: readonly DeliveryMessage[],
  now: Date,
): Promise<(message: DeliveryMessage) => Loaded> => {
  const places = messages.flatMap((message) => Object.values(placesOf(tables, message)));
  const find = await readAll(client, places);
  return (message) => loadedOf(placesOf(tables, message), find, message, now);
};

const placesOf = (tables: TableNames, message: DeliveryMessage) => {
  const [companyId, subscriptionId] = [message.company_id, message.subscription_id];
  const name = { companyId, subscriptionId, eventId: message.event_id };
  return {
    event: {
      table: tables.events,
      ...storedEventKey(companyId, message.event_id, message.variant),
    },
    subscription: { table: tables.subscriptions, ...subscriptionKey(companyId, subscriptionId) },
    keys: { table: tables.keys, ...signingKeysKey(companyId, subscriptionId) },
    delivery: { table: tables.deliveries, ...deliveryKey(name) },
    health: { table: tables.deliveries, ...healthKey(companyId, subscriptionId) },
    stop: { table: tables.subscriptions, ...stopKey() },
    companyStop: { table: tables.subscriptions, ...stopKey(companyId) },
  };
};

const loadedOf = (
  places: ReturnType<typeof placesOf>,
  find: Find,
  message: DeliveryMessage,
  now: Date,
): Loaded => {
  const event = find(places.event);
  const subscription = find(places.subscription);
  const keys = find(places.keys);
  const delivery = find(places.delivery);
  const health = find(places.health);
  return {
    event: event && storedEventOf(event, now),
    subscription: subscription && subscriptionOf(subscription, message.subscription_id),
    keys: keys && signingKeysOf(keys),
    delivery: delivery && deliveryOf(delivery),
    health: health && healthOf(health),
    stopped: find(places.stop) !== undefined || find(places.companyStop) !== undefined,
  };
};

const readAll = async (client: DynamoDBClient, places: readonly Place[]): Promise<Find> => {
  const found = new Map<string, Item>();
  let requests = requestItems(places);
  for (let round = 0; Object.keys(requests).length > 0; round += 1) {
    if (round === roundsMax) {
      throw new PartialFailureError(
        'DynamoDB left keys unread in four rounds: it is being throttled',
      );
    }
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: requests }),
    );
    for (const [table, rows] of Object.entries(Responses ?? {})) {
      for (const row of rows) found.set(`${table}|${row.pk?.S}|${row.sk?.S}`, row);
    }
    requests = (UnprocessedKeys ?? {}) as typeof requests;
  }
  return (place) => found.get(nameOf(place));
};

const nameOf = ({ table, pk, sk }: Place): string => `${table}|${pk}|${sk}`;

/** Each key once: DynamoDB refuses a request that names one twice. */
const requestItems = (
  places: readonly Place[],
): Record<string, { Keys: Item[]; ConsistentRead: boolean }> => {
  const distinct = [...new Map(places.map((place) => [nameOf(place), place])).values()];
  return Object.fromEntries(
    [...Map.groupBy(distinct, ({ table }) => table)].map(([table, group]) => [
      table,
      { Keys: group.map(({ pk, sk }) => toItem({ pk, sk })), ConsistentRead: true },
    ]),
  );
};
