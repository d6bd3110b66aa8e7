// DynamoDB on a free port of this machine, with the tables that the stack would make.
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { App, Stack } from 'aws-cdk-lib';
import { Tables } from '../../infra/tables.ts';
import { fromItem } from '../../shared/row.ts';

/** It has no types of its own. */
const dynalite: (options: { createTableMs: number }) => Server = createRequire(import.meta.url)(
  'dynalite',
);

export type TableName = 'subscriptions' | 'keys' | 'events' | 'deliveries';

export interface TestDynamoDb {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  readonly tables: Readonly<Record<TableName, string>>;
  /** Every row of a table. */
  rows(table: TableName): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };
export const localRegion = 'eu-west-3';

/** Each named as the construct names it. */
const tables = {
  subscriptions: 'subscriptions',
  keys: 'keys',
  events: 'events',
  deliveries: 'deliveries',
} as const;

export const startDynalite = async (): Promise<TestDynamoDb> => {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: localRegion,
    credentials: localCredentials,
  });
  for (const input of tableInputs()) await client.send(new CreateTableCommand(input));
  return {
    client,
    endpoint,
    tables,
    rows: async (table) => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tables[table] }));
      return Items.map((item) => fromItem<Record<string, unknown>>(item));
    },
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** The template's definitions, less what dynalite does not know. Not by a whole synthesis: that takes seconds. */
const tableInputs = (): CreateTableCommandInput[] => {
  const stack = new Stack(new App(), 'Rappel');
  const constructs = new Tables(stack, 'Tables');
  return Object.values(tables).map((TableName) => {
    const element = constructs[TableName].node.defaultChild as unknown as CloudFormationElement;
    const [{ Properties }] = Object.values(
      stack.resolve(element._toCloudFormation()).Resources,
    ) as [{ Properties: CreateTableCommandInput }];
    const { KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes } = Properties;
    return { TableName, KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes };
  });
};

/** What CDK's declarations leave out. */
interface CloudFormationElement {
  _toCloudFormation(): object;
}
