// Everything a batch of deliveries needs, in one strongly consistent read.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { deliveryKey, deliveryOf } from '../../shared/deliveries-table.ts';
import type { Delivery } from '../../shared/delivery.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { type StoredEvent, storedEventKey, storedEventOf } from '../../shared/events-table.ts';
import { getPlacedRows, type RowPlace } from '../../shared/get-rows.ts';
import type { Health } from '../../shared/health.ts';
import { healthKey, healthOf } from '../../shared/health-table.ts';
import { type StoredKeys, signingKeysKey, signingKeysOf } from '../../shared/keys-table.ts';
import type { Item } from '../../shared/row.ts';
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
  const find = await getPlacedRows(client, places);
  const eventOf = onceEach((item) => storedEventOf(item, now));
  return (message) => loadedOf(placesOf(tables, message), find, message, eventOf);
};

/** An event goes to all subscriptions of its company: its body is decompressed once for those of a batch. */
const onceEach = <Value>(read: (item: Item) => Value): ((item: Item) => Value) => {
  const known = new Map<Item, Value>();
  return (item) => {
    const value = known.has(item) ? known.get(item)! : read(item);
    known.set(item, value);
    return value;
  };
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
  find: (place: RowPlace) => Item | undefined,
  message: DeliveryMessage,
  eventOf: (item: Item) => StoredEvent | undefined,
): Loaded => {
  const event = find(places.event);
  const subscription = find(places.subscription);
  const keys = find(places.keys);
  const delivery = find(places.delivery);
  const health = find(places.health);
  return {
    event: event && eventOf(event),
    subscription: subscription && subscriptionOf(subscription, message.subscription_id),
    keys: keys && signingKeysOf(keys),
    delivery: delivery && deliveryOf(delivery),
    health: health && healthOf(health),
    stopped: find(places.stop) !== undefined || find(places.companyStop) !== undefined,
  };
};
