// The subscriptions table: key (company, slot). Also one row for each URL in use, so that no URL is taken twice.
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { slotOf } from './identifiers.ts';
import { fromItem, type Item, isConditionFailure, toItem } from './row.ts';
import type { Subscription } from './subscription.ts';

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
}

/** Which subscription has a URL. A claim without a living subscription is left over from a crash. */
export interface UrlClaim {
  readonly subscriptionId: string;
  readonly claimedAt: Date;
}

const slotKey = (companyId: number, slot: number) => ({
  pk: String(companyId),
  sk: `subscription#${String(slot).padStart(3, '0')}`,
});

const claimKey = (companyId: number, urlHash: string) => ({
  pk: String(companyId),
  sk: `url#${urlHash}`,
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
  const found: Subscription[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :company AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: toItem({
          ':company': String(companyId),
          ':prefix': 'subscription#',
        }),
        ExclusiveStartKey: start,
      }),
    );
    found.push(...(page.Items ?? []).map(fromRow));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
};

/** Strongly consistent; undefined where there is none, or it is deleted. */
export const getSubscription = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
): Promise<Subscription | undefined> => {
  if (slotOf(subscriptionId) === undefined) return undefined;
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: table,
      Key: toItem(subscriptionKey(companyId, subscriptionId)),
      ConsistentRead: true,
    }),
  );
  const subscription = Item && subscriptionOf(Item, subscriptionId);
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

/** Marks a subscription deleted. False where it was already, or never was. */
export const markDeleted = async (
  client: DynamoDBClient,
  table: string,
  { companyId, id }: Pick<Subscription, 'companyId' | 'id'>,
  now: Date,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem(subscriptionKey(companyId, id)),
        UpdateExpression: 'SET deleted_at = :now, updated_at = :now ADD revision :one',
        ConditionExpression: 'id = :id AND attribute_not_exists(deleted_at)',
        ExpressionAttributeValues: toItem({ ':id': id, ':now': now.toISOString(), ':one': 1 }),
      }),
    ),
  );

/** Switches a subscription off. A paused or deleted one stays as it is. */
export const disableSubscription = async (
  client: DynamoDBClient,
  table: string,
  { companyId, id }: Pick<Subscription, 'companyId' | 'id'>,
  now: Date,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem(subscriptionKey(companyId, id)),
        UpdateExpression: 'SET #status = :disabled, updated_at = :now ADD revision :one',
        ConditionExpression: 'id = :id AND #status = :enabled AND attribute_not_exists(deleted_at)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: toItem({
          ':id': id,
          ':now': now.toISOString(),
          ':one': 1,
          ':disabled': 'disabled',
          ':enabled': 'enabled',
        }),
      }),
    ),
  );

export const getUrlClaim = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  urlHash: string,
): Promise<UrlClaim | undefined> => {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: table,
      Key: toItem(claimKey(companyId, urlHash)),
      ConsistentRead: true,
    }),
  );
  if (Item === undefined) return undefined;
  const row = fromItem<{ subscription_id: string; claimed_at: string }>(Item);
  return { subscriptionId: row.subscription_id, claimedAt: new Date(row.claimed_at) };
};

/** Takes a URL for a subscription: if nobody has it, or it has it already, or `instead` of the claim named. */
export const claimUrl = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  urlHash: string,
  claim: UrlClaim,
  instead?: UrlClaim,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem({
          ...claimKey(companyId, urlHash),
          subscription_id: claim.subscriptionId,
          claimed_at: claim.claimedAt.toISOString(),
        }),
        ConditionExpression: 'attribute_not_exists(pk) OR subscription_id IN (:mine, :instead)',
        ExpressionAttributeValues: toItem({
          ':mine': claim.subscriptionId,
          ':instead': (instead ?? claim).subscriptionId,
        }),
      }),
    ),
  );

export const releaseUrl = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  urlHash: string,
  subscriptionId: string,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new DeleteItemCommand({
        TableName: table,
        Key: toItem(claimKey(companyId, urlHash)),
        ConditionExpression: 'subscription_id = :id',
        ExpressionAttributeValues: toItem({ ':id': subscriptionId }),
      }),
    ),
  );

const succeeds = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
};

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
    deletedAt: row.deleted_at === undefined ? undefined : new Date(row.deleted_at),
  });
};

const leaveOutUndefined = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
