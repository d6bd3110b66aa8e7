// All rows of a company, in the three tables that the sweep may delete from. Its keys are in the fourth, and admin's.
import {
  DeleteItemCommand,
  type DynamoDBClient,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { subscriptionPartition } from './identifiers.ts';
import { queryRows } from './query-rows.ts';
import { fromItem, type RowKey, toItem } from './row.ts';
import { isStopKey } from './stops-table.ts';
import { isTombstoneKey } from './tombstones-table.ts';

/** Deletes that run side by side. */
const atOnce = 25;

/** Deletes every row of one partition that `isKept` does not keep, while there is time. Answers with how many. */
export const deletePartition = async (
  client: DynamoDBClient,
  table: string,
  pk: string,
  {
    isKept = () => false,
    hasTime = () => true,
  }: { readonly isKept?: (sk: string) => boolean; readonly hasTime?: () => boolean } = {},
): Promise<number> => {
  const keys = await keysOf(client, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: toItem({ ':pk': pk }),
  });
  const gone = keys.filter(({ sk }) => !isKept(sk));
  let deleted = 0;
  while (deleted < gone.length && hasTime()) {
    const some = gone.slice(deleted, deleted + atOnce);
    await Promise.all(some.map((key) => deleteRow(client, table, key)));
    deleted += some.length;
  }
  return deleted;
};

export const deleteRow = async (
  client: DynamoDBClient,
  table: string,
  { pk, sk }: RowKey,
): Promise<void> => {
  await client.send(new DeleteItemCommand({ TableName: table, Key: toItem({ pk, sk }) }));
};

/** Ids of the subscriptions that a company has a row of any kind of: living, deleted, or in the audit alone. */
export const findSubscriptionIds = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
): Promise<string[]> => {
  const rows = await queryRows(client, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: toItem({ ':pk': String(companyId) }),
    ProjectionExpression: 'sk, id, subscription_id',
  });
  const named = rows.flatMap((item) => {
    const row = fromItem<{ sk: string; id?: string; subscription_id?: string }>(item);
    const audited = /^audit#(sub_[^#]+)#/.exec(row.sk)?.[1];
    return [row.id, row.subscription_id, audited].filter((id) => id?.startsWith('sub_'));
  });
  return [...new Set(named as string[])];
};

/** What a company has configured: all but its tombstones, which keep what was erased from coming back, and its
 *  emergency stop, which whoever began it ends. */
export const deleteConfiguration = (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  hasTime: () => boolean = () => true,
): Promise<number> =>
  deletePartition(client, table, String(companyId), {
    isKept: (sk) => isTombstoneKey(sk) || isStopKey(sk),
    hasTime,
  });

/** Ids of the events that a subscription has deliveries of, as the index shows them. */
export const findDeliveredEvents = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
): Promise<string[]> => {
  const keys = await keysOf(client, {
    TableName: table,
    IndexName: 'log',
    KeyConditionExpression: 'log_key = :key',
    ExpressionAttributeValues: toItem({ ':key': subscriptionPartition(companyId, subscriptionId) }),
  });
  return [...new Set(keys.map(({ pk }) => pk.split('#')[1]!))];
};

const keysOf = async (client: DynamoDBClient, query: QueryCommandInput): Promise<RowKey[]> => {
  const rows = await queryRows(client, { ...query, ProjectionExpression: 'pk, sk' });
  return rows.map((row) => fromItem<RowKey>(row));
};
