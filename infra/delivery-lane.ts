// One lane to the deliver function: a queue, its dead letters, a concurrency of its own.
import type { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { batchSize } from '../shared/limits.ts';
import type { Alarms } from './alarms.ts';
import { GuardedQueue } from './guarded-queue.ts';

export interface DeliveryLaneProps {
  readonly queueName: string;
  readonly alarms: Alarms;
  readonly ageMax?: Duration;
}

export class DeliveryLane extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: DeliveryLaneProps) {
    super(scope, id);
    const { queue, deadLetters } = new GuardedQueue(this, 'Lane', props);
    this.queue = queue;
    this.deadLetters = deadLetters;
  }

  /** `maxConcurrency`, not reserved concurrency: throttled receives would push good messages to the dead letters.
   *  https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  feed(deliver: LambdaFunction, maxConcurrency: number): void {
    deliver.addEventSource(
      new SqsEventSource(this.queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }),
    );
    this.deadLetters.grant(deliver, 'sqs:SendMessage');
  }
}
