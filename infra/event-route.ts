// Way 2 of 8. One event type's road: rule -> queue -> fan-out, with its dead letters. Next: functions/fan-out/handler.ts
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { batchSize } from '../shared/limits.ts';
import { eventQueueName } from '../shared/queue-names.ts';
import type { Alarms } from './alarms.ts';
import { GuardedQueue } from './guarded-queue.ts';

export interface EventRouteProps {
  readonly bus: IEventBus;
  /** `Source` of the ATS's events. */
  readonly source: string;
  readonly eventType: string;
  readonly fanOut: LambdaFunction;
  /** Calls of fan-out that this type may cause at once: a flood of one type leaves the others room. */
  readonly concurrency: number;
  readonly alarms: Alarms;
}

/** The dead letters take both what EventBridge could not put and what fan-out could not read, each with its reason. */
export class EventRoute extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: EventRouteProps) {
    super(scope, id);
    const queueName = eventQueueName(props.eventType);
    const { queue, deadLetters, outputName } = new GuardedQueue(this, 'Route', {
      queueName,
      alarms: props.alarms,
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
    const rule = new Rule(this, 'Rule', {
      description: `${props.eventType} to its queue`,
      eventBus: props.bus,
      eventPattern: { source: [props.source], detailType: [props.eventType] },
      targets: [
        new SqsQueue(queue, {
          deadLetterQueue: deadLetters,
          // EventBridge's own maxima, said aloud. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
          maxEventAge: Duration.hours(24),
          retryAttempts: 185,
        }),
      ],
    });
    props.alarms.onLostEvent(rule, props.bus, queueName);
    props.fanOut.addEventSource(
      new SqsEventSource(queue, {
        batchSize,
        maxConcurrency: props.concurrency,
        reportBatchItemFailures: true,
      }),
    );
    deadLetters.grant(props.fanOut, 'sqs:SendMessage');

    new CfnOutput(Stack.of(this), `${outputName}QueueUrl`, { value: queue.queueUrl });
  }
}
