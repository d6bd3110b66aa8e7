// DynamoDB on the local endpoint: dynalite, with what it lacks added in front of it.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TableModel } from '../stack-model.ts';
import { StartError, unopened } from '../start-error.ts';
import type { AwsService, Unkind } from './aws-call.ts';
import { AwsError } from './aws-error.ts';
import { type Members, stringMember, structureMember } from './call-input.ts';
import {
  type DynaliteEngine,
  type DynaliteStore,
  dynaliteOperations,
  type Item,
  openDynalite,
  type TableDescription,
} from './dynalite-engine.ts';
import { prepareTable, repairIndexes } from './dynamodb-tables.ts';
import { refuseEmptyIndexKeys } from './refuse-empty-keys.ts';
import { delayIndexes, keepHistory } from './unkind-store.ts';

const reads: ReadonlySet<string> = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan']);
const conditionalWrites: ReadonlySet<string> = new Set(['DeleteItem', 'PutItem', 'UpdateItem']);
const tableChanges = ['CreateTable', 'DeleteTable', 'UpdateTable', 'UpdateTimeToLive'];
const operations = [
  ...dynaliteOperations.filter((operation) => operation !== 'CreateTable'),
  'DescribeTimeToLive',
];

export interface DynamoDbOptions {
  readonly tables: readonly TableModel[];
  readonly region: string;
  readonly accountId: string;
  /** Keeps the tables; without it they end with the process. */
  readonly folder?: string;
  readonly unkind?: Unkind;
  readonly random: () => number;
  readonly now: () => number;
}

interface Context {
  readonly engine: DynaliteEngine;
  readonly tables: ReadonlyMap<string, TableDescription>;
  readonly models: ReadonlyMap<string, TableModel>;
  /** The store that a plain read sees; sometimes one that is a write behind. */
  readonly plainStore: () => DynaliteStore;
}

const isConsistent = (operation: string, input: Members): boolean => {
  if (operation !== 'BatchGetItem') return input.ConsistentRead === true;
  const requests = structureMember(input, 'RequestItems') ?? {};
  return Object.keys(requests).every(
    (table) => structureMember(requests, table)?.ConsistentRead === true,
  );
};

/** The key of the item that a write is about. */
const keyOfWrite = (table: TableDescription, operation: string, input: Members): Item => {
  const source = structureMember(input, operation === 'PutItem' ? 'Item' : 'Key') ?? {};
  return Object.fromEntries(
    table.KeySchema.map(({ AttributeName }) => [AttributeName, source[AttributeName]]),
  );
};

/** Adds the item that stood in the way to a failed condition, as
 *  `ReturnValuesOnConditionCheckFailure` asks. dynalite does not know it, so the item is read after
 *  the refusal: another write may have come between.
 *  https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
const writeTellingOld = async (
  { engine, tables }: Context,
  operation: string,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> => {
  const TableName = stringMember(input, 'TableName') ?? '';
  const table = tables.get(TableName);
  const Key = table && keyOfWrite(table, operation, input);
  try {
    return await engine.run(operation, input);
  } catch (error) {
    const failed = error instanceof AwsError && error.code === 'ConditionalCheckFailedException';
    if (!failed || Key === undefined) throw error;
    const { Item } = await engine.run('GetItem', { TableName, Key, ConsistentRead: true });
    if (Item === undefined) throw error;
    throw new AwsError(error.code, error.message, { members: { Item }, cause: error });
  }
};

const timeToLive = ({ models }: Context, input: Members) => {
  const name = stringMember(input, 'TableName') ?? '';
  const model = models.get(name);
  if (model === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Table: ${name} not found`,
    );
  }
  const attribute = model.timeToLiveAttribute;
  return {
    TimeToLiveDescription:
      attribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
  };
};

const execute = async (
  context: Context,
  operation: string,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> => {
  if (operation === 'DescribeTimeToLive') return timeToLive(context, input);
  const { ReturnValuesOnConditionCheckFailure, ...rest } = input;
  if (conditionalWrites.has(operation) && ReturnValuesOnConditionCheckFailure === 'ALL_OLD') {
    return writeTellingOld(context, operation, rest);
  }
  const plain = reads.has(operation) && !isConsistent(operation, rest);
  return context.engine.run(operation, rest, plain ? context.plainStore() : undefined);
};

/** A file that says that the indexes agree with their tables: it is there only between a clean end
 *  and the next start. */
const cleanMark = (folder: string): string => join(folder, '..', 'dynamodb-closed-cleanly');

const openFolder = async ({ store }: DynaliteEngine, folder?: string): Promise<void> => {
  try {
    await store.db.open();
  } catch (error) {
    const { code } = ((error as Error).cause ?? error) as { code?: string };
    if (code !== 'LEVEL_LOCKED') throw unopened(folder, error);
    throw new StartError(
      `Another process uses ${folder}: end it, or start with another data folder.`,
      { cause: error },
    );
  }
};

const openTables = async (
  engine: DynaliteEngine,
  { tables, region, accountId, folder }: DynamoDbOptions,
): Promise<ReadonlyMap<string, TableDescription>> => {
  await openFolder(engine, folder);
  engine.store.tableDb.awsRegion = region;
  engine.store.tableDb.awsAccountId = accountId;
  const described = new Map<string, TableDescription>();
  const clean = folder !== undefined && existsSync(cleanMark(folder));
  if (clean) rmSync(cleanMark(folder));
  for (const model of tables) {
    const { table, indexesChanged } = await prepareTable(engine, model);
    if (indexesChanged || (folder !== undefined && !clean)) await repairIndexes(engine, table);
    described.set(model.name, table);
  }
  return described;
};

/** Answers a table's description from memory: dynalite reads it from its store at every call,
 *  twenty times for a `BatchGetItem` of twenty. The tables do not change while the endpoint runs. */
const rememberTables = (
  store: DynaliteStore,
  tables: ReadonlyMap<string, TableDescription>,
): void => {
  const direct = store.getTable.bind(store);
  store.getTable = (name, checkStatus, done) => {
    const table = tables.get(name);
    const answer = typeof checkStatus === 'function' ? checkStatus : done;
    if (table === undefined || answer === undefined) direct(name, checkStatus, done);
    else answer(null, table);
  };
};

/** Starts DynamoDB with the stack's tables, empty or as `folder` kept them. Expired items stay: AWS
 *  removes them within two days, so nothing may rely on it. No transactions. */
export const startDynamoDb = async (options: DynamoDbOptions): Promise<AwsService> => {
  const { unkind, random, now } = options;
  const models = new Map(options.tables.map((model) => [model.name, model]));
  const engine = openDynalite(options.folder, (input) => refuseEmptyIndexKeys(models, input));
  const tables = await openTables(engine, options).catch(async (error: unknown) => {
    await engine.store.db.close();
    throw error;
  });
  rememberTables(engine.store, tables);
  const keyOf = (item: Item, table: string) =>
    engine.keyOf(item, tables.get(table) as TableDescription);
  const staleShare = unkind?.staleReads ?? 0;
  const late = staleShare > 0 ? keepHistory(engine.store, keyOf, now) : engine.store;
  const lag = unkind?.indexLagMs ? delayIndexes(engine.store, unkind.indexLagMs) : undefined;
  const context: Context = {
    engine,
    tables,
    models,
    plainStore: () => (random() < staleShare ? late : engine.store),
  };

  return {
    operations,
    changes: tableChanges,
    run: ({ operation, input }) => execute(context, operation, input),
    close: async () => {
      lag?.settle();
      await engine.store.db.close();
      if (options.folder !== undefined) writeFileSync(cleanMark(options.folder), '');
    },
  };
};
