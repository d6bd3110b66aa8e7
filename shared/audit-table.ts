// Who changed what of a subscription, and when: rows of the subscriptions table, key (company, `audit#` + subscription + time).
import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { auditDays } from './limits.ts';
import { expirySeconds, fromItem, toItem } from './row.ts';

export interface AuditEntry {
  readonly companyId: number;
  readonly subscriptionId: string;
  readonly at: Date;
  /** Who asked for it, as IAM knows them; `rappel` for what it did itself. */
  readonly caller: string;
  readonly action: AuditAction;
  /** Names of what changed, as the API names it; never a value. */
  readonly fields: readonly string[];
  /** Tells apart two changes of one instant; the same change put twice is one row. */
  readonly token: string;
}

export type AuditAction = 'created' | 'changed' | 'deleted' | 'disabled' | 'secret-rotated';

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** Where the next page begins; undefined after the last. */
  readonly readTo?: string;
}

interface AuditRow extends Pick<AuditEntry, 'caller' | 'action' | 'fields' | 'token'> {
  readonly sk: string;
  readonly at: string;
  readonly expires_at: number;
}

const prefixOf = (subscriptionId: string): string => `audit#${subscriptionId}#`;

export const putAuditEntry = async (
  client: DynamoDBClient,
  table: string,
  { companyId, subscriptionId, at, ...rest }: AuditEntry,
): Promise<void> => {
  const { caller, action, fields, token } = rest;
  const row: AuditRow = {
    sk: `${prefixOf(subscriptionId)}${at.toISOString()}#${token}`,
    at: at.toISOString(),
    caller,
    action,
    fields,
    token,
    expires_at: expirySeconds(at, auditDays),
  };
  await client.send(
    new PutItemCommand({ TableName: table, Item: toItem({ pk: String(companyId), ...row }) }),
  );
};

/** Strongly consistent. What has passed its time is left out. */
export const listAuditEntries = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
  { now, limit, after }: { readonly now: Date; readonly limit: number; readonly after?: string },
): Promise<AuditPage> => {
  const prefix = prefixOf(subscriptionId);
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      ScanIndexForward: false,
      KeyConditionExpression: 'pk = :company AND begins_with(sk, :prefix)',
      FilterExpression: 'expires_at > :now',
      ExpressionAttributeValues: toItem({
        ':company': String(companyId),
        ':prefix': prefix,
        ':now': expirySeconds(now, 0),
      }),
      Limit: limit,
      ...(after !== undefined && {
        ExclusiveStartKey: toItem({ pk: String(companyId), sk: prefix + after }),
      }),
    }),
  );
  const entries = Items.map((item): AuditEntry => {
    const { at, caller, action, fields, token } = fromItem<AuditRow>(item);
    return { companyId, subscriptionId, at: new Date(at), caller, action, fields, token };
  });
  const last = LastEvaluatedKey && fromItem<AuditRow>(LastEvaluatedKey).sk;
  return { entries, ...(last !== undefined && { readTo: last.slice(prefix.length) }) };
};
