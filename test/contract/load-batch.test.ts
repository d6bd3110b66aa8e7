// A batch's one read over DynamoDB's protocol: each key once, what is left unread asked for again, one bad row for itself.
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadBatch } from '../../functions/deliver/load-batch.ts';
import { deliveryKey, putDelivery } from '../../shared/deliveries-table.ts';
import { newDelivery } from '../../shared/delivery.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { PartialFailureError } from '../../shared/errors.ts';
import { storeEvent } from '../../shared/events-table.ts';
import { newHealth } from '../../shared/health.ts';
import { putHealth } from '../../shared/health-table.ts';
import { subscriptionIdOf } from '../../shared/identifiers.ts';
import { putSigningKeys } from '../../shared/keys-table.ts';
import { retentionDays } from '../../shared/limits.ts';
import { toItem } from '../../shared/row.ts';
import { deleteStop, putStop } from '../../shared/stops-table.ts';
import { putSubscription } from '../../shared/subscriptions-table.ts';
import {
  localCredentials,
  localRegion,
  startDynalite,
  type TestDynamoDb,
} from '../support/start-dynalite.ts';
import { keysAsked, startUnreadDoor, type UnreadDoor } from './unread-door.ts';

const now = new Date('2026-11-24T09:00:00Z');
const expiredAt = new Date(now.getTime() - retentionDays * 86_400_000);
const idOf = (slot: number) => subscriptionIdOf(slot, '0'.repeat(20));
const messageOf = (more: Partial<DeliveryMessage> = {}): DeliveryMessage => ({
  company_id: 7,
  event_id: 'e1',
  subscription_id: idOf(1),
  variant: 'full@1',
  attempt: 1,
  ...more,
});

let dynamodb: TestDynamoDb;
let door: UnreadDoor;
let client: DynamoDBClient;

beforeAll(async () => {
  dynamodb = await startDynalite();
  door = await startUnreadDoor(dynamodb.endpoint);
  client = new DynamoDBClient({
    endpoint: door.endpoint,
    region: localRegion,
    credentials: localCredentials,
  });
});

afterEach(() => door.reset());

afterAll(async () => {
  client.destroy();
  await door.close();
  await dynamodb.close();
});

const load = (...messages: readonly DeliveryMessage[]) =>
  loadBatch(client, dynamodb.tables, messages, now);

/** All that a message needs, stored: of a subscription that failed once, and a delivery that was attempted. */
const store = async (message: DeliveryMessage, storedAt = now): Promise<void> => {
  const { tables } = dynamodb;
  const [companyId, subscriptionId] = [message.company_id, message.subscription_id];
  const event = { id: message.event_id, type: 'task.created', companyId, data: { a: 1 } } as const;
  const delivery = newDelivery(
    { companyId, subscriptionId, eventId: event.id, eventType: event.type, variant: 'full@1' },
    now,
  );
  const timestamp = storedAt.toISOString();
  await storeEvent(dynamodb.client, tables.events, { ...event, timestamp }, storedAt);
  await putSubscription(dynamodb.client, tables.subscriptions, {
    id: subscriptionId,
    companyId,
    url: 'https://receiver.example/hook',
    eventTypes: ['*'],
    status: 'enabled',
    createdAt: now,
    updatedAt: now,
    revision: 1,
  });
  const keys = [{ secret: 'whsec_a' }];
  await putSigningKeys(dynamodb.client, tables.keys, companyId, subscriptionId, { keys });
  await putDelivery(dynamodb.client, tables.deliveries, { ...delivery, attempts: 1 });
  await putHealth(dynamodb.client, tables.deliveries, {
    ...newHealth(companyId, subscriptionId),
    failures: 1,
  });
};

