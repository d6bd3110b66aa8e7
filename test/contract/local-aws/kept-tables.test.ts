// Tables that a data folder kept: what a kill parted is mended, and what the stack changed is taken
// over.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AwsService } from '../../../infra/local/aws/aws-call.ts';
import { openDynalite } from '../../../infra/local/aws/dynalite-engine.ts';
import { startDynamoDb } from '../../../infra/local/aws/dynamodb-service.ts';
import type { TableModel } from '../../../infra/local/stack-model.ts';
import { accountId, region, thingsTable } from './small-stack.ts';

const TableName = thingsTable.name;
const item = (pk: string) => ({
  pk: { S: pk },
  sk: { S: '1' },
  due: { S: 'shard' },
  at: { S: pk },
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tables-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = (table: TableModel = thingsTable): Promise<AwsService> =>
  startDynamoDb({
    tables: [table],
    region,
    accountId,
    folder: join(folder, 'dynamodb'),
    random: () => 0,
    now: () => 0,
  });

const run = (service: AwsService, operation: string, input: Record<string, unknown>) =>
  service.run(
    { principal: { kind: 'root' }, service: 'dynamodb', operation, input, resources: [] },
    new AbortController().signal,
  );

const keysIn = async (service: AwsService, IndexName: string): Promise<unknown[]> => {
  const { Items } = await run(service, 'Scan', { TableName, IndexName });
  return (Items as { pk: { S: string } }[]).map(({ pk }) => pk.S).sort();
};

it('finds an item again whose index row a kill took, and loses a row without an item', async () => {
  const first = await start();
  for (const pk of ['kept', 'lost']) {
    await run(first, 'PutItem', { TableName, Item: item(pk) });
  }
  await first.close();
  const engine = openDynalite(join(folder, 'dynamodb'));
  await engine.store.db.open();
  const rows = engine.store.getIndexDb('global', TableName, 'by-due');
  const table = (await engine.run('DescribeTable', { TableName })).Table as never;
  const keyOf = (pk: string) => engine.indexRowsOf(item(pk), table)[0]?.key ?? '';
  await new Promise((done) => rows.del(keyOf('lost'), done));
  await new Promise((done) => rows.put(keyOf('stray'), item('stray'), done));
  await engine.store.db.close();
  rmSync(join(folder, 'dynamodb-closed-cleanly'));

  const again = await start();

  expect(await keysIn(again, 'by-due')).toEqual(['kept', 'lost']);
  await again.close();
});

it('fills an index that the stack has got since', async () => {
  const attributeDefinitions = thingsTable.attributeDefinitions.slice(0, 2);
  const before = await start({
    ...thingsTable,
    attributeDefinitions,
    globalSecondaryIndexes: [],
  });
  await run(before, 'PutItem', { TableName, Item: item('old') });
  await before.close();

  const again = await start();

  expect(await keysIn(again, 'by-due')).toEqual(['old']);
  await again.close();
});

it('refuses a folder that another process uses', async () => {
  const first = await start();

  await expect(start()).rejects.toThrow('Another process uses');
  await first.close();
});

it('refuses a folder that is no store, with its name and the cause', async () => {
  writeFileSync(join(folder, 'dynamodb'), '');

  await expect(start()).rejects.toThrow(/dynamodb cannot be opened \(EEXIST: .*\): start with/);
});

it('refuses a table whose key the stack has changed, and says what to do', async () => {
  await (await start()).close();
  const keySchema = thingsTable.keySchema.slice(0, 1);

  await expect(start({ ...thingsTable, keySchema })).rejects.toThrow(
    'The data folder has table things with the key HASH pk (S), RANGE sk (S), the stack wants HASH pk (S). ' +
      'A key cannot change: start with another data folder.',
  );
});
