// Failing subscriptions of all companies, and the stops that stand, on a local DynamoDB.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FailingPosition, listFailing } from '../../shared/failing-table.ts';
import { newHealth } from '../../shared/health.ts';
import { putHealth } from '../../shared/health-table.ts';
import * as stops from '../../shared/stops-table.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';

const now = new Date('2026-11-24T09:00:00Z');
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

it('finds every circuit that is not closed, page by page, and nobody who is well', async () => {
  const table = dynamodb.tables.deliveries;
  for (let n = 1; n <= 5; n += 1) {
    const circuit = { state: 'open', tendAt: at(n) } as const;
    await putHealth(dynamodb.client, table, { ...newHealth(n, `sub_${n}`), failures: 9, circuit });
  }
  const pacing = { state: 'closed', tendAt: at(0), paced: true } as const;
  await putHealth(dynamodb.client, table, { ...newHealth(6, 'sub_6'), circuit: pacing });
  await putHealth(dynamodb.client, table, newHealth(7, 'sub_7'));

  const found: number[] = [];
  let after: FailingPosition | undefined;
  do {
    const page = await listFailing(dynamodb.client, table, 2, after);
    found.push(...page.failing.map(({ companyId }) => companyId));
    after = page.readTo;
  } while (after !== undefined);

  expect(found).toEqual([1, 2, 3, 4, 5]);
});

it('lists the stops that stand, that of everything first, and who asked for each', async () => {
  const [client, table] = [dynamodb.client, dynamodb.tables.subscriptions];
  await stops.putStop(client, table, 7, now, 'arn:aws:iam::1:user/ada');
  await stops.putStop(client, table, undefined, now, 'ada');
  const change = { action: 'stopped', companyId: 7, caller: 'ada', token: 'a' } as const;
  await stops.putStopChange(client, table, { ...change, at: now });
  await stops.putStopChange(client, table, { ...change, action: 'ended', at: at(1) });

  const first = await stops.listStops(client, table, { limit: 1 });
  const second = await stops.listStops(client, table, { limit: 1, after: first.readTo! });
  const { changes } = await stops.listStopChanges(client, table, { limit: 10, now });
  const later = await stops.listStopChanges(client, table, { limit: 10, now: at(60 * 24 * 500) });

  expect(first.stops).toEqual([{ stoppedAt: now, stoppedBy: 'ada' }]);
  expect(second.stops).toEqual([
    { companyId: 7, stoppedAt: now, stoppedBy: 'arn:aws:iam::1:user/ada' },
  ]);
  expect(await stops.getStop(client, table, 7)).toEqual(second.stops[0]);
  expect(changes.map(({ action, companyId }) => [action, companyId])).toEqual([
    ['ended', 7],
    ['stopped', 7],
  ]);
  expect(later.changes).toEqual([]);
});
