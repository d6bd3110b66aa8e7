// Emergency stops, on a local DynamoDB.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deleteConfiguration } from '../../shared/company-rows-table.ts';
import { toItem } from '../../shared/row.ts';
import { deleteStop, getStop, isStopped, listStops, putStop } from '../../shared/stops-table.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';

const now = new Date('2026-11-24T09:00:00Z');

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterEach(async () => {
  for (const company of [undefined, 7]) await end(company);
});
afterAll(() => dynamodb.close());

const stop = (company?: number) =>
  putStop(dynamodb.client, dynamodb.tables.subscriptions, company, now, 'ada');
const end = (company?: number) =>
  deleteStop(dynamodb.client, dynamodb.tables.subscriptions, company);
const covered = async (...companies: number[]) =>
  Promise.all(
    companies.map((each) => isStopped(dynamodb.client, dynamodb.tables.subscriptions, each)),
  );
const listed = async (): Promise<(number | undefined)[]> => {
  const { stops } = await listStops(dynamodb.client, dynamodb.tables.subscriptions, { limit: 100 });
  return stops.map(({ companyId }) => companyId);
};

describe('an emergency stop', () => {
  it('covers one company, whose number may begin like another’s', async () => {
    await stop(7);

    expect(await covered(7, 77, 8)).toEqual([true, false, false]);
  });

  it('covers everything', async () => {
    await stop();

    expect(await covered(7, 8)).toEqual([true, true]);
  });

  it('leaves the company’s own when that of everything ends', async () => {
    await stop();
    await stop(7);

    await end();

    expect(await covered(7, 8)).toEqual([true, false]);
  });

  it('begun again stays as it stands: since when, and by whom', async () => {
    const { client, tables } = dynamodb;
    const later = new Date(now.getTime() + 60_000);

    const first = await putStop(client, tables.subscriptions, 7, now, 'ada');
    const second = await putStop(client, tables.subscriptions, 7, later, 'eve');

    expect(first).toEqual({ companyId: 7, stoppedAt: now, stoppedBy: 'ada' });
    expect(second).toEqual(first);
    expect(await getStop(client, tables.subscriptions, 7)).toEqual(first);
  });

  it('is as good put twice, and ended twice', async () => {
    await stop(7);
    await stop(7);
    const before = await covered(7);
    await end(7);
    await end(7);

    expect([...before, ...(await covered(7))]).toEqual([true, false]);
  });

  it('of a company outlives what the company had: who began it ends it', async () => {
    await stop(7);

    await deleteConfiguration(dynamodb.client, dynamodb.tables.subscriptions, 7);

    expect(await covered(7)).toEqual([true]);
    expect(await listed()).toEqual([7]);
  });
});

describe('the list of emergency stops', () => {
  it('has those that stand, and no more one that has ended', async () => {
    await stop(7);
    await stop();
    const both = await listed();
    await end(7);

    expect(both).toEqual([undefined, 7]);
    expect(await listed()).toEqual([undefined]);
  });

  it('has none that a crash kept from standing, and has it once it was asked for again', async () => {
    const TableName = dynamodb.tables.subscriptions;
    // What is written first; the worker ended then.
    const Item = toItem({ pk: 'control', sk: 'stop#7', company_id: 7 });
    await dynamodb.client.send(new PutItemCommand({ TableName, Item }));
    const before = [await listed(), await covered(7)];
    await stop(7);

    expect(before).toEqual([[], [false]]);
    expect([await listed(), await covered(7)]).toEqual([[7], [true]]);
  });

  it('says what holds, whoever begins and ends it at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([stop(7), end(7), stop(7), end(7)]);

      expect(await listed()).toEqual((await covered(7))[0] ? [7] : []);
    }
  });
});
