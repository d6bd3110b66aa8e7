// The admin function behind its Function URL: IAM only, trusted for all companies.
import { CfnOutput } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AdminEnvironment } from '../functions/admin/config.ts';
import packageJson from '../package.json' with { type: 'json' };
import { feedDelayMs } from '../shared/limits.ts';
import type { Alarms } from './alarms.ts';
import { RappelFunction } from './rappel-function.ts';
import { type DeliveryIndex, grantItems, type Tables } from './tables.ts';

interface WithDeadLetters {
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
}

export interface AdminUrlProps {
  readonly bundle: string;
  readonly tables: Tables;
  /** Where tests go, as the ATS's events do. */
  readonly bus: IEventBus;
  /** `Source` of the ATS's events. */
  readonly source: string;
  /** The fast lane: somebody waits for what is resent. */
  readonly deliveryQueue: Queue;
  /** Every queue whose dead letters can be redriven. */
  readonly guarded: readonly WithDeadLetters[];
  readonly unrouted: WithDeadLetters;
  /** Deliver's own: what is refused at creation is what would be refused when it is called. */
  readonly callbackAllowList: string;
  readonly subscriptionsPerCompany: number;
  readonly alarms: Alarms;
}

/** Whoever may invoke the URL may act for every company: IAM cannot restrict by path. Grant it to the ATS's
 *  back end alone. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
export class AdminUrl extends Construct {
  constructor(scope: Construct, id: string, props: AdminUrlProps) {
    super(scope, id);
    refuseCount(props.subscriptionsPerCompany);
    const { bundle, tables, bus, source, deliveryQueue, alarms } = props;
    const admin = new RappelFunction(this, 'Function', {
      bundle,
      description: 'Rappel admin: subscriptions over HTTP, for the ATS.',
      environment: {
        CALLBACK_ALLOW_LIST: props.callbackAllowList,
        DELIVERIES_TABLE: tables.deliveries.tableName,
        DELIVERY_QUEUE_ARN: deliveryQueue.queueArn,
        DELIVERY_QUEUE_URL: deliveryQueue.queueUrl,
        EVENT_BUS_NAME: bus.eventBusName,
        EVENT_SOURCE: source,
        EVENTS_TABLE: tables.events.tableName,
        FEED_DELAY_MS: String(feedDelayMs),
        KEYS_TABLE: tables.keys.tableName,
        SUBSCRIPTIONS_PER_COMPANY: String(props.subscriptionsPerCompany),
        SUBSCRIPTIONS_TABLE: tables.subscriptions.tableName,
        VERSION: packageJson.version,
      } satisfies AdminEnvironment,
    });
    const verbs = ['Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'];
    grantItems(tables.subscriptions, admin, ...verbs);
    grantItems(tables.deliveries, admin, 'BatchGetItem', 'GetItem', 'PutItem', 'Query');
    admin.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: (['due', 'log'] satisfies DeliveryIndex[]).map(
          (index) => `${tables.deliveries.tableArn}/index/${index}`,
        ),
      }),
    );
    grantItems(tables.events, admin, 'BatchGetItem', 'GetItem', 'Query');
    grantOperations(admin, props);
    bus.grantPutEventsTo(admin);
    grantItems(tables.keys, admin, 'GetItem', 'PutItem', 'DeleteItem');
    alarms.onLostCalls(admin, 'admin');
    const url = admin.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });

    new CfnOutput(scope, 'AdminUrl', { value: url.url });
  }
}

/** A subscription's id names its slot by three digits. */
const refuseCount = (count: number): void => {
  if (Number.isInteger(count) && count >= 1 && count <= slotsMax) return;
  throw new RangeError(`subscriptionsPerCompany is ${count}; it must be 1 to ${slotsMax}`);
};

const slotsMax = 1_000;

/** To look at dead letters and unrouted events, and to bring them back. A redrive receives, deletes and sends in the
 *  caller's name: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html */
const grantOperations = (
  admin: RappelFunction,
  { guarded, unrouted }: Pick<AdminUrlProps, 'guarded' | 'unrouted'>,
): void => {
  const allow = (queues: readonly IQueue[], ...verbs: readonly string[]) =>
    admin.addToRolePolicy(
      new PolicyStatement({
        actions: verbs.map((verb) => `sqs:${verb}`),
        resources: queues.map(({ queueArn }) => queueArn),
      }),
    );
  const deadLetters = guarded.map((each) => each.deadLetters);
  allow(
    [...deadLetters, unrouted.queue, unrouted.deadLetters],
    'ChangeMessageVisibility',
    'DeleteMessage',
    'GetQueueAttributes',
    'ReceiveMessage',
  );
  allow(deadLetters, 'CancelMessageMoveTask', 'ListMessageMoveTasks', 'StartMessageMoveTask');
  allow(
    guarded.map(({ queue }) => queue),
    'SendMessage',
  );
};
