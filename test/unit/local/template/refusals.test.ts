// What is refused of an emulated resource: properties by name, and values that AWS would refuse.
import { describe, expect, it } from 'vitest';
import { functionWith, getArn, queueWith, refusalsOf, role, tableWith } from './context.ts';

const bus = { Type: 'AWS::Events::EventBus', Properties: { Name: 'events' } };

const ruleWith = (properties: Record<string, unknown>) => ({
  Type: 'AWS::Events::Rule',
  Properties: { EventPattern: { source: ['ats'] }, ...properties },
});

const mappingWith = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { EventSourceArn: getArn('Queue'), FunctionName: { Ref: 'Fn' }, ...properties },
});

const asyncWith = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::EventInvokeConfig',
  Properties: {
    FunctionName: { Ref: 'Fn' },
    Qualifier: '$LATEST',
    MaximumRetryAttempts: 0,
    ...properties,
  },
});

const urlWith = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Url',
  Properties: { AuthType: 'AWS_IAM', TargetFunctionArn: getArn('Fn'), ...properties },
});

const pk = { AttributeName: 'pk', KeyType: 'HASH' };

const parts = {
  Bus: bus,
  Role: role,
  Queue: queueWith(),
  Fn: functionWith(),
};

/** Takes the resource under test, which joins the parts that it may refer to. */
const refused = (It: Record<string, unknown>) => refusalsOf({ ...parts, It });

