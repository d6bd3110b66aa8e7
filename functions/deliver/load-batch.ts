// Everything a batch of deliveries needs, in one strongly consistent read.
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { deliveryKey, deliveryOf } from '../../shared/deliveries-table.ts';
import type { Delivery } from '../../shared/delivery.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { PartialFailureError } from '../../shared/errors.ts';
import { type StoredEvent, storedEventKey, storedEventOf } from '../../shared/events-table.ts';
import { type SigningKeys, signingKeysKey, signingKeysOf } from '../../shared/keys-table.ts';
import { type Item, toItem } from '../../shared/row.ts';
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
  readonly keys?: SigningKeys;
  readonly delivery?: Delivery;
}

interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Rounds in which DynamoDB may hand back keys that it did not read; then the batch goes back to its queue. */
const roundsMax = 4;

/**
 * Ten messages need at most forty keys, of the hundred that one request takes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export const loadBatch = async (
  client: DynamoDBClient,
  tables: TableNames,
  messages: readonly DeliveryMessage[],
  now: Date,
): Promise<Loaded[]> => {
  const keysOf = (message: DeliveryMessage) => {
    const name = {
      companyId: message.company_id,
      eventId: message.event_id,
      subscriptionId: message.subscription_id,
    };
    return {
      deliveries: deliveryKey(name),
      events: storedEventKey(name.companyId, name.eventId, message.variant),
      keys: signingKeysKey(name.companyId, name.subscriptionId),
      subscriptions: subscriptionKey(name.companyId, name.subscriptionId),
    } satisfies Record<keyof TableNames, Key>;
  };
  const wanted = messages.map(keysOf);
  const items = await readAll(client, tables, wanted);
  return messages.map((message, index) => {
    const key = wanted[index]!;
    const event = items(tables.events, key.events);
    const subscription = items(tables.subscriptions, key.subscriptions);
    const keys = items(tables.keys, key.keys);
    const delivery = items(tables.deliveries, key.deliveries);
    return {
      event: event && storedEventOf(event, now),
      subscription: subscription && subscriptionOf(subscription, message.subscription_id),
      keys: keys && signingKeysOf(keys),
      delivery: delivery && deliveryOf(delivery),
    };
  });
};

const readAll = async (
  client: DynamoDBClient,
  tables: TableNames,
  wanted: readonly Record<keyof TableNames, Key>[],
): Promise<(table: string, key: Key) => Item | undefined> => {
  const found = new Map<string, Item>();
  let requests = requestItems(tables, wanted);
  for (let round = 0; requests !== undefined; round += 1) {
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
    const left = UnprocessedKeys as typeof requests;
    requests = left !== undefined && Object.keys(left).length > 0 ? left : undefined;
  }
  return (table, { pk, sk }) => found.get(`${table}|${pk}|${sk}`);
};

/** Each key once: DynamoDB refuses a request that names one twice. */
const requestItems = (
  tables: TableNames,
  wanted: readonly Record<keyof TableNames, Key>[],
): Record<string, { Keys: Item[]; ConsistentRead: boolean }> | undefined => {
  const request = Object.fromEntries(
    (Object.keys(tables) as (keyof TableNames)[]).map((table) => {
      const distinct = new Map(
        wanted.map((keys) => [`${keys[table].pk}|${keys[table].sk}`, keys[table]]),
      );
      const Keys = [...distinct.values()].map(({ pk, sk }) => toItem({ pk, sk }));
      return [tables[table], { Keys, ConsistentRead: true }];
    }),
  );
  return wanted.length > 0 ? request : undefined;
};
