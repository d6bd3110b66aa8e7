// The state: four DynamoDB tables, their indexes, and how they are kept.
import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { pointInTimeRecoveryDays } from '../shared/limits.ts';

/** Names of the secondary indexes, as the table edges in `shared/` query them. */
export type DeliveryIndex = 'due' | 'parked' | 'log';

/**
 * On-demand, point-in-time recovery, TTL on `expires_at`. Kept when the stack is deleted: they hold what
 * customers configured and what they are still owed.
 */
export class Tables extends Construct {
  /** Key (company_id, slot): a company's subscriptions are one strongly consistent query. */
  readonly subscriptions = this.table('Subscriptions');

  /** Signing keys and secret header values, apart: deliver reads it, admin keeps it, nobody else may. */
  readonly keys = this.table('Keys');

  /** Key (company#event, part): the event once, with the exact bytes that are signed and sent. */
  readonly events = this.table('Events');

  /** Key (company#event, subscription): state and timer of each delivery, and its failed attempts. */
  readonly deliveries = this.table('Deliveries');

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Sparse: only rows with a timer have `due_at`. Sharded: one partition takes 1,000 writes a second.
    this.deliveries.addGlobalSecondaryIndex({
      indexName: 'due' satisfies DeliveryIndex,
      partitionKey: { name: 'due_shard', type: AttributeType.STRING },
      sortKey: { name: 'due_at', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    // What waits for its subscription's circuit, or for a turn: keeping it there costs nothing but its storage.
    this.deliveries.addGlobalSecondaryIndex({
      indexName: 'parked' satisfies DeliveryIndex,
      partitionKey: { name: 'log_key', type: AttributeType.STRING },
      sortKey: { name: 'parked_at', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.deliveries.addGlobalSecondaryIndex({
      indexName: 'log' satisfies DeliveryIndex,
      partitionKey: { name: 'log_key', type: AttributeType.STRING },
      sortKey: { name: 'logged_at', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    for (const [name, table] of Object.entries(this.all)) {
      new CfnOutput(scope, `${name}Table`, { value: table.tableName });
    }
  }

  private get all() {
    const { subscriptions, keys, events, deliveries } = this;
    return { Subscriptions: subscriptions, Keys: keys, Events: events, Deliveries: deliveries };
  }

  private table(id: string): Table {
    return new Table(this, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: pointInTimeRecoveryDays,
      },
      timeToLiveAttribute: 'expires_at',
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

/** The table's items alone: `Table.grant` would add every index of the table. */
export const grantItems = (table: Table, grantee: IGrantable, ...verbs: readonly string[]): Grant =>
  Grant.addToPrincipal({
    grantee,
    actions: verbs.map((verb) => `dynamodb:${verb}`),
    resourceArns: [table.tableArn],
  });
