// The turns of a second, on a local DynamoDB.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeTurn } from '../../shared/turns-table.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

const second = 1_795_000_000;
const take = (subscriptionId: string, at = second) =>
  takeTurn(dynamodb.client, 'deliveries', { companyId: 318, subscriptionId }, at, 7);

it('a second has as many turns as its limit says, however many want one at once', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => take('sub_1')));

  expect(answers.filter(Boolean).length).toBe(7);
});

it('each second and each subscription has turns of its own, and none outlives its hour', async () => {
  const answers = [await take('sub_1', second + 1), await take('sub_2')];

  const rows = await dynamodb.rows('deliveries');
  expect(answers).toEqual([true, true]);
  expect(rows.map(({ sk, expires_at }) => Number(expires_at) - Number(`${sk}`.slice(6)))).toEqual([
    3_600, 3_600, 3_600,
  ]);
});
