// Failed attempts in detail: rows of the deliveries table, key (company#event, attempt#subscription#number#start#request).
import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type DeliveryName, deliveryKey } from './deliveries-table.ts';
import type { AttemptSummary, Trigger } from './delivery.ts';
import { retentionDays } from './limits.ts';
import type { Outcome } from './outcome.ts';
import { expirySeconds, fromItem, hasExpired, toItem } from './row.ts';

/** As it was written; what was erased since is no longer there. */
export interface FailedAttempt {
  readonly number: number;
  readonly trigger: Trigger;
  /** The request that asked for a manual one. */
  readonly askedBy?: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly peerAddress?: string;
  readonly status?: number;
  readonly errorClass: string;
  /** A sentence, where there was no answer. */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** At most 16 KiB of text. */
  readonly bodyExcerpt?: string;
}

interface AttemptRow extends Omit<FailedAttempt, 'startedAt' | 'trigger' | 'askedBy'> {
  readonly trigger?: 'manual';
  readonly asked_by?: string;
  readonly started_at: string;
  readonly expires_at: number;
}

/** Beside the deliveries' own rows, which a query finds without reading these. */
export const attemptKeyPrefix = (subscriptionId: string): string => `attempt#${subscriptionId}#`;

/**
 * Put before the delivery's state changes: a logged state always has its story. Its start, and who asked for
 * it, are parts of the key, as attempts side by side may each believe that a number is theirs: SQS's copies, two
 * resends.
 */
export const putFailedAttempt = async (
  client: DynamoDBClient,
  table: string,
  name: DeliveryName,
  { number, trigger, request }: Pick<AttemptSummary, 'number' | 'trigger' | 'request'>,
  outcome: Outcome,
): Promise<void> => {
  const { startedAt, kind: _, ...rest } = outcome;
  const startedAtText = startedAt.toISOString();
  const place = [String(number).padStart(4, '0'), startedAtText, ...(request ? [request] : [])];
  await client.send(
    new PutItemCommand({
      TableName: table,
      Item: toItem({
        pk: deliveryKey(name).pk,
        sk: `${attemptKeyPrefix(name.subscriptionId)}${place.join('#')}`,
        number,
        ...(trigger === 'manual' && { trigger }),
        asked_by: request,
        started_at: startedAtText,
        ...rest,
        expires_at: expirySeconds(startedAt, retentionDays),
      }),
    }),
  );
};

/** The last ones, newest first; strongly consistent. Without those that have passed their time. Of a number there may
 *  be several: the one that the delivery's row knows began when that says. */
export const listFailedAttempts = async (
  client: DynamoDBClient,
  table: string,
  name: DeliveryName,
  limit: number,
  now: Date,
): Promise<FailedAttempt[]> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: toItem({
        ':pk': deliveryKey(name).pk,
        ':prefix': attemptKeyPrefix(name.subscriptionId),
      }),
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items.map((item) => fromItem<AttemptRow>(item))
    .filter((row) => !hasExpired(row, now))
    .map(({ started_at, trigger, asked_by, ...row }) => ({
      ...row,
      ...(asked_by !== undefined && { askedBy: asked_by }),
      trigger: trigger ?? 'scheduled',
      startedAt: new Date(started_at),
    }));
};
