// Jobs, as rows of the deliveries table: key (company#subscription, `job#` + number). The number is the lock.
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { subscriptionPartition } from './identifiers.ts';
import { type Job, jobIdOf, jobIdPattern } from './job.ts';
import { retentionDays } from './limits.ts';
import {
  dated,
  expirySeconds,
  fromItem,
  getItem,
  hasExpired,
  type Item,
  putOverRevision,
  toItem,
} from './row.ts';
import { jobShard } from './timers-table.ts';

interface JobRow {
  readonly company_id: number;
  readonly subscription_id: string;
  readonly number: number;
  readonly tail: string;
  readonly kind: Job['kind'];
  readonly since?: string;
  readonly status: Job['status'];
  readonly cancel_reason?: Job['cancelReason'];
  readonly total: number;
  readonly done: number;
  readonly deliveries: number;
  readonly pass: number;
  readonly pass_began_at?: string;
  readonly cursor?: Record<string, unknown>;
  readonly next_slot_at: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly updated_at: string;
  readonly due_at?: string;
  readonly expires_at: number;
  readonly revision: number;
}

/** What a job's sort key begins with. */
export const jobKeyPrefix = 'job#';

const jobKey = (companyId: number, subscriptionId: string, number: number) => ({
  pk: subscriptionPartition(companyId, subscriptionId),
  sk: `${jobKeyPrefix}${String(number).padStart(6, '0')}`,
});

/**
 * Writes a job's next state over the one it was made from. Of a new one: false where another job took its number,
 * so that a subscription never has two at once.
 */
export const putJob = async (client: DynamoDBClient, table: string, job: Job): Promise<boolean> =>
  putOverRevision(client, table, toRow(job), job.revision);

/** Strongly consistent. Undefined too for an id that no job of this subscription has. */
export const getJob = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
  jobId: string,
  now: Date,
): Promise<Job | undefined> => {
  const number = jobIdPattern.exec(jobId)?.[1];
  if (number === undefined) return undefined;
  const item = await getItem(client, table, jobKey(companyId, subscriptionId, Number(number)));
  if (item === undefined || hasExpired(fromItem<JobRow>(item), now)) return undefined;
  const job = jobOf(item);
  return jobIdOf(job) === jobId ? job : undefined;
};

export interface JobPage {
  readonly jobs: readonly Job[];
  /** The number that the next page begins below; undefined after the last. */
  readonly below?: number;
}

/** A subscription's jobs, the latest first; strongly consistent. @param below a number: only those before it */
export const listJobs = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
  { limit, now, below = 999_999 }: { limit: number; now: Date; below?: number },
): Promise<JobPage> => {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: toItem({
        ':pk': jobKey(companyId, subscriptionId, 0).pk,
        ':first': jobKey(companyId, subscriptionId, 0).sk,
        ':last': jobKey(companyId, subscriptionId, below - 1).sk,
      }),
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  const jobs = Items.filter((item) => !hasExpired(fromItem<JobRow>(item), now)).map(jobOf);
  const last = Items.at(-1);
  return { jobs, ...(LastEvaluatedKey && last && { below: jobOf(last).number }) };
};

const toRow = (job: Job) =>
  ({
    ...jobKey(job.companyId, job.subscriptionId, job.number),
    company_id: job.companyId,
    subscription_id: job.subscriptionId,
    number: job.number,
    tail: job.tail,
    kind: job.kind,
    since: job.since?.toISOString(),
    status: job.status,
    cancel_reason: job.cancelReason,
    total: job.total,
    done: job.done,
    deliveries: job.deliveries,
    pass: job.pass,
    pass_began_at: job.passBeganAt?.toISOString(),
    cursor: job.cursor && fromItem<Record<string, unknown>>(job.cursor),
    next_slot_at: job.nextSlotAt.toISOString(),
    created_at: job.createdAt.toISOString(),
    created_by: job.createdBy,
    updated_at: job.updatedAt.toISOString(),
    due_shard: jobShard,
    due_at: job.dueAt?.toISOString(),
    expires_at: expirySeconds(job.createdAt, retentionDays),
    revision: job.revision + 1,
  }) satisfies JobRow & Record<string, unknown>;

export const jobOf = (item: Item): Job => {
  const row = fromItem<JobRow>(item);
  return {
    companyId: row.company_id,
    subscriptionId: row.subscription_id,
    number: row.number,
    tail: row.tail,
    kind: row.kind,
    ...dated('since', row.since),
    status: row.status,
    ...(row.cancel_reason && { cancelReason: row.cancel_reason }),
    total: row.total,
    done: row.done,
    deliveries: row.deliveries,
    pass: row.pass,
    ...dated('passBeganAt', row.pass_began_at),
    ...(row.cursor && { cursor: toItem(row.cursor) }),
    nextSlotAt: new Date(row.next_slot_at),
    createdAt: new Date(row.created_at),
    createdBy: row.created_by,
    updatedAt: new Date(row.updated_at),
    ...dated('dueAt', row.due_at),
    revision: row.revision,
  };
};
