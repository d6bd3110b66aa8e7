// Turns of a subscription with a limit of its own: one row of the deliveries table for each second in which it is called.
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { subscriptionPartition } from './identifiers.ts';
import { succeeds, toItem } from './row.ts';

/** Seconds that the row of a second is kept: longer than two clocks may differ. */
const keptSeconds = 3_600;

/**
 * Takes one of a second's turns. False where all are taken.
 * @param second since 1970
 */
export const takeTurn = (
  client: DynamoDBClient,
  table: string,
  { companyId, subscriptionId }: { readonly companyId: number; readonly subscriptionId: string },
  second: number,
  max: number,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem({
          pk: subscriptionPartition(companyId, subscriptionId),
          sk: `turns#${second}`,
        }),
        UpdateExpression: 'ADD taken :one SET expires_at = :end',
        ConditionExpression: 'attribute_not_exists(taken) OR taken < :max',
        ExpressionAttributeValues: toItem({ ':one': 1, ':max': max, ':end': second + keptSeconds }),
      }),
    ),
  );
