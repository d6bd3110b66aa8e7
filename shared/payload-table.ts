// How long an event's payload is kept: later than usual, where a job sends it late.
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { eventRowKey, storedEventKey } from './events-table.ts';
import { expirySeconds, succeeds, toItem } from './row.ts';

/** Of the event itself and of one rendering. What is kept longer already stays so; what has passed its time, too. */
export const extendPayload = async (
  client: DynamoDBClient,
  table: string,
  { companyId, eventId, variant }: { companyId: number; eventId: string; variant: string },
  until: Date,
  now: Date,
): Promise<void> => {
  const keys = [eventRowKey(companyId, eventId), storedEventKey(companyId, eventId, variant)];
  const distinct = new Map(keys.map((key) => [key.sk, key]));
  await Promise.all(
    [...distinct.values()].map((key) =>
      succeeds(() =>
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: toItem(key),
            UpdateExpression: 'SET expires_at = :until',
            ConditionExpression: 'expires_at > :now AND expires_at < :until',
            ExpressionAttributeValues: toItem({
              ':until': expirySeconds(until, 0),
              ':now': expirySeconds(now, 0),
            }),
          }),
        ),
      ),
    ),
  );
};
