// dynalite's storage engine without its HTTP server: its parts are called in process, one call an
// operation. dynalite exports a server only; `test/pins/dynalite.test.ts` pins the inner parts that
// this file relies on.
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { AwsError } from './aws-error.ts';

export type Item = Readonly<Record<string, unknown>>;
type Done<T = void> = (error: unknown, value?: T) => void;

/** dynalite's view of one table's items, or of one index. Ranges and keys are strings that sort as
 *  DynamoDB does. */
export interface ItemStore {
  get(key: string, done: Done<Item>): void;
  put(key: string, value: Item, done: Done): void;
  del(key: string, done: Done): void;
  createValueStream(range: ValueRange): Readable;
}

export interface ValueRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  /** -1 means all. */
  readonly limit?: number;
}

export interface TableDescription {
  readonly TableName: string;
  readonly TableStatus: string;
  readonly AttributeDefinitions: readonly { AttributeName: string; AttributeType: string }[];
  readonly KeySchema: readonly { AttributeName: string; KeyType: string }[];
  readonly GlobalSecondaryIndexes?: readonly {
    IndexName: string;
    KeySchema: TableDescription['KeySchema'];
    Projection: object;
  }[];
}

export interface DynaliteStore {
  readonly db: {
    open(): Promise<void>;
    close(): Promise<void>;
    iterator(range: { gte: string; lt: string }): AsyncIterable<[string, Item]>;
    keys(range: object): Iterator;
    values(range: object): Iterator;
  };
  readonly tableDb: {
    awsRegion: string;
    awsAccountId: string;
    del(key: string, done: Done): void;
  };
  getItemDb(table: string): ItemStore;
  getIndexDb(type: string, table: string, index: string): ItemStore;
  getTable(
    name: string,
    checkStatus: boolean | Done<TableDescription>,
    done?: Done<TableDescription>,
  ): void;
}

interface Iterator {
  return?(): Promise<void>;
  close(): Promise<void>;
}

interface IndexRow {
  readonly index: string;
  readonly key: string;
  readonly item: Item;
}

export interface DynaliteEngine {
  readonly store: DynaliteStore;
  /** Runs one operation, by default on the engine's own store. Throws an `AwsError`. Changes
   *  `input`. */
  run(
    operation: string,
    input: Record<string, unknown>,
    on?: DynaliteStore,
  ): Promise<Record<string, unknown>>;
  /** The key under which an item lies in its table's store. */
  keyOf(item: Item, table: TableDescription): string;
  /** The rows that an item has in its table's global indexes. */
  indexRowsOf(item: Item, table: TableDescription): readonly IndexRow[];
}

/** An operation's input as dynalite has read it. */
export interface CheckedInput {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  /** The parsed `UpdateExpression`. */
  readonly _updates?: {
    readonly sections: readonly {
      readonly type: string;
      readonly path: readonly (string | number)[];
      readonly val: unknown;
    }[];
  };
}

interface Validations {
  checkTypes(input: object, types: object): CheckedInput;
  checkValidations(input: object, types: object, custom: unknown, store: object): void;
}

interface DynaliteDb {
  create(options: { path?: string; createTableMs: number }): DynaliteStore;
  createKey(item: Item, table: TableDescription): string;
  getIndexActions(
    indexes: readonly object[],
    before: undefined,
    item: Item,
    table: TableDescription,
  ): { puts: IndexRow[] };
}

type Action = (store: DynaliteStore, input: object, done: Done<Record<string, unknown>>) => void;

export const dynaliteOperations = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
] as const;

/** dynalite's errors carry a status and DynamoDB's own body; everything else is a fault. */
const errorOf = (error: unknown): unknown => {
  if (error instanceof AwsError) return error;
  const { statusCode, body } = error as {
    statusCode?: number;
    body?: { __type: string; message?: string; Message?: string };
  };
  if (statusCode === undefined || body === undefined) return error;
  const code = body.__type.slice(body.__type.indexOf('#') + 1);
  return new AwsError(code, body.message ?? body.Message ?? '', { status: statusCode });
};

/** dynalite ends an iterator by a method of another kind of iterator, which Level's lacks. One that is not closed keeps
 *  the whole state of its time: a query would cost memory, or disk, for as long as the engine runs. */
const closeIterators = (db: DynaliteStore['db']): void => {
  for (const name of ['keys', 'values'] as const) {
    const open = db[name].bind(db);
    db[name] = (range) => {
      const iterator = open(range);
      iterator.return = () => iterator.close();
      return iterator;
    };
  }
};

/** Opens the engine: in memory, or kept in `folder`. `refuse` may throw an `AwsError` for what
 *  dynalite would let through. LevelDB hands each write to the operating system before it answers,
 *  so what was answered survives the end of this process (though not of the machine). */
export const openDynalite = (
  folder?: string,
  refuse: (input: CheckedInput) => void = () => undefined,
): DynaliteEngine => {
  const load = createRequire(import.meta.resolve('dynalite'));
  const db = load('./db') as DynaliteDb;
  const validations = load('./validations') as Validations;
  const operations = new Map(
    dynaliteOperations.map((name) => {
      const file = name.charAt(0).toLowerCase() + name.slice(1);
      const rules = load(`./validations/${file}`) as { types: object; custom?: unknown };
      return [name as string, { action: load(`./actions/${file}`) as Action, rules }] as const;
    }),
  );
  const store = db.create({ createTableMs: 0, ...(folder === undefined ? {} : { path: folder }) });
  closeIterators(store.db);

  return {
    store,
    run: (name, input, on = store) =>
      new Promise((resolve, reject) => {
        const operation = operations.get(name);
        if (operation === undefined) throw new Error(`dynalite has no operation ${name}`);
        const done: Done<Record<string, unknown>> = (error, output) =>
          error ? reject(errorOf(error)) : resolve(output ?? {});
        try {
          const checked = validations.checkTypes(input, operation.rules.types);
          const { types, custom } = operation.rules;
          validations.checkValidations(checked, types, custom, on);
          refuse(checked);
          operation.action(on, checked, done);
        } catch (error) {
          reject(errorOf(error));
        }
      }),
    keyOf: (item, table) => db.createKey(item, table),
    indexRowsOf: (item, table) =>
      db.getIndexActions(table.GlobalSecondaryIndexes ?? [], undefined, item, table).puts,
  };
};
