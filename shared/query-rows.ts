// Reads all pages of a query: for what is known to be few, a company's subscriptions or an event's deliveries.
import {
  type DynamoDBClient,
  paginateQuery,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './row.ts';

/**
 * Every row that the query finds. A page ends at 1 MB.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 */
export const queryRows = async (
  client: DynamoDBClient,
  query: QueryCommandInput,
): Promise<Item[]> => {
  const pages = await Array.fromAsync(paginateQuery({ client }, query));
  return pages.flatMap(({ Items = [] }) => Items);
};
