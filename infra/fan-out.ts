// The fan-out function and what it may do: store events, read subscriptions, enqueue or hold deliveries. It calls nobody.
import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FanOutEnvironment } from '../functions/fan-out/config.ts';
import type { Alarms } from './alarms.ts';
import { RappelFunction } from './rappel-function.ts';
import { grantItems, type Tables } from './tables.ts';

export interface FanOutProps {
  readonly bundle: string;
  readonly tables: Tables;
  readonly deliveryQueue: Queue;
  readonly alarms: Alarms;
}

export class FanOut extends Construct {
  readonly function: RappelFunction;

  constructor(
    scope: Construct,
    id: string,
    { bundle, tables, deliveryQueue, alarms }: FanOutProps,
  ) {
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
    grantItems(tables.subscriptions, this.function, 'BatchGetItem', 'Query');
    grantItems(tables.events, this.function, 'PutItem', 'GetItem', 'Query', 'UpdateItem');
    grantItems(tables.deliveries, this.function, 'PutItem');
    deliveryQueue.grant(this.function, 'sqs:SendMessage');
    alarmOn(alarms, this.function);
  }
}

const alarmOn = (alarms: Alarms, fanOut: RappelFunction): void => {
  alarms.onLostCalls(fanOut, 'fan-out');
  const anyAtAll = {
    statistic: Stats.SUM,
    period: Duration.minutes(5),
    threshold: 1,
    evaluationPeriods: 1,
  };
  alarms.onFigure(fanOut, 'ForbiddenFields', {
    ...anyAtAll,
    name: 'forbidden-fields',
    description:
      'The ATS put fields into events that no company may see. They were taken out. Have it stop.',
  });
  alarms.onFigure(fanOut, 'Deviations', {
    ...anyAtAll,
    name: 'deviations',
    description:
      'Events are not as their type says. They are delivered all the same. Mend the ATS, or the catalogue.',
  });
  alarms.onFigure(fanOut, 'BrokenFilters', {
    ...anyAtAll,
    name: 'broken-filters',
    description:
      'A stored filter could not be applied, so its subscription got nothing. Mend the filter, then replay.',
  });
};
