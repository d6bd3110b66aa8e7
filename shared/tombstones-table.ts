// Who was erased: rows of the subscriptions table, key (company, `erased#` + candidate). Kept longer than any payload.
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { CandidateId } from './candidate-ids.ts';
import { getRows } from './get-rows.ts';
import { tombstoneDays } from './limits.ts';
import { expirySeconds, fromItem, getItem, hasExpired, type Item, toItem } from './row.ts';

/** Without a candidate: the company itself. */
const tombstoneKey = (companyId: number, candidate?: CandidateId) => ({
  pk: String(companyId),
  sk: candidate === undefined ? 'erased' : `erased#${candidate}`,
});

/** Whether a row of a company's is a tombstone. */
export const isTombstoneKey = (sk: string): boolean => sk === 'erased' || sk.startsWith('erased#');

/** From now on, fan-out drops every event of the candidate; without one, of the whole company. */
export const putTombstone = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  candidate: CandidateId | undefined,
  now: Date,
): Promise<void> => {
  await client.send(
    new PutItemCommand({
      TableName: table,
      Item: toItem({
        ...tombstoneKey(companyId, candidate),
        erased_at: now.toISOString(),
        expires_at: expirySeconds(now, tombstoneDays),
      }),
    }),
  );
};

/** Whether the company is erased, or one of these candidates of it; strongly consistent. */
export const isErased = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  candidates: readonly CandidateId[],
  now: Date,
): Promise<boolean> => {
  const keys = [
    tombstoneKey(companyId),
    ...candidates.map((candidate) => tombstoneKey(companyId, candidate)),
  ];
  const find = await getRows(client, table, keys);
  return keys.some((key) => isStanding(find(key), now));
};

/** Whether the company itself is erased; strongly consistent. */
export const isCompanyErased = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  now: Date,
): Promise<boolean> => {
  const item = await getItem(client, table, tombstoneKey(companyId));
  return isStanding(item, now);
};

const isStanding = (row: Item | undefined, now: Date): boolean =>
  row !== undefined && !hasExpired(fromItem<{ expires_at: number }>(row), now);
