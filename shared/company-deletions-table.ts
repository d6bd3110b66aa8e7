// Deletions of companies, as rows of the deliveries table: key (company#erasures, `deletion#` + id).
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type CompanyDeletion, deletionIdOf } from './company-deletion.ts';
import { tombstoneDays } from './limits.ts';
import { dated, expirySeconds, fromItem, getItem, type Item, putOverRevision } from './row.ts';
import { jobShard } from './timers-table.ts';

interface DeletionRow extends Pick<CompanyDeletion, 'status' | 'events' | 'rows' | 'revision'> {
  readonly company_id: number;
  readonly subscription_ids: readonly string[];
  readonly requested_at: string;
  readonly requested_by: string;
  readonly completed_at?: string;
  readonly due_at?: string;
}

/** What a deletion's sort key begins with. */
export const deletionKeyPrefix = 'deletion#';

const deletionKey = (companyId: number) => ({
  pk: `${companyId}#erasures`,
  sk: `${deletionKeyPrefix}${deletionIdOf(companyId)}`,
});

/** Strongly consistent. */
export const getDeletion = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
): Promise<CompanyDeletion | undefined> => {
  const item = await getItem(client, table, deletionKey(companyId));
  return item && deletionOf(item);
};

/** Writes a deletion's next state over the one it was made from. False where another writer was first. */
export const putDeletion = async (
  client: DynamoDBClient,
  table: string,
  deletion: CompanyDeletion,
): Promise<boolean> => putOverRevision(client, table, toRow(deletion), deletion.revision);

const toRow = (deletion: CompanyDeletion) =>
  ({
    ...deletionKey(deletion.companyId),
    company_id: deletion.companyId,
    status: deletion.status,
    subscription_ids: deletion.subscriptionIds,
    events: deletion.events,
    rows: deletion.rows,
    requested_at: deletion.requestedAt.toISOString(),
    requested_by: deletion.requestedBy,
    completed_at: deletion.completedAt?.toISOString(),
    due_shard: jobShard,
    due_at: deletion.dueAt?.toISOString(),
    expires_at: expirySeconds(deletion.requestedAt, tombstoneDays),
    revision: deletion.revision + 1,
  }) satisfies DeletionRow & Record<string, unknown>;

export const deletionOf = (item: Item): CompanyDeletion => {
  const row = fromItem<DeletionRow>(item);
  return {
    companyId: row.company_id,
    status: row.status,
    subscriptionIds: row.subscription_ids,
    events: row.events,
    rows: row.rows,
    requestedAt: new Date(row.requested_at),
    requestedBy: row.requested_by,
    ...dated('completedAt', row.completed_at),
    ...dated('dueAt', row.due_at),
    revision: row.revision,
  };
};
