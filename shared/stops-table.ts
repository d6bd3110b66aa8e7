// Emergency stops, in the subscriptions table: while one stands, every delivery it covers is held.
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { toItem } from './row.ts';

/** No company's key: those are numbers. */
const pk = 'control';

/** The stop of everything, or of one company. */
export const stopKey = (companyId?: number) => ({
  pk,
  sk: companyId === undefined ? 'stop' : `stop#${companyId}`,
});

/** Whether one stands that covers a company; strongly consistent. */
export const isStopped = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
): Promise<boolean> => {
  const stops = await Promise.all(
    [stopKey(), stopKey(companyId)].map((key) =>
      client.send(new GetItemCommand({ TableName: table, Key: toItem(key), ConsistentRead: true })),
    ),
  );
  return stops.some(({ Item }) => Item !== undefined);
};

/** Stops a company, or everything. Deliveries met from now on are held; released by the admin API alone. */
export const putStop = async (
  client: DynamoDBClient,
  table: string,
  companyId: number | undefined,
  now: Date,
): Promise<void> => {
  const Item = toItem({ ...stopKey(companyId), stopped_at: now.toISOString() });
  await client.send(new PutItemCommand({ TableName: table, Item }));
};

/** Ends a stop. What was held meanwhile stays held. */
export const deleteStop = async (
  client: DynamoDBClient,
  table: string,
  companyId: number | undefined,
): Promise<void> => {
  await client.send(new DeleteItemCommand({ TableName: table, Key: toItem(stopKey(companyId)) }));
};
