// One event of the events table, read for people.
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { storedEventKey } from './events-table.ts';
import { toItem } from './row.ts';
import { type KeptEvent, keptEventOf } from './stored-event.ts';

/** Strongly consistent; undefined where it has passed its time. */
export const getEvent = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  eventId: string,
  now: Date,
): Promise<KeptEvent | undefined> => {
  const Key = toItem(storedEventKey(companyId, eventId, 'full@1'));
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
  );
  return Item && keptEventOf(Item, now);
};
