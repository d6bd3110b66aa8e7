// A queue and its dead letters, as all of ours are: TLS only, encrypted by SQS, an alarm on the dead letters.
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  deadLetterDays,
  ingressQueueDays,
  receiveCountMax,
  visibilityTimeoutSeconds,
} from '../shared/limits.ts';
import { deadLetterQueueName } from '../shared/queue-names.ts';
import type { Alarms } from './alarms.ts';

/** Forced on every queue. SQS-managed keys cost nothing and, unlike KMS keys, need no grant for EventBridge. */
export const forcedQueueProps = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
} satisfies QueueProps;

export interface GuardedQueueProps {
  /** The part of the queue's name behind the stack's: `candidate-moved`. */
  readonly queueName: string;
  readonly alarms: Alarms;
  /** How old its oldest message may get. @default five minutes: a record that failed comes again after three */
  readonly ageMax?: Duration;
}

/** Named queues: a function finds a queue's dead letters by the name alone, with no variable for each. */
export class GuardedQueue extends Construct {
  /** `CandidateMoved`: what the names of the stack's outputs for this queue begin with. */
  readonly outputName: string;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: GuardedQueueProps) {
    super(scope, id);
    const { queueName, alarms, ageMax = Duration.minutes(5) } = props;
    const stack = Stack.of(this);
    const fullName = `${stack.stackName}-${queueName}`;
    this.outputName = queueName.replaceAll(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: deadLetterQueueName(fullName),
      retentionPeriod: Duration.days(deadLetterDays),
      ...forcedQueueProps,
    });
    this.queue = new Queue(this, 'Queue', {
      queueName: fullName,
      visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds),
      // Shorter than the dead letters' 14 days: a message moved there keeps its age.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
      retentionPeriod: Duration.days(ingressQueueDays),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receiveCountMax },
      ...forcedQueueProps,
    });
    alarms.onAnyMessage(
      this.deadLetters,
      `dead-letters:${queueName}`,
      `Dead letters of ${queueName}: a fault of ours, or a poisoned message. Read their code and reason, mend, redrive.`,
    );
    alarms.onOldMessage(this.queue, queueName, ageMax);
    new CfnOutput(stack, `${this.outputName}DeadLettersUrl`, { value: this.deadLetters.queueUrl });
  }
}
