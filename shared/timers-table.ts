// The timers of the deliveries table: rows that are due, rows parked behind a circuit. What an index says is a hint.
import {
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { subscriptionPartition } from './identifiers.ts';
import { fromItem, type Item, isConditionFailure, type RowKey, toItem } from './row.ts';

/** A row as an index showed it; the row itself may have moved on. */
export interface Hint extends RowKey {
  /** Its timer then, ISO 8601: a claim holds only where the row still has this one. */
  readonly at: string;
}

export interface HintPage {
  readonly hints: readonly Hint[];
  /** Where the next page begins; undefined after the last. */
  readonly next?: Item;
}

/** Waiting deliveries are spread over so many partitions of the due index: one takes 1,000 writes a second.
 *  https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
export const deliveryShards: readonly string[] = Array.from({ length: 10 }, (_, n) => String(n));

/** Health rows and notices have partitions of their own: neither waits behind a backlog of deliveries. */
export const healthShard = 'health';
export const noticeShard = 'notice';
/** Jobs too: an erasure waits behind no backlog. */
export const jobShard = 'job';

/** Rows of one shard that are due, the longest overdue first. */
export const findDue = (
  client: DynamoDBClient,
  table: string,
  shard: string,
  now: Date,
  limit: number,
  start?: Item,
): Promise<HintPage> =>
  findHints(client, 'due_at', {
    TableName: table,
    IndexName: 'due',
    KeyConditionExpression: 'due_shard = :key AND due_at <= :now',
    ExpressionAttributeValues: toItem({ ':key': shard, ':now': now.toISOString() }),
    Limit: limit,
    ExclusiveStartKey: start,
  });

/** A subscription's parked rows whose attempt is due by the schedule, the longest overdue first. */
export const findParked = (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
  now: Date,
  limit: number,
): Promise<HintPage> =>
  findHints(client, 'parked_at', {
    TableName: table,
    IndexName: 'parked',
    KeyConditionExpression: 'log_key = :key AND parked_at <= :now',
    ExpressionAttributeValues: toItem({
      ':key': subscriptionPartition(companyId, subscriptionId),
      ':now': now.toISOString(),
    }),
    Limit: limit,
  });

/** Takes a due row until `until`, when a later sweep will look again. Undefined: another was first. */
export const claimDue = (
  client: DynamoDBClient,
  table: string,
  { pk, sk, at }: Hint,
  until: Date,
): Promise<Item | undefined> =>
  updateTimer(client, table, { pk, sk }, 'SET due_at = :until', 'due_at = :at', {
    ':at': at,
    ':until': until.toISOString(),
  });

/** Moves a parked row back among the due ones, claimed until `until`. Undefined: another was first. */
export const claimParked = (
  client: DynamoDBClient,
  table: string,
  { pk, sk, at }: Hint,
  until: Date,
): Promise<Item | undefined> =>
  updateTimer(
    client,
    table,
    { pk, sk },
    'SET due_at = :until REMOVE parked_at',
    'parked_at = :at',
    { ':at': at, ':until': until.toISOString() },
  );

/**
 * Ends a claimed delivery's timer. False where it has another by now, or waits again: a job may have put it on its way
 * since, with a timer of the very same instant, and nothing else would find it then.
 */
export const clearDue = async (
  client: DynamoDBClient,
  table: string,
  key: RowKey,
  claimedUntil: Date,
): Promise<boolean> => {
  const condition = 'due_at = :until AND #status <> :waiting';
  const values = { ':until': claimedUntil.toISOString(), ':waiting': 'waiting' };
  const names = { '#status': 'status' };
  const row = await updateTimer(client, table, key, 'REMOVE due_at', condition, values, names);
  return row !== undefined;
};

const findHints = async (
  client: DynamoDBClient,
  timer: 'due_at' | 'parked_at',
  query: QueryCommandInput,
): Promise<HintPage> => {
  const { Items, LastEvaluatedKey } = await client.send(new QueryCommand(query));
  const hints = (Items ?? []).map((item) => {
    const row = fromItem<Record<string, string>>(item);
    return { pk: row.pk!, sk: row.sk!, at: row[timer]! };
  });
  return { hints, next: LastEvaluatedKey };
};

/** A claim leaves the revision alone: a worker that decided meanwhile still writes its decision. */
const updateTimer = async (
  client: DynamoDBClient,
  table: string,
  { pk, sk }: RowKey,
  update: string,
  condition: string,
  values: Record<string, string>,
  names?: Record<string, string>,
): Promise<Item | undefined> => {
  try {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem({ pk, sk }),
        UpdateExpression: update,
        ConditionExpression: condition,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: toItem(values),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes;
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
};
