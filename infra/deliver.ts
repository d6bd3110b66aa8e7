// The deliver function, its lanes, and what it may do. Nobody else may read the signing keys and call out.
import { CfnOutput } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DeliverEnvironment } from '../functions/deliver/config.ts';
import { retryDelaysMs } from '../shared/limits.ts';
import type { Alarms } from './alarms.ts';
import { DeliveryLane } from './delivery-lane.ts';
import { RappelFunction } from './rappel-function.ts';
import type { Tables } from './tables.ts';

export interface DeliverProps {
  readonly bundle: string;
  readonly tables: Tables;
  readonly alarms: Alarms;
  readonly fastLaneConcurrency: number;
  /** Milliseconds to wait after each failed attempt. */
  readonly retryDelaysMs?: readonly number[];
}

export class Deliver extends Construct {
  readonly fastLane: DeliveryLane;

  constructor(scope: Construct, id: string, props: DeliverProps) {
    super(scope, id);
    const { tables, alarms } = props;
    this.fastLane = new DeliveryLane(this, 'FastLane', { queueName: 'deliveries', alarms });
    // Outside any VPC: there is nothing private to reach, and no NAT gateway to pay.
    const deliver = new RappelFunction(this, 'Function', {
      bundle: props.bundle,
      description: 'Rappel deliver: signs and sends callbacks, records each attempt.',
      environment: {
        CALLBACK_ALLOW_LIST: '',
        DELIVERIES_TABLE: tables.deliveries.tableName,
        DELIVERY_QUEUE_URL: this.fastLane.queue.queueUrl,
        EVENTS_TABLE: tables.events.tableName,
        KEYS_TABLE: tables.keys.tableName,
        RETRY_DELAYS_MS: (props.retryDelaysMs ?? retryDelaysMs).join(','),
        SUBSCRIPTIONS_TABLE: tables.subscriptions.tableName,
      } satisfies DeliverEnvironment,
    });
    for (const table of [tables.events, tables.subscriptions, tables.keys, tables.deliveries]) {
      table.grant(deliver, 'dynamodb:BatchGetItem');
    }
    tables.deliveries.grant(deliver, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    this.fastLane.feed(deliver, props.fastLaneConcurrency);

    new CfnOutput(scope, 'DeliveryQueueUrl', { value: this.fastLane.queue.queueUrl });
  }
}
