// Subscriptions that fail, of all companies: their health rows have a timer, and so are in the index of what is due.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { getRows } from './get-rows.ts';
import type { Health } from './health.ts';
import { healthOf } from './health-table.ts';
import { fromItem, toItem } from './row.ts';
import { findDue, healthShard } from './timers-table.ts';

/** A row in the index: its key, and its timer. */
export type FailingPosition = readonly [pk: string, sk: string, dueAt: string];

/** Later than any timer, and sorted so as a text. */
const endOfTime = new Date('9999-12-31T23:59:59.999Z');

/**
 * The rows themselves, strongly consistent, by the index's word on where they are: those whose circuit is not closed,
 * that have failed since their last success, or that the ATS has yet to be told of. Fewer than `limit` may be left.
 */
export const listFailing = async (
  client: DynamoDBClient,
  table: string,
  limit: number,
  after?: FailingPosition,
): Promise<{ readonly failing: readonly Health[]; readonly readTo?: FailingPosition }> => {
  const start =
    after && toItem({ pk: after[0], sk: after[1], due_shard: healthShard, due_at: after[2] });
  const { hints, next } = await findDue(client, table, healthShard, endOfTime, limit, start);
  const rowOf = await getRows(client, table, hints);
  const failing = hints
    .map(rowOf)
    .filter((row) => row !== undefined)
    .map(healthOf)
    .filter(isFailing);
  const { pk, sk, due_at } = next ? fromItem<Record<string, string>>(next) : {};
  return { failing, ...(next && { readTo: [pk!, sk!, due_at!] as const }) };
};

const isFailing = ({ circuit, failures, notices }: Health): boolean =>
  circuit.state !== 'closed' || failures > 0 || notices.length > 0;
