// Erasures, as rows of the deliveries table: key (company#erasures, `erasure#` + id). Kept as long as their tombstones.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Erasure, erasureIdOf } from './erasure.ts';
import { tombstoneDays } from './limits.ts';
import {
  dated,
  expirySeconds,
  fromItem,
  getItem,
  type Item,
  putOverRevision,
  toItem,
} from './row.ts';
import { jobShard } from './timers-table.ts';

interface ErasureRow {
  readonly company_id: number;
  readonly candidate_ids: Erasure['candidateIds'];
  readonly status: Erasure['status'];
  readonly position: { readonly id: number; readonly start?: Record<string, unknown> };
  readonly erased: Erasure['erased'];
  readonly requested_at: string;
  readonly requested_by: string;
  readonly completed_at?: string;
  readonly due_at?: string;
  readonly revision: number;
}

/** What an erasure's sort key begins with. */
export const erasureKeyPrefix = 'erasure#';

const erasureKey = (companyId: number, id: string) => ({
  pk: `${companyId}#erasures`,
  sk: `${erasureKeyPrefix}${id}`,
});

/** Strongly consistent. */
export const getErasure = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  id: string,
): Promise<Erasure | undefined> => {
  const item = await getItem(client, table, erasureKey(companyId, id));
  return item && erasureOf(item);
};

/** Writes an erasure's next state over the one it was made from. False where another writer was first. */
export const putErasure = async (
  client: DynamoDBClient,
  table: string,
  erasure: Erasure,
): Promise<boolean> => putOverRevision(client, table, toRow(erasure), erasure.revision);

const toRow = (erasure: Erasure) => {
  const { id, start } = erasure.position;
  return {
    ...erasureKey(erasure.companyId, erasureIdOf(erasure.companyId, erasure.candidateIds[0]!)),
    company_id: erasure.companyId,
    candidate_ids: erasure.candidateIds,
    status: erasure.status,
    position: { id, start: start && fromItem<Record<string, unknown>>(start) },
    erased: erasure.erased,
    requested_at: erasure.requestedAt.toISOString(),
    requested_by: erasure.requestedBy,
    completed_at: erasure.completedAt?.toISOString(),
    due_shard: jobShard,
    due_at: erasure.dueAt?.toISOString(),
    expires_at: expirySeconds(erasure.requestedAt, tombstoneDays),
    revision: erasure.revision + 1,
  } satisfies ErasureRow & Record<string, unknown>;
};

export const erasureOf = (item: Item): Erasure => {
  const row = fromItem<ErasureRow>(item);
  const { id, start } = row.position;
  return {
    companyId: row.company_id,
    candidateIds: row.candidate_ids,
    status: row.status,
    position: { id, ...(start && { start: toItem(start) }) },
    erased: row.erased,
    requestedAt: new Date(row.requested_at),
    requestedBy: row.requested_by,
    ...dated('completedAt', row.completed_at),
    ...dated('dueAt', row.due_at),
    revision: row.revision,
  };
};
