// Gives the engine the tables that the template names, and mends what a kill left half written.
import type { TableModel } from '../stack-model.ts';
import { StartError } from '../start-error.ts';
import type { DynaliteEngine, DynaliteStore, Item, TableDescription } from './dynalite-engine.ts';

const describe = (store: DynaliteStore, name: string): Promise<TableDescription | undefined> =>
  new Promise((resolve, reject) => {
    store.getTable(name, false, (error, table) => {
      if (!error) resolve(table);
      else if ((error as { name?: string }).name === 'NotFoundError') resolve(undefined);
      else reject(error);
    });
  });

const keyTextOf = (table: {
  readonly KeySchema: TableDescription['KeySchema'];
  readonly AttributeDefinitions: TableDescription['AttributeDefinitions'];
}): string =>
  table.KeySchema.map(({ AttributeName, KeyType }) => {
    const type = table.AttributeDefinitions.find((each) => each.AttributeName === AttributeName);
    return `${KeyType} ${AttributeName} (${type?.AttributeType})`;
  }).join(', ');

const refuseOtherKey = (model: TableModel, kept: TableDescription): void => {
  const wanted = keyTextOf({
    KeySchema: model.keySchema,
    AttributeDefinitions: model.attributeDefinitions,
  });
  if (keyTextOf(kept) === wanted) return;
  throw new StartError(
    `The data folder has table ${model.name} with the key ${keyTextOf(kept)}, ` +
      `the stack wants ${wanted}. A key cannot change: start with another data folder.`,
  );
};

const createInput = (model: TableModel): Record<string, unknown> => ({
  TableName: model.name,
  AttributeDefinitions: model.attributeDefinitions.map((each) => ({ ...each })),
  KeySchema: model.keySchema.map((each) => ({ ...each })),
  BillingMode: 'PAY_PER_REQUEST',
  ...(model.globalSecondaryIndexes.length === 0
    ? {}
    : {
        GlobalSecondaryIndexes: model.globalSecondaryIndexes.map((index) => ({
          IndexName: index.name,
          KeySchema: index.keySchema.map((each) => ({ ...each })),
          Projection: { ...index.projection },
        })),
      }),
});

const indexTextOf = (table: TableDescription | undefined): string =>
  JSON.stringify(
    (table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => [
      IndexName,
      KeySchema,
      Projection,
    ]),
  );

/** Creates the table, or takes the kept one over with the indexes that the stack now wants; such a
 *  table has `indexesChanged`, and they are to be repaired. Throws where the kept table has another
 *  key. Returns once the table is active. */
export const prepareTable = async (
  engine: DynaliteEngine,
  model: TableModel,
): Promise<{ readonly table: TableDescription; readonly indexesChanged: boolean }> => {
  const { store } = engine;
  const kept = await describe(store, model.name);
  if (kept !== undefined) {
    refuseOtherKey(model, kept);
    await new Promise<void>((resolve, reject) => {
      store.tableDb.del(model.name, (error) => (error ? reject(error) : resolve()));
    });
  }
  await engine.run('CreateTable', createInput(model));
  for (;;) {
    const table = await describe(store, model.name);
    if (table?.TableStatus === 'ACTIVE') {
      const indexesChanged = kept !== undefined && indexTextOf(kept) !== indexTextOf(table);
      return { table, indexesChanged };
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const get = (engine: DynaliteEngine, table: string, key: string): Promise<Item | undefined> =>
  new Promise((resolve) => {
    engine.store.getItemDb(table).get(key, (error, item) => resolve(error ? undefined : item));
  });

const put = (store: ReturnType<DynaliteStore['getIndexDb']>, key: string, item: Item) =>
  new Promise<void>((resolve, reject) => {
    store.put(key, item, (error) => (error ? reject(error) : resolve()));
  });

const dropStrayRows = async (
  engine: DynaliteEngine,
  table: TableDescription,
  index: string,
): Promise<void> => {
  const prefix = `index-global~${table.TableName}~${index}~`;
  const rows = engine.store.getIndexDb('global', table.TableName, index);
  for await (const [fullKey, row] of engine.store.db.iterator({
    gte: prefix,
    lt: `${prefix}\xff`,
  })) {
    const key = fullKey.slice(prefix.length);
    const item = await get(engine, table.TableName, engine.keyOf(row, table));
    const wanted = item === undefined ? [] : engine.indexRowsOf(item, table);
    if (wanted.some((each) => each.index === index && each.key === key)) continue;
    await new Promise<void>((resolve) => rows.del(key, () => resolve()));
  }
};

/** Makes a table's global indexes agree with its items. dynalite writes an item and its index rows
 *  one after the other, so the kill of a process can fall between: without this a due row could
 *  stay unseen for ever. */
export const repairIndexes = async (
  engine: DynaliteEngine,
  table: TableDescription,
): Promise<void> => {
  const indexes = table.GlobalSecondaryIndexes ?? [];
  if (indexes.length === 0) return;
  for (const { IndexName } of indexes) await dropStrayRows(engine, table, IndexName);
  for await (const item of engine.store.getItemDb(table.TableName).createValueStream({})) {
    for (const row of engine.indexRowsOf(item as Item, table)) {
      await put(engine.store.getIndexDb('global', table.TableName, row.index), row.key, row.item);
    }
  }
};