describe('loading a batch', () => {
  it('asks for 61 keys at most, each once, strongly consistent, in one request', async () => {
    const messages = Array.from({ length: 10 }, (_, n) =>
      messageOf({ company_id: 100 + n, event_id: `e${n}`, subscription_id: idOf(n) }),
    );

    await load(...messages);

    expect(door.asked).toHaveLength(1);
    expect(keysAsked(door.asked[0]!)).toBe(61);
    expect(Object.values(door.asked[0]!).every(({ ConsistentRead }) => ConsistentRead)).toBe(true);
  });

  it('reads one row that all companies share, once, and all others under their own keys', async () => {
    const messages = Array.from({ length: 10 }, (_, n) =>
      messageOf({ company_id: 100 + n, event_id: `e${n}`, subscription_id: idOf(n) }),
    );

    await load(...messages);

    const owners = Object.values(door.asked[0]!).flatMap(({ Keys }) =>
      Keys.map(({ pk }) => pk.S.split('#')[0]!),
    );
    const shared = owners.filter((owner) => !/^10\d$/.test(owner));
    expect(shared).toEqual(['control']);
  });

  it('names a key once that several messages need', async () => {
    const messages = [1, 2, 3].map((n) => messageOf({ event_id: `e${n}` }));

    await load(...messages, messages[0]!);

    // Three events and deliveries; of the one subscription its row, keys and health; two stops.
    expect(keysAsked(door.asked[0]!)).toBe(3 + 3 + 3 + 2);
  });

  it('asks for nothing where there is no message', async () => {
    await load();

    expect(door.asked).toEqual([]);
  });

  it('gives each message what is its own', async () => {
    const one = messageOf({ company_id: 8, event_id: 'one' });
    const other = messageOf({ company_id: 9, event_id: 'other', subscription_id: idOf(2) });
    await store(one);
    await store(other);

    const read = await load(one, other);

    for (const message of [one, other]) {
      const { event, subscription, keys, delivery, health, stopped } = read(message);
      expect(JSON.parse(Buffer.from(event!.body!).toString())).toMatchObject({
        id: message.event_id,
        company_id: message.company_id,
      });
      expect(subscription).toMatchObject({ id: message.subscription_id });
      expect(keys?.keys).toEqual([{ secret: 'whsec_a' }]);
      expect(delivery).toMatchObject({ eventId: message.event_id, attempts: 1, revision: 1 });
      expect(health).toMatchObject({ companyId: message.company_id, failures: 1 });
      expect(stopped).toBe(false);
    }
  });

  it('decompresses an event once that goes to several subscriptions', async () => {
    const [one, other] = [messageOf(), messageOf({ subscription_id: idOf(2) })];
    await store(one);

    const read = await load(one, other);

    expect(read(one).event?.body).toBeDefined();
    expect(read(other).event).toBe(read(one).event);
  });

  it('finds nothing of what was never stored, and no event that has passed its time', async () => {
    const unknown = messageOf({ company_id: 10 });
    const expired = messageOf({ company_id: 11 });
    await store(expired, expiredAt);

    const read = await load(unknown, expired);

    expect(read(unknown)).toEqual({ stopped: false });
    expect(read(expired).event).toBeUndefined();
    expect(read(expired).subscription).toBeDefined();
  });

  it('does not take a slot for the subscription that had it before', async () => {
    const before = messageOf({
      company_id: 12,
      subscription_id: subscriptionIdOf(1, 'a'.repeat(20)),
    });
    await store(messageOf({ company_id: 12 }));

    const read = await load(before);

    expect(read(before).subscription).toBeUndefined();
  });

  it.each([undefined, 13])('sees a stop of everything, or of one company (%s)', async (stopped) => {
    const { client: direct, tables } = dynamodb;
    const [mine, others] = [messageOf({ company_id: 13 }), messageOf({ company_id: 14 })];
    await putStop(direct, tables.subscriptions, stopped, now, 'ada');

    const read = await load(mine, others);

    expect(read(mine).stopped).toBe(true);
    expect(read(others).stopped).toBe(stopped === undefined);
    await deleteStop(direct, tables.subscriptions, stopped);
  });

  it('asks again for the keys that were left unread, and for no other', async () => {
    const message = messageOf({ company_id: 15 });
    await store(message);
    door.isUnread = (sk, round) =>
      round <= 2 && (sk === 'event' || (round === 1 && sk === 'health'));

    const read = await load(message);

    expect(door.asked.map(keysAsked)).toEqual([7, 2, 1]);
    const { event, health, delivery } = read(message);
    expect([event, health, delivery]).not.toContain(undefined);
  });

  it('fails after six rounds, so that no row that was not read counts as not there', async () => {
    door.isUnread = (sk) => sk === 'keys';

    const loading = load(messageOf());

    await expect(loading).rejects.toThrow(PartialFailureError);
    expect(door.asked).toHaveLength(6);
  });

  it('pauses before it asks again, for longer each time: what throttles needs a moment', async () => {
    door.isUnread = (_, round) => round < 4;

    await load(messageOf());

    const [first, second, third] = door.pausesMs();
    // At least half of 25, 50 and 100 ms, but for what a timer may fire too soon.
    expect(first).toBeGreaterThan(10);
    expect(second).toBeGreaterThan(22);
    expect(third).toBeGreaterThan(46);
  });

  it('throws for a row that cannot be read, and for no other message', async () => {
    const [good, bad] = [messageOf({ event_id: 'good' }), messageOf({ event_id: 'bad' })];
    const key = deliveryKey({ companyId: 7, eventId: 'bad', subscriptionId: idOf(1) });
    const Item = toItem({ ...key, status: 'waiting' });
    const TableName = dynamodb.tables.deliveries;
    await dynamodb.client.send(new PutItemCommand({ TableName, Item }));

    const read = await load(good, bad);

    expect(() => read(bad)).toThrow();
    expect(read(good)).toMatchObject({ stopped: false });
  });
});
