// The fan-out function and what it may do: store events, read subscriptions, enqueue or hold deliveries. It calls nobody.
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FanOutEnvironment } from '../functions/fan-out/config.ts';
import { RappelFunction } from './rappel-function.ts';
import { grantItems, type Tables } from './tables.ts';

export interface FanOutProps {
  readonly bundle: string;
  readonly tables: Tables;
  readonly deliveryQueue: Queue;
}

export class FanOut extends Construct {
  readonly function: RappelFunction;

  constructor(scope: Construct, id: string, { bundle, tables, deliveryQueue }: FanOutProps) {
    super(scope, id);
    this.function = new RappelFunction(this, 'Function', {
      bundle,
      description: 'Rappel fan-out: one event in, one message for each subscription out.',
      environment: {
        DELIVERIES_TABLE: tables.deliveries.tableName,
        DELIVERY_QUEUE_URL: deliveryQueue.queueUrl,
        EVENTS_TABLE: tables.events.tableName,
        SUBSCRIPTIONS_TABLE: tables.subscriptions.tableName,
      } satisfies FanOutEnvironment,
    });
    grantItems(tables.subscriptions, this.function, 'Query');
    grantItems(tables.events, this.function, 'PutItem', 'GetItem');
    grantItems(tables.deliveries, this.function, 'PutItem');
    deliveryQueue.grant(this.function, 'sqs:SendMessage');
  }
}
