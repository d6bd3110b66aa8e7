// Pins what local mode assumes about dynalite, of which it calls inner parts: read this when an
// update turns red.
import { createRequire } from 'node:module';
import { expect, it, vi } from 'vitest';
import { openDynalite } from '../../infra/local/aws/dynalite-engine.ts';
import { prepareTable } from '../../infra/local/aws/dynamodb-tables.ts';
import { thingsTable } from '../contract/local-aws/small-stack.ts';

const TableName = thingsTable.name;
const Item = { pk: { S: 'a' }, sk: { S: '1' }, due: { S: 'shard' }, at: { S: '1' } };

const openThings = async () => {
  const engine = openDynalite();
  await engine.store.db.open();
  await prepareTable(engine, thingsTable);
  return engine;
};

it('has the version whose inner parts are known', () => {
  const { version } = createRequire(import.meta.url)('dynalite/package.json');

  expect(version).toBe('4.0.0');
});

it('writes the index rows of an item before the item itself, so a kill can part them', async () => {
  const engine = await openThings();
  const writes: string[] = [];
  const { getItemDb, getIndexDb } = engine.store;
  const noted = (what: string, rows: ReturnType<typeof getItemDb>) =>
    Object.assign(Object.create(rows), {
      put: (key: string, value: object, done: (error: unknown) => void) => {
        writes.push(what);
        rows.put(key, value as never, done);
      },
    });
  engine.store.getItemDb = (table) => noted('item', getItemDb(table));
  engine.store.getIndexDb = (...names) => noted('index', getIndexDb(...names));

  await engine.run('PutItem', { TableName, Item: { ...Item } });

  expect(writes).toEqual(['index', 'item']);
  await engine.store.db.close();
});

it('gives the key and the index rows of an item, as it stores them', async () => {
  const engine = await openThings();
  await engine.run('PutItem', { TableName, Item: { ...Item } });
  const table = (await engine.run('DescribeTable', { TableName })).Table as never;
  const stored = async (prefix: string) => {
    const keys: string[] = [];
    const range = { gte: prefix, lt: `${prefix}\xff` };
    for await (const [key] of engine.store.db.iterator(range)) keys.push(key.slice(prefix.length));
    return keys;
  };

  expect(await stored('item-things~')).toEqual([engine.keyOf(Item, table)]);
  expect(await stored('index-global~things~by-due~')).toEqual(
    engine.indexRowsOf(Item, table).map(({ key }) => key),
  );
  await engine.store.db.close();
});

it('does not know ReturnValuesOnConditionCheckFailure, which is why we answer it', async () => {
  const engine = await openThings();
  const put = () =>
    engine.run('PutItem', {
      TableName,
      Item: { ...Item },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  await put();

  await expect(put()).rejects.toMatchObject({
    code: 'ConditionalCheckFailedException',
    members: {},
  });
  await engine.store.db.close();
});

it('leaves open no iterator that a query or a scan began', async () => {
  const engine = await openThings();
  const { db } = engine.store as unknown as { db: Record<string, (resource: object) => void> };
  const open = new Set<object>();
  const opened: object[] = [];
  const { attachResource, detachResource } = db;
  Object.assign(db, {
    attachResource: (resource: object) => {
      opened.push(resource);
      open.add(resource);
      attachResource!.call(db, resource);
    },
    detachResource: (resource: object) => {
      open.delete(resource);
      detachResource!.call(db, resource);
    },
  });
  for (const at of ['1', '2', '3']) {
    await engine.run('PutItem', { TableName, Item: { ...Item, sk: { S: at } } });
  }

  const KeyConditionExpression = 'pk = :pk';
  const ExpressionAttributeValues = { ':pk': { S: 'a' } };
  await engine.run('Query', { TableName, KeyConditionExpression, ExpressionAttributeValues });
  await engine.run('Scan', { TableName, Limit: 1 });

  expect(opened).toHaveLength(2);
  await vi.waitFor(() => expect(open.size).toBe(0));
  await engine.store.db.close();
});
