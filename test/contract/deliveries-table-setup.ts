// The deliveries table of the stack, in a local DynamoDB of its own.
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  type GlobalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Tables } from '../../infra/tables.ts';

export const deliveriesTable = 'deliveries';

export interface DeliveriesTable {
  readonly client: DynamoDBClient;
  close(): Promise<void>;
}

/** Keys and indexes as the stack declares them: a query of an index that is not deployed fails here. */
export const startDeliveriesTable = async (): Promise<DeliveriesTable> => {
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(new CreateTableCommand(definition()));
  return {
    client,
    close: async () => {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const definition = (): CreateTableCommandInput => {
  const stack = new Stack(new App(), 'Test');
  new Tables(stack, 'Tables');
  const tables = Template.fromStack(stack).findResources('AWS::DynamoDB::Table');
  const found = Object.entries(tables).find(([id]) => id.startsWith('TablesDeliveries'));
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = found![1].Properties as Pick<
    CreateTableCommandInput,
    'AttributeDefinitions' | 'KeySchema'
  > & { GlobalSecondaryIndexes: GlobalSecondaryIndex[] };
  return {
    TableName: deliveriesTable,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes,
  };
};
