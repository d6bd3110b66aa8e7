// The deliveries that a job may be about: a walk over the index `log` of one subscription. What it shows is a hint.
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { deliveryKey, deliveryOf } from './deliveries-table.ts';
import type { Delivery } from './delivery.ts';
import { subscriptionPartition } from './identifiers.ts';
import { type Job, markOf } from './job.ts';
import { jobPageRows } from './limits.ts';
import { expirySeconds, type Item, toItem } from './row.ts';

export interface JobDeliveries {
  /** In the order of the log: those that the job looks for, and those that this very pass has moved already. */
  readonly deliveries: readonly Delivery[];
  /** Where the walk goes on; undefined at its end. */
  readonly next?: Item;
}

/** One part of a job's walk, from its cursor on. */
export const listJobDeliveries = async (
  client: DynamoDBClient,
  table: string,
  job: Job,
  now: Date,
): Promise<JobDeliveries> => {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: 'log',
      KeyConditionExpression: 'log_key = :key',
      FilterExpression: '(#status = :status OR job = :mark) AND expires_at > :now',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: toItem({
        ':key': subscriptionPartition(job.companyId, job.subscriptionId),
        ':status': job.kind === 'release' ? 'held' : 'exhausted',
        ':mark': markOf(job),
        ':now': expirySeconds(now, 0),
      }),
      Limit: jobPageRows,
      ExclusiveStartKey: job.cursor,
    }),
  );
  return {
    deliveries: Items.map(deliveryOf),
    ...(LastEvaluatedKey && { next: LastEvaluatedKey }),
  };
};

/** A place in the walk: behind this delivery. */
export const logCursorOf = (delivery: Delivery): Item =>
  toItem({
    ...deliveryKey(delivery),
    log_key: subscriptionPartition(delivery.companyId, delivery.subscriptionId),
    logged_at: delivery.createdAt.toISOString(),
  });
