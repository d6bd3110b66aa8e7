// Audit rows, on a local DynamoDB.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditEntry, listAuditEntries, putAuditEntry } from '../../shared/audit-table.ts';
import { auditDays } from '../../shared/limits.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 9, minute));
const entry = (minute: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  companyId: 318,
  subscriptionId: 'sub_1',
  at: at(minute),
  caller: 'arn:aws:sts::000000000000:assumed-role/ats/1',
  action: 'changed',
  fields: ['url', 'headers'],
  token: String(minute),
  ...more,
});
const put = (what: AuditEntry) => putAuditEntry(dynamodb.client, 'subscriptions', what);
const list = (limit: number, after?: string, now = at(59), company = 318) =>
  listAuditEntries(dynamodb.client, 'subscriptions', company, 'sub_1', { now, limit, after });

describe('the audit of a subscription', () => {
  it('comes newest first, page by page, each entry once however often it is put', async () => {
    for (const minute of [3, 1, 2, 1, 3, 4, 5]) await put(entry(minute));

    const first = await list(2);
    const second = await list(2, first.readTo);
    const third = await list(2, second.readTo);

    expect([first, second, third].flatMap(({ entries }) => entries)).toEqual(
      [5, 4, 3, 2, 1].map((minute) => entry(minute)),
    );
    expect(third.readTo).toBeUndefined();
  });

  it('tells of no other subscription, and of no other company', async () => {
    await put(entry(6, { subscriptionId: 'sub_10' }));
    await put(entry(6, { companyId: 319, token: 'theirs' }));

    expect((await list(100)).entries.length).toBe(5);
    expect((await list(100, undefined, at(59), 319)).entries.map(({ token }) => token)).toEqual([
      'theirs',
    ]);
    expect((await list(100, undefined, at(59), 320)).entries).toEqual([]);
  });

  it('ends with its time, whether or not TTL has removed it', async () => {
    const end = new Date(at(3).getTime() + auditDays * 86_400_000);

    const { entries } = await list(100, undefined, end);

    expect(entries.map(({ token }) => token)).toEqual(['5', '4']);
  });
});
