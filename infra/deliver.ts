// The deliver function, its lanes, and what it may do. Nobody else may read the signing keys and call out.
import { CfnOutput, Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DeliverEnvironment } from '../functions/deliver/config.ts';
import { messageDelaySecondsMax, sweepLeaseMs } from '../shared/limits.ts';
import { fastLaneName, slowLaneName } from '../shared/queue-names.ts';
import type { Alarms } from './alarms.ts';
import { DeliveryLane } from './delivery-lane.ts';
import { RappelFunction } from './rappel-function.ts';
import { retryDelaysMsOf } from './retry-schedule.ts';
import { grantItems, type Tables } from './tables.ts';

export interface DeliverProps {
  readonly bundle: string;
  readonly tables: Tables;
  /** What the address guard lets pass beside port 443 of public hosts. */
  readonly callbackAllowList: string;
  readonly alarms: Alarms;
  /** Calls of the function that each lane may cause at once. */
  readonly concurrency: { readonly fast: number; readonly slow: number };
  readonly retryDelays?: readonly Duration[];
}

export class Deliver extends Construct {
  /** Fresh deliveries of healthy subscriptions. */
  readonly fastLane: DeliveryLane;

  /** Retries, and deliveries of subscriptions that fail, are slow or come back: they never make the others wait. */
  readonly slowLane: DeliveryLane;

  constructor(scope: Construct, id: string, props: DeliverProps) {
    super(scope, id);
    const { tables, alarms } = props;
    this.fastLane = new DeliveryLane(this, 'FastLane', { queueName: fastLaneName, alarms });
    this.slowLane = new DeliveryLane(this, 'SlowLane', {
      queueName: slowLaneName,
      alarms,
      // A retry may lie there delayed; and what the sweep sent it sends again when its lease is over.
      ageMax: Duration.seconds(messageDelaySecondsMax + sweepLeaseMs / 1000),
    });
    // Outside any VPC: there is nothing private to reach, and no NAT gateway to pay.
    const deliver = new RappelFunction(this, 'Function', {
      bundle: props.bundle,
      description: 'Rappel deliver: signs and sends callbacks, records each attempt.',
      // It ends its own: a delivery is forwarded once and hops six times at most. Lambda counts by invocation, and ten
      // deliveries share one: what it cut would be the hops of others. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: {
        CALLBACK_ALLOW_LIST: props.callbackAllowList,
        DELIVERIES_TABLE: tables.deliveries.tableName,
        EVENTS_TABLE: tables.events.tableName,
        KEYS_TABLE: tables.keys.tableName,
        RETRY_DELAYS_MS: retryDelaysMsOf(props.retryDelays).join(','),
        SLOW_QUEUE_URL: this.slowLane.queue.queueUrl,
        SUBSCRIPTIONS_TABLE: tables.subscriptions.tableName,
      } satisfies DeliverEnvironment,
    });
    for (const table of [tables.events, tables.subscriptions, tables.keys, tables.deliveries]) {
      grantItems(table, deliver, 'BatchGetItem');
    }
    grantItems(tables.deliveries, deliver, 'GetItem', 'PutItem', 'UpdateItem');
    grantItems(tables.subscriptions, deliver, 'UpdateItem');
    this.slowLane.queue.grant(deliver, 'sqs:SendMessage');
    alarmOn(alarms, deliver);
    this.fastLane.feed(deliver, props.concurrency.fast);
    this.slowLane.feed(deliver, props.concurrency.slow);

    new CfnOutput(scope, 'DeliveryQueueUrl', { value: this.fastLane.queue.queueUrl });
    new CfnOutput(scope, 'SlowDeliveryQueueUrl', { value: this.slowLane.queue.queueUrl });
  }
}

/** One circuit is its customer's trouble. Many at once are ours: our way out, our name servers, our certificates. */
const circuitOpeningsMax = 20;

const alarmOn = (alarms: Alarms, deliver: RappelFunction): void => {
  alarms.onLostCalls(deliver, 'deliver');
  alarms.onFigure(deliver, 'CircuitOpenings', {
    name: 'circuit-openings',
    description: `${circuitOpeningsMax} circuits opened within ten minutes: so many customers do not fail at once. Try a callback from the function's network.`,
    statistic: Stats.SUM,
    period: Duration.minutes(10),
    threshold: circuitOpeningsMax,
    evaluationPeriods: 1,
  });
};
