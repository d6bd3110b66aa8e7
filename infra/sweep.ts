// The sweep: a function that looks at every due timer, each minute.
import { Duration } from 'aws-cdk-lib';
import { Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { SweepEnvironment } from '../functions/sweep/config.ts';
import type { Alarms } from './alarms.ts';
import { RappelFunction } from './rappel-function.ts';
import { type DeliveryIndex, grantItems, type Tables } from './tables.ts';

/**
 * A whole core, at which AWS gives one. One sweep claims for all companies at once, a request a row, each with its
 * signature and JSON: at 512 MB a third of a core makes a few hundred a second, and twenty circuits that drain at full
 * pace want 12,000 within the sweep's 25 s. An idle sweep takes a moment: a whole core all month is less than a dollar.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const sweepMemoryMb = 1_769;

export interface SweepProps {
  readonly bundle: string;
  readonly tables: Tables;
  /** Where deliveries go whose attempt is due. */
  readonly slowQueue: Queue;
  /** Where the ATS is told of failing and disabled subscriptions and of exhausted deliveries. */
  readonly bus: IEventBus;
  readonly alarms: Alarms;
}

export class Sweep extends Construct {
  constructor(scope: Construct, id: string, props: SweepProps) {
    super(scope, id);
    const { bundle, tables, slowQueue, bus } = props;
    const sweep = new RappelFunction(this, 'Function', {
      bundle,
      description: 'Rappel sweep: every minute, whatever is due.',
      memoryMb: sweepMemoryMb,
      environment: {
        DELIVERIES_TABLE: tables.deliveries.tableName,
        EVENT_BUS_NAME: bus.eventBusName,
        EVENTS_TABLE: tables.events.tableName,
        SLOW_QUEUE_URL: slowQueue.queueUrl,
        SUBSCRIPTIONS_TABLE: tables.subscriptions.tableName,
      } satisfies SweepEnvironment,
    });
    const indexes: DeliveryIndex[] = ['due', 'log', 'parked'];
    sweep.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: indexes.map((index) => `${tables.deliveries.tableArn}/index/${index}`),
      }),
    );
    // A replay reads a company's events, and renders what is missing; an erasure strips them, and leaves a tombstone.
    // The deletion of a company takes everything, but for the keys: they are admin's to delete.
    const verbs = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];
    grantItems(tables.deliveries, sweep, ...verbs);
    grantItems(tables.events, sweep, 'BatchGetItem', ...verbs);
    grantItems(tables.subscriptions, sweep, ...verbs);
    slowQueue.grant(sweep, 'sqs:SendMessage');
    bus.grantPutEventsTo(sweep);
    // EventBridge hands the call to Lambda's own queue, which would make it twice more, and for as long as six hours:
    // a sweep that could not be made is made good by the next, and there is never a backlog of them.
    sweep.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'EveryMinute', {
      description: 'Wakes the sweep',
      schedule: Schedule.rate(Duration.minutes(1)),
      // Nor is the handing over repeated.
      targets: [new LambdaFunction(sweep, { retryAttempts: 0 })],
    });
    alarmOn(props.alarms, sweep);
  }
}

/** How long a delivery may be due. A retry that lost its message is found after two minutes, by the next sweep. */
const overdueMax = Duration.minutes(5);

const alarmOn = (alarms: Alarms, sweep: RappelFunction): void => {
  alarms.onLostCalls(sweep, 'sweep');
  alarms.onFigure(sweep, 'OldestDueAge', {
    name: 'oldest-due',
    description: `A delivery has been due for ${overdueMax.toMinutes()} minutes, or no sweep has told for three. See whether the sweep runs, and what it leaves.`,
    statistic: Stats.MAXIMUM,
    period: Duration.minutes(1),
    threshold: overdueMax.toSeconds(),
    // One minute without a sweep is a rule that woke it a second late.
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.BREACHING,
  });
  alarms.onFigure(sweep, 'SweepErrors', {
    name: 'sweep-errors',
    description:
      'The sweep fails at the same rows or shards again and again, or does not come to them. Its log names them: sweep.fault, sweep.row-fault, sweep.late.',
    statistic: Stats.SUM,
    period: Duration.minutes(1),
    threshold: 1,
    // A row that was throttled once is the next sweep's.
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
  });
};
