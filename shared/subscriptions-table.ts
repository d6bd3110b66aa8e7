// The subscriptions table: key (company, slot). One row holds a subscription, and what was changed of it last.
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { slotOf } from './identifiers.ts';
import { queryRows } from './query-rows.ts';
import { dated, fromItem, getItem, type Item, succeeds, toItem } from './row.ts';
import type { Subscription, SubscriptionChange } from './subscription.ts';

interface SubscriptionRow
  extends Pick<
    Subscription,
    | 'id'
    | 'url'
    | 'status'
    | 'description'
    | 'revision'
    | 'filter'
    | 'payload'
    | 'versions'
    | 'signature'
  > {
  readonly pk: string;
  readonly event_types: Subscription['eventTypes'];
  readonly vacancy_ids?: Subscription['vacancyIds'];
  readonly column_ids?: Subscription['columnIds'];
  readonly hired_only?: boolean;
  readonly include_private_comments?: boolean;
  readonly header_names?: readonly string[];
  readonly max_per_second?: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly deleted_at?: string;
  readonly disabled_at?: string;
  readonly last_change?: Omit<SubscriptionChange, 'at'> & { readonly at: string };
}

const slotKey = (companyId: number, slot: number) => ({
  pk: String(companyId),
  sk: `subscription#${String(slot).padStart(3, '0')}`,
});

/** The row of a subscription's id, by the slot that the id names. */
export const subscriptionKey = (companyId: number, subscriptionId: string) =>
  slotKey(companyId, slotOf(subscriptionId) ?? -1);

/** Undefined where the slot has been taken by another subscription since: this one is deleted. */
export const subscriptionOf = (item: Item, subscriptionId: string): Subscription | undefined => {
  const subscription = fromRow(item);
  return subscription.id === subscriptionId ? subscription : undefined;
};

/** Every subscription of a company, the deleted ones too whose slot is still theirs; strongly consistent. */
export const listSubscriptions = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
): Promise<Subscription[]> => {
  const rows = await queryRows(client, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :company AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: toItem({
      ':company': String(companyId),
      ':prefix': 'subscription#',
    }),
  });
  return rows.map(fromRow);
};

/** Strongly consistent; undefined where there is none, or it is deleted. */
export const getSubscription = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
): Promise<Subscription | undefined> => {
  if (slotOf(subscriptionId) === undefined) return undefined;
  const item = await getItem(client, table, subscriptionKey(companyId, subscriptionId));
  const subscription = item && subscriptionOf(item, subscriptionId);
  return subscription?.deletedAt === undefined ? subscription : undefined;
};

/**
 * Puts a new subscription into the slot its id names. False where another living one has the slot. True again
 * for the same one: the SDK repeats a request whose answer was lost.
 */
export const putSubscription = async (
  client: DynamoDBClient,
  table: string,
  subscription: Subscription,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem(toRow(subscription)),
        ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(deleted_at) OR id = :id',
        ExpressionAttributeValues: toItem({ ':id': subscription.id }),
      }),
    ),
  );

/**
 * Writes a subscription's next revision over the one before it. False where that has changed, or is deleted. True
 * again for the same change: the SDK repeats a request whose answer was lost.
 */
export const replaceSubscription = async (
  client: DynamoDBClient,
  table: string,
  subscription: Subscription,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem(toRow(subscription)),
        ConditionExpression:
          'id = :id AND ((revision = :before AND attribute_not_exists(deleted_at)) OR ' +
          '(revision = :now AND last_change.#token = :token))',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: toItem({
          ':id': subscription.id,
          ':before': subscription.revision - 1,
          ':now': subscription.revision,
          ':token': subscription.lastChange?.token ?? '',
        }),
      }),
    ),
  );

/** Switches a subscription off, by the URL that it was known by. A paused, deleted or moved one stays as it is. */
export const disableSubscription = async (
  client: DynamoDBClient,
  table: string,
  { companyId, id, url }: Pick<Subscription, 'companyId' | 'id' | 'url'>,
  now: Date,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem(subscriptionKey(companyId, id)),
        UpdateExpression:
          'SET #status = :disabled, updated_at = :now, disabled_at = :now ADD revision :one',
        ConditionExpression:
          'id = :id AND #url = :url AND #status = :enabled AND attribute_not_exists(deleted_at)',
        ExpressionAttributeNames: { '#status': 'status', '#url': 'url' },
        ExpressionAttributeValues: toItem({
          ':id': id,
          ':url': url,
          ':now': now.toISOString(),
          ':one': 1,
          ':disabled': 'disabled',
          ':enabled': 'enabled',
        }),
      }),
    ),
  );

const toRow = (subscription: Subscription) =>
  ({
    ...subscriptionKey(subscription.companyId, subscription.id),
    id: subscription.id,
    url: subscription.url,
    event_types: subscription.eventTypes,
    filter: subscription.filter,
    vacancy_ids: subscription.vacancyIds,
    column_ids: subscription.columnIds,
    hired_only: subscription.hiredOnly,
    include_private_comments: subscription.includePrivateComments,
    payload: subscription.payload,
    versions: subscription.versions,
    signature: subscription.signature,
    header_names: subscription.headerNames,
    max_per_second: subscription.maxPerSecond,
    status: subscription.status,
    description: subscription.description,
    created_at: subscription.createdAt.toISOString(),
    updated_at: subscription.updatedAt.toISOString(),
    revision: subscription.revision,
    deleted_at: subscription.deletedAt?.toISOString(),
    disabled_at: subscription.disabledAt?.toISOString(),
    last_change: subscription.lastChange && {
      ...subscription.lastChange,
      at: subscription.lastChange.at.toISOString(),
    },
  }) satisfies SubscriptionRow;

const fromRow = (item: Item): Subscription => {
  const row = fromItem<SubscriptionRow>(item);
  return leaveOutUndefined({
    id: row.id,
    companyId: Number(row.pk),
    url: row.url,
    eventTypes: row.event_types,
    filter: row.filter,
    vacancyIds: row.vacancy_ids,
    columnIds: row.column_ids,
    hiredOnly: row.hired_only,
    includePrivateComments: row.include_private_comments,
    payload: row.payload,
    versions: row.versions,
    signature: row.signature,
    headerNames: row.header_names,
    maxPerSecond: row.max_per_second,
    status: row.status,
    description: row.description,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    revision: row.revision,
    ...dated('deletedAt', row.deleted_at),
    ...dated('disabledAt', row.disabled_at),
    lastChange: row.last_change && { ...row.last_change, at: new Date(row.last_change.at) },
  });
};

const leaveOutUndefined = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
