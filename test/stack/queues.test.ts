// Queues, their dead letters and their alarms: nothing is dropped, and nothing is dropped in silence.
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { routedEventTypes } from '../../shared/event-types.ts';
import { functionTimeoutSeconds, receiveCountMax } from '../../shared/limits.ts';
import {
  resourcesOf,
  synthesizeTemplate,
  type TemplateResource,
} from '../support/synthesize-template.ts';

let template: Template;
let queues: Record<string, TemplateResource>;
beforeAll(() => {
  template = synthesizeTemplate();
  queues = resourcesOf(template, 'AWS::SQS::Queue');
});

const nameOf = (queue: TemplateResource): string => queue.Properties.QueueName;

/** Those that nobody consumes, and so nothing moves on: dead letters, and what was not routed. */
const isKept = (queue: TemplateResource): boolean =>
  nameOf(queue).endsWith('-dead') || nameOf(queue) === 'Rappel-unrouted';

const worked = () => Object.entries(queues).filter(([, queue]) => !isKept(queue));
const kept = () => Object.entries(queues).filter(([, queue]) => isKept(queue));

const logicalIdOf = (getAtt: { 'Fn::GetAtt': [string, string] }): string => getAtt['Fn::GetAtt'][0];

describe('every queue', () => {
  it('has a name that its dead letters follow', () => {
    const names = Object.values(queues).map(nameOf);

    for (const name of names.filter((name) => !name.endsWith('-dead'))) {
      expect(names).toContain(`${name}-dead`);
    }
    expect(new Set(names).size).toBe(names.length);
  });

  it('is encrypted by SQS', () => {
    for (const { Properties } of Object.values(queues)) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
      expect(Properties.KmsMasterKeyId).toBeUndefined();
    }
  });

  it('refuses whatever does not come over TLS', () => {
    const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy'));

    for (const id of Object.keys(queues)) {
      const statements = policies
        .filter(({ Properties }) =>
          Properties.Queues.some(({ Ref }: { Ref: string }) => Ref === id),
        )
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
      expect(statements).toContainEqual({
        Action: 'sqs:*',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Resource: { 'Fn::GetAtt': [id, 'Arn'] },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    }
  });

  it('is a standard queue: no order is promised, so none is paid for', () => {
    for (const { Properties } of Object.values(queues))
      expect(Properties.FifoQueue).toBeUndefined();
  });
});

describe('every queue that is worked on', () => {
  it('is one of a type’s or a lane’s', () => {
    const names = [...routedEventTypes, 'deliveries', 'deliveries.slow'].map(
      (name) => `Rappel-${name.replaceAll('.', '-')}`,
    );

    expect(
      worked()
        .map(([, queue]) => nameOf(queue))
        .toSorted(),
    ).toEqual(names.toSorted());
  });

  it('moves what came twenty times to its own dead letters', () => {
    for (const [, queue] of worked()) {
      const { deadLetterTargetArn, maxReceiveCount } = queue.Properties.RedrivePolicy;
      expect(nameOf(queues[logicalIdOf(deadLetterTargetArn)]!)).toBe(`${nameOf(queue)}-dead`);
      expect(maxReceiveCount).toBe(receiveCountMax);
    }
  });

  it('hides a message six times as long as its function may take', () => {
    const functions = resourcesOf(template, 'AWS::Lambda::Function');
    const mappings = Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping'));

    for (const { Properties } of mappings) {
      const queue = queues[logicalIdOf(Properties.EventSourceArn)]!;
      const { Timeout } = functions[Properties.FunctionName.Ref]!.Properties;
      expect(queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
      expect(Timeout).toBe(functionTimeoutSeconds);
    }
    expect(mappings.length).toBe(worked().length);
  });

  it('keeps a message for ten days, and its dead letters outlive it: a moved message keeps its age', () => {
    for (const [, queue] of worked()) {
      const deadLetters = queues[logicalIdOf(queue.Properties.RedrivePolicy.deadLetterTargetArn)]!;
      expect(queue.Properties.MessageRetentionPeriod).toBe(10 * 86_400);
      expect(deadLetters.Properties.MessageRetentionPeriod).toBe(14 * 86_400);
    }
  });
});

describe('every queue that nobody works on', () => {
  it('keeps a message for the longest time that SQS has, and moves none on', () => {
    expect(kept().length).toBe(worked().length + 2);
    for (const [, { Properties }] of kept()) {
      expect(Properties.MessageRetentionPeriod).toBe(14 * 86_400);
      expect(Properties.RedrivePolicy).toBeUndefined();
    }
  });

  it('rings at the first message', () => {
    const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'));

    for (const [id] of kept()) {
      const ringing = alarms.filter(({ Properties }) =>
        Properties.Dimensions?.some(({ Value }: { Value: object }) =>
          JSON.stringify(Value).includes(`"${id}"`),
        ),
      );
      expect(ringing.map(({ Properties }) => Properties)).toMatchObject([
        {
          Namespace: 'AWS/SQS',
          MetricName: 'ApproximateNumberOfMessagesVisible',
          Statistic: 'Maximum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          TreatMissingData: 'notBreaching',
        },
      ]);
    }
  });
});

describe('every alarm', () => {
  it('says what is wrong, and tells the topic', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'))) {
      expect(Properties.AlarmDescription).toMatch(/\w/);
      expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^AlarmsTopic/) }]);
    }
  });

  it('may: the topic lets the account’s alarms publish, over TLS only', () => {
    const [policy] = Object.values(resourcesOf(template, 'AWS::SNS::TopicPolicy'));
    const Resource = { Ref: expect.stringMatching(/^AlarmsTopic/) };

    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Sid: 'AllowPublishThroughSSLOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'AllowAlarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource,
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });
});
