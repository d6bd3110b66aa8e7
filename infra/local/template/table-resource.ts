// DynamoDB tables: the plain ones, and the global ones of CDK's TableV2 with their one replica
// here.
import * as z from 'zod';
import type { TableModel } from '../stack-model.ts';
import { flag, givenName, inert, refused, text } from './property-kinds.ts';
import {
  arnOf,
  type Identity,
  type Naming,
  type Resource,
  type ResourceKind,
} from './resource-kind.ts';
import type { Resources } from './resources.ts';

const noStreams = 'streams are not emulated.';
const noTablePolicies = 'policies of a table are not judged here; grant it to the role.';
const oneRegion = 'local mode is one region.';

const keySchema = z.array(
  z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }),
);

/** Encryption by a key of the customer needs grants on that key, which are not judged. */
const encryption = z
  .looseObject({ KMSMasterKeyId: refused('KMS is not emulated; leave the key to DynamoDB.') })
  .optional();

const common = {
  TableName: givenName(/^[\w.-]{3,255}$/),
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.strictObject({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
        ContributorInsightsSpecification: inert,
        OnDemandThroughput: inert,
        ProvisionedThroughput: inert,
        WarmThroughput: inert,
        WriteOnDemandThroughputSettings: inert,
        WriteProvisionedThroughputSettings: inert,
      }),
    )
    .default([]),
  TimeToLiveSpecification: z
    .strictObject({ AttributeName: text.optional(), Enabled: flag })
    .optional(),
  BillingMode: inert,
  SSESpecification: encryption,
  WarmThroughput: inert,
  LocalSecondaryIndexes: refused('local secondary indexes are not emulated.'),
  StreamSpecification: refused(noStreams),
  VectorIndexes: refused('vector indexes are not emulated.'),
};

const tableProperties = z.strictObject({
  ...common,
  ContributorInsightsSpecification: inert,
  DeletionProtectionEnabled: inert,
  OnDemandThroughput: inert,
  PointInTimeRecoverySpecification: inert,
  ProvisionedThroughput: inert,
  TableClass: inert,
  Tags: inert,
  ImportSourceSpecification: refused('imports are not emulated.'),
  KinesisStreamSpecification: refused(noStreams),
  ResourcePolicy: refused(noTablePolicies),
});

const replica = z.strictObject({
  Region: z.string(),
  ContributorInsightsSpecification: inert,
  DeletionProtectionEnabled: inert,
  GlobalSecondaryIndexes: inert,
  PointInTimeRecoverySpecification: inert,
  ReadOnDemandThroughputSettings: inert,
  ReadProvisionedThroughputSettings: inert,
  SSESpecification: encryption,
  TableClass: inert,
  Tags: inert,
  KinesisStreamSpecification: refused(noStreams),
  ReplicaStreamSpecification: refused(noStreams),
  ResourcePolicy: refused(noTablePolicies),
});

const globalTableProperties = z.strictObject({
  ...common,
  Replicas: z.array(replica).length(1, { error: oneRegion }),
  ReadOnDemandThroughputSettings: inert,
  ReadProvisionedThroughputSettings: inert,
  WriteOnDemandThroughputSettings: inert,
  WriteProvisionedThroughputSettings: inert,
  GlobalTableSourceArn: refused(oneRegion),
  GlobalTableWitnesses: refused(oneRegion),
  MultiRegionConsistency: refused(oneRegion),
  TableType: refused('only plain tables are emulated.'),
});

const identify = (naming: Naming): Identity => {
  const name = naming.name('TableName', 255);
  const arn = arnOf(naming, 'dynamodb', `table/${name}`);
  return { name, arn, ref: name, attributes: { Arn: arn } };
};

export const tableKind: ResourceKind<z.infer<typeof tableProperties>> = {
  type: 'AWS::DynamoDB::Table',
  properties: tableProperties,
  identify,
};

export const globalTableKind: ResourceKind<z.infer<typeof globalTableProperties>> = {
  type: 'AWS::DynamoDB::GlobalTable',
  properties: globalTableProperties,
  identify,
};

export const readTables = (resources: Resources): TableModel[] => {
  const global = resources.of(globalTableKind);
  for (const table of global) {
    const { Region } = table.properties.Replicas[0]!;
    if (Region !== resources.context.region)
      resources.refuse(table, 'Replicas.0.Region', oneRegion);
  }
  return [...resources.of(tableKind), ...global].map((table) => {
    checkAttributes(resources, table);
    return tableOf(table);
  });
};

type AnyTable = Resource<z.infer<typeof tableProperties> | z.infer<typeof globalTableProperties>>;

const tableOf = ({ logicalId, identity, properties }: AnyTable): TableModel => {
  const ttl = properties.TimeToLiveSpecification;
  return {
    logicalId,
    name: identity.name,
    arn: identity.arn,
    attributeDefinitions: properties.AttributeDefinitions,
    keySchema: properties.KeySchema,
    globalSecondaryIndexes: properties.GlobalSecondaryIndexes.map((index) => ({
      name: index.IndexName,
      keySchema: index.KeySchema,
      projection: index.Projection,
    })),
    ...(ttl?.Enabled && ttl.AttributeName && { timeToLiveAttribute: ttl.AttributeName }),
  };
};

/** DynamoDB wants exactly the attributes defined that are keys of the table or of an index.
 *  https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
const checkAttributes = (resources: Resources, table: AnyTable): void => {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = table.properties;
  const keys = [KeySchema, ...GlobalSecondaryIndexes.map((index) => index.KeySchema)].flat();
  const used = [...new Set(keys.map((key) => key.AttributeName))];
  const defined = AttributeDefinitions.map((attribute) => attribute.AttributeName);
  const refuse = (why: string) => resources.refuse(table, 'AttributeDefinitions', why);
  for (const name of used.filter((it) => !defined.includes(it))) {
    refuse(`the key ${name} is not defined.`);
  }
  for (const name of defined.filter((it) => !used.includes(it))) {
    refuse(`${name} is defined, and is no key.`);
  }
};
