// Rows with their tables, read and written whole: how a run's company is made, moved in time, and looked at.
import { BatchWriteItemCommand, QueryCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../shared/row.ts';
import type { TestStack } from '../../local/support/local-stack.ts';

export interface PlacedRow {
  readonly table: string;
  readonly item: Item;
}

/** Strongly consistent. */
export const readAll = async (
  { dynamodb }: TestStack,
  partitions: readonly [string, string][],
): Promise<PlacedRow[]> => {
  const pages = await Promise.all(
    partitions.map(async ([table, pk]) => {
      const { Items } = await dynamodb.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: pk } },
        }),
      );
      return (Items ?? []).map((item) => ({ table, item }));
    }),
  );
  return pages.flat();
};

const writesAtOnce = 25;

export const writeAll = async (
  { dynamodb }: TestStack,
  changes: readonly (PlacedRow | { table: string; key: Item })[],
): Promise<void> => {
  for (let from = 0; from < changes.length; from += writesAtOnce) {
    const RequestItems: Record<string, WriteRequest[]> = {};
    for (const change of changes.slice(from, from + writesAtOnce)) {
      const request =
        'item' in change
          ? { PutRequest: { Item: change.item } }
          : { DeleteRequest: { Key: change.key } };
      RequestItems[change.table] = [...(RequestItems[change.table] ?? []), request];
    }
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
  }
};
