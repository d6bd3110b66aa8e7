// Where events go that no type takes: kept and alarmed, never dropped in silence.
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { type EventPattern, type IEventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { routedEventTypes } from '../shared/event-types.ts';
import { deadLetterDays } from '../shared/limits.ts';
import { operationalSource } from '../shared/operational-events.ts';
import { deadLetterQueueName, unroutedName } from '../shared/queue-names.ts';
import type { Alarms } from './alarms.ts';
import type { EventRoute } from './event-route.ts';
import { forcedQueueProps } from './guarded-queue.ts';

export interface UnroutedProps {
  readonly bus: IEventBus;
  readonly source: string;
  /** On a bus of ours every source is watched; on the caller's only the ATS's, the rest is not ours to judge. */
  readonly ownBus: boolean;
  readonly routes: readonly EventRoute[];
  readonly alarms: Alarms;
}

export class Unrouted extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    { bus, source, ownBus, routes, alarms }: UnroutedProps,
  ) {
    super(scope, id);
    const queueName = `${Stack.of(this).stackName}-${unroutedName}`;
    const retentionPeriod = Duration.days(deadLetterDays);
    const deadLetters = new Queue(this, 'DeadLetters', {
      queueName: deadLetterQueueName(queueName),
      retentionPeriod,
      ...forcedQueueProps,
    });
    // Nobody consumes it, so it has no redrive policy: reading it by hand must not move what is read.
    const queue = new Queue(this, 'Queue', { queueName, retentionPeriod, ...forcedQueueProps });
    this.queue = queue;
    this.deadLetters = deadLetters;
    const rule = new Rule(this, 'Rule', {
      description: 'What no event type takes',
      eventBus: bus,
      eventPattern: ownBus ? everySourceBut(source) : unknownTypesOf(source),
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
    // After all of each route, the queues' policies too: an update that adds a type must not leave a moment
    // when neither takes its events, or its rule does and may not put them into its queue yet.
    rule.node.addDependency(...routes);
    alarms.onLostEvent(rule, bus, unroutedName);
    alarms.onAnyMessage(
      queue,
      unroutedName,
      'Events that no rule takes: a type that the catalogue does not know. Add it, or stop who publishes it.',
    );
    alarms.onAnyMessage(
      deadLetters,
      `dead-letters:${unroutedName}`,
      'Unrouted events that EventBridge could not keep. Read their ERROR_CODE, mend, redrive.',
    );

    new CfnOutput(scope, 'UnroutedQueueUrl', { value: queue.queueUrl });
  }
}

const unknownTypesOf = (source: string): EventPattern => ({
  source: [source],
  detailType: Match.anythingBut(...routedEventTypes),
});

const everySourceBut = (source: string): EventPattern =>
  ({
    $or: [
      { source: [{ 'anything-but': [source, operationalSource] }] },
      { source: [source], 'detail-type': [{ 'anything-but': [...routedEventTypes] }] },
    ],
  }) as EventPattern;