describe('a property', () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      'a malformed pattern',
      ruleWith({ EventPattern: { source: 'ats' } }),
      'It, EventPattern: $.source: ',
    ],
    [
      'a pattern of over 2,048 characters',
      ruleWith({ EventPattern: { source: ['x'.repeat(2_048)] } }),
      'EventPattern: has 2063 characters; EventBridge allows 2048.',
    ],
    [
      'a queue with a KMS key',
      queueWith({ KmsMasterKeyId: 'alias/aws/sqs' }),
      'KmsMasterKeyId: KMS',
    ],
    ['a FIFO queue', queueWith({ FifoQueue: true }), 'FifoQueue: only standard queues'],
    [
      'a delay of 901 s',
      queueWith({ DelaySeconds: 901 }),
      'DelaySeconds: wants a whole number from 0 to 900.',
    ],
    ['a name that SQS refuses', queueWith({ QueueName: 'a.b' }), 'QueueName: is no name'],
    ['an unknown property', queueWith({ Colour: 'red' }), 'Colour: local mode does not know'],
    ['a stream', tableWith({ StreamSpecification: {} }), 'StreamSpecification: streams'],
    [
      'a customer key',
      tableWith({ SSESpecification: { KMSMasterKeyId: 'x' } }),
      'SSESpecification.KMSMasterKeyId: KMS',
    ],
    [
      'a local index',
      tableWith({ LocalSecondaryIndexes: [] }),
      'LocalSecondaryIndexes: local secondary',
    ],
    [
      'a key not defined',
      tableWith({ KeySchema: [pk, { AttributeName: 'x', KeyType: 'RANGE' }] }),
      'AttributeDefinitions: the key x is not defined.',
    ],
    [
      'two replicas',
      {
        ...tableWith({ Replicas: [{ Region: 'eu-west-3' }, { Region: 'eu-west-1' }] }),
        Type: 'AWS::DynamoDB::GlobalTable',
      },
      'Replicas: local mode is one region.',
    ],
    [
      'a replica elsewhere',
      { ...tableWith({ Replicas: [{ Region: 'eu-west-1' }] }), Type: 'AWS::DynamoDB::GlobalTable' },
      'Replicas.0.Region: local mode is one region.',
    ],
    [
      'a bus of a partner',
      { ...bus, Properties: { Name: 'x', EventSourceName: 'x' } },
      'EventSourceName: partner',
    ],
    [
      'a rule on another bus',
      ruleWith({ EventBusName: 'theirs' }),
      'EventBusName: theirs is nothing here',
    ],
    [
      'a schedule by cron',
      ruleWith({ EventPattern: { Ref: 'AWS::NoValue' }, ScheduleExpression: 'cron(0 12 * * ? *)' }),
      'ScheduleExpression: only rates',
    ],
    [
      'a rate with a wrong plural',
      ruleWith({ EventPattern: { Ref: 'AWS::NoValue' }, ScheduleExpression: 'rate(1 minutes)' }),
      'ScheduleExpression: only rates',
    ],
    [
      'a schedule on a custom bus',
      ruleWith({
        EventPattern: { Ref: 'AWS::NoValue' },
        ScheduleExpression: 'rate(1 minute)',
        EventBusName: { Ref: 'Bus' },
      }),
      'ScheduleExpression: schedules are for',
    ],
    [
      'a rule that waits for nothing',
      ruleWith({ EventPattern: { Ref: 'AWS::NoValue' } }),
      'EventPattern: a rule has either',
    ],
    [
      'a transformed target',
      ruleWith({ Targets: [{ Id: 'a', Arn: getArn('Queue'), InputPath: '$.detail' }] }),
      'Targets.0.InputPath: targets get the whole event',
    ],
    [
      'a target that is a bus',
      ruleWith({ Targets: [{ Id: 'a', Arn: getArn('Bus') }] }),
      'Targets.0.Arn: arn:aws:events:eu-west-3:000000000000:event-bus/events is Bus',
    ],
    [
      'more tries than EventBridge makes',
      ruleWith({
        Targets: [{ Id: 'a', Arn: getArn('Queue'), RetryPolicy: { MaximumRetryAttempts: 186 } }],
      }),
      'Targets.0.RetryPolicy.MaximumRetryAttempts: wants a whole number from 0 to 185.',
    ],
    [
      'another runtime',
      functionWith({ Runtime: 'nodejs22.x' }),
      'Runtime: only nodejs24.x runs here.',
    ],
    ['a VPC', functionWith({ VpcConfig: {} }), 'VpcConfig: networks are not emulated'],
    [
      'inline code',
      functionWith({ Code: { S3Key: 'code.zip', ZipFile: 'x' } }),
      'Code.ZipFile: code is the folder of an asset',
    ],
    [
      'an unknown asset',
      functionWith({ Code: { S3Key: 'other.zip' } }),
      'Code.S3Key: no asset folder has the key other.zip',
    ],
    ['no handler', functionWith({ Handler: { Ref: 'AWS::NoValue' } }), 'Handler: is required.'],
    [
      'a variable that Lambda sets',
      functionWith({ Environment: { Variables: { AWS_REGION: 'x' } } }),
      'Environment.Variables.AWS_REGION: Lambda sets',
    ],
    [
      'a variable without a right name',
      functionWith({ Environment: { Variables: { A: 'x' } } }),
      'Environment.Variables.A: is no name',
    ],
    [
      'variables of over 4 KB',
      functionWith({ Environment: { Variables: { LONG: 'x'.repeat(4_096) } } }),
      'Environment.Variables: takes 4107 bytes',
    ],
    ['a filter', mappingWith({ FilterCriteria: {} }), 'FilterCriteria: filters delete'],
    [
      'a batch of 11 without a window',
      mappingWith({ BatchSize: 11 }),
      'BatchSize: more than 10 need',
    ],
    [
      'a concurrency of one',
      mappingWith({ ScalingConfig: { MaximumConcurrency: 1 } }),
      'ScalingConfig.MaximumConcurrency: wants a whole number from 2',
    ],
    [
      'failed calls that Lambda repeats',
      asyncWith({ MaximumRetryAttempts: 1 }),
      'MaximumRetryAttempts: failed asynchronous calls are not repeated here: 0.',
    ],
    [
      'asynchronous calls of a function that is not there',
      asyncWith({ FunctionName: 'theirs' }),
      'FunctionName: theirs is nothing here',
    ],
    ['a public URL', urlWith({ AuthType: 'NONE' }), 'AuthType: only signed calls'],
    [
      'a boundary',
      { ...role, Properties: { ...role.Properties, PermissionsBoundary: 'x' } },
      'PermissionsBoundary: permissions boundaries',
    ],
    [
      'a policy that cannot be judged',
      {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'x',
          Roles: [{ Ref: 'Role' }],
          PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', NotResource: '*' } },
        },
      },
      'NotResource cannot be judged.',
    ],
  ])('is refused: %s', (_what, resource, refusal) => {
    expect(refused(resource)).toEqual([expect.stringContaining(refusal)]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['encryption by SQS', queueWith({ SqsManagedSseEnabled: true })],
    ['numbers as text', queueWith({ VisibilityTimeout: '180' })],
    [
      'backups and billing',
      tableWith({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: {},
        SSESpecification: { SSEEnabled: true },
      }),
    ],
    [
      'where a function logs and on what it runs',
      functionWith({ Architectures: ['arm64'], LoggingConfig: {} }),
    ],
    ['an empty key', { ...bus, Properties: { Name: 'more', KmsKeyIdentifier: '' } }],
    ['what is said of deletion', { ...queueWith(), DeletionPolicy: 'Retain', Metadata: {} }],
  ])('is accepted: %s', (_what, resource) => {
    expect(refused(resource)).toEqual([]);
  });
});

describe('what fits nowhere together', () => {
  it('is a mapping whose queue shows messages again before the function has ended', () => {
    const Queue = queueWith({ VisibilityTimeout: 29 });
    const Fn = functionWith({ Timeout: 30 });
    const resources = { Role: role, Queue, Fn, Mapping: mappingWith() };

    expect(refusalsOf(resources)).toEqual([
      'Mapping, EventSourceArn: Queue visibility timeout: 29 seconds is less than Function timeout: 30 seconds.',
    ]);
    expect(refusalsOf({ ...resources, Queue: queueWith() })).toEqual([]);
  });

  it('is a second policy of one queue', () => {
    const policy = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Statement: [] } },
    };

    expect(refusalsOf({ Queue: queueWith(), One: policy, Two: policy })).toEqual([
      'Two, Queues: Queue has another policy already; a queue keeps one.',
    ]);
  });

  it('is a second Function URL', () => {
    expect(refusalsOf({ ...parts, One: urlWith(), Two: urlWith() })).toEqual([
      'Two, TargetFunctionArn: one Function URL is served here.',
    ]);
  });
});
