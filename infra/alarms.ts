// What wakes the platform engineer: one topic, and one alarm for each thing that must not happen.
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type CountName, type MeasureName, metricNamespace } from '../shared/metrics.ts';

/** The page that says of each alarm, under its name, what to do. */
const runbook = 'docs/operations.md';

export interface AlarmTerms
  extends Pick<AlarmProps, 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData'> {
  /** Without the stack's name; what comes before a `:` is the heading in docs/operations.md. */
  readonly name: string;
  /** What it means, in one sentence, and what to do, in another. */
  readonly description: string;
  readonly metric: Metric;
  /** It rings at this value. */
  readonly threshold: number;
}

export class Alarms extends Construct {
  /** Subscribe an address or a pager to it. */
  readonly topic = new Topic(this, 'Topic', { enforceSSL: true });

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // A policy that we write, such as TLS only, takes the place of the topic's default one, which let alarms in.
    // https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    new CfnOutput(scope, 'AlarmTopicArn', { value: this.topic.topicArn });
  }

  /** Rings, and tells when it is over. */
  add(scope: Construct, id: string, { name, description, ...terms }: AlarmTerms): void {
    const alarm = new Alarm(scope, id, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // What is idle reports nothing: SQS for a queue, Lambda for a function, ours for what was not met.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...terms,
      alarmName: `${Stack.of(this).stackName}-${name.replace(':', '-')}`,
      alarmDescription: `${description} See ${runbook}, ${name.split(':')[0]}.`,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
  }

  /**
   * Rings while the queue holds any message. Counts visible messages, not messages sent: that metric leaves
   * out what a redrive policy moves, and would stay silent for poison.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
   */
  onAnyMessage(queue: Queue, name: string, description: string): void {
    this.add(queue, 'Alarm', {
      name,
      description,
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      evaluationPeriods: 1,
    });
  }

  /**
   * Rings for an event that a rule could put neither into its queue nor among the dead letters: it is gone, but for the
   * archive. Metrics of rules of the default bus do not name it.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
   */
  onLostEvent(rule: Rule, { eventBusName }: IEventBus, queueName: string): void {
    this.add(rule, 'LostEventAlarm', {
      name: `lost-events:${queueName}`,
      description:
        `EventBridge could put an event neither into ${queueName} nor among its dead letters. ` +
        'Mend the policies of both, then replay the archive.',
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'InvocationsFailedToBeSentToDlq',
        dimensionsMap: {
          RuleName: rule.ruleName,
          ...(eventBusName !== 'default' && { EventBusName: eventBusName }),
        },
        statistic: Stats.SUM,
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
    });
  }

  /** Rings while the queue's oldest message is older, for three minutes on end. */
  onOldMessage(queue: Queue, queueName: string, ageMax: Duration): void {
    this.add(queue, 'AgeAlarm', {
      name: `queue-age:${queueName}`,
      description:
        `A message of ${queueName} has waited for ${ageMax.toMinutes()} minutes: its function is ` +
        'too slow, fails, or is not called. Look for throttles, faults in its log, and a flood.',
      metric: queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      threshold: ageMax.toSeconds(),
      evaluationPeriods: 3,
    });
  }

  /**
   * Rings for three lost calls in five minutes. No handler throws for a record, so each is a crash, a time-out, a
   * wrong environment; of one alone the queue, or the next sweep, makes good. At once for a throttle: what the
   * account's concurrency refuses, it refuses to every function.
   */
  onLostCalls(fn: IFunction, functionName: string): void {
    const period = Duration.minutes(5);
    this.add(fn, 'ErrorsAlarm', {
      name: `function-errors:${functionName}`,
      description: `Calls of ${functionName} crash or time out. Its log names the error; what it worked on comes again.`,
      metric: fn.metricErrors({ period }),
      threshold: 3,
      evaluationPeriods: 1,
    });
    this.add(fn, 'ThrottlesAlarm', {
      name: `function-throttles:${functionName}`,
      description: `Lambda refused calls of ${functionName}: the account's concurrency is used up. Raise its quota, or find who uses it.`,
      metric: fn.metricThrottles({ period }),
      threshold: 1,
      evaluationPeriods: 1,
    });
  }

  /** On one of our own figures, as this function writes it. */
  onFigure(
    fn: IFunction,
    metricName: CountName | MeasureName,
    { statistic, period, ...terms }: FigureTerms,
  ): void {
    const metric = new Metric({
      namespace: metricNamespace,
      metricName,
      dimensionsMap: { Function: fn.functionName },
      statistic,
      period,
    });
    this.add(fn, `${metricName}Alarm`, { ...terms, metric });
  }
}

export interface FigureTerms extends Omit<AlarmTerms, 'metric'> {
  readonly statistic: string;
  readonly period: Duration;
}
