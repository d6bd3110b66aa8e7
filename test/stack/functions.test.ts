// The functions: what they run on, what they are told, how they are fed, and what they may do. Nothing more.
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { adminEnvironment } from '../../functions/admin/config.ts';
import { deliverEnvironment } from '../../functions/deliver/config.ts';
import { fanOutEnvironment } from '../../functions/fan-out/config.ts';
import { sweepEnvironment } from '../../functions/sweep/config.ts';
import { routedEventTypes } from '../../shared/event-types.ts';
import {
  resourcesOf,
  synthesizeTemplate,
  type TemplateResource,
} from '../support/synthesize-template.ts';

let template: Template;
let functions: Record<string, TemplateResource>;
beforeAll(() => {
  template = synthesizeTemplate();
  functions = resourcesOf(template, 'AWS::Lambda::Function');
});

const environments: Record<string, z.ZodObject> = {
  Admin: adminEnvironment,
  Deliver: deliverEnvironment,
  FanOut: fanOutEnvironment,
  Sweep: sweepEnvironment,
};

/** The logical id without CDK's hash. */
const plain = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

const functionOf = (name: string): TemplateResource => {
  const found = Object.entries(functions).filter(([id]) => plain(id) === `${name}Function`);
  expect(found.length).toBe(1);
  return found[0]![1];
};

it('are these four and no other', () => {
  expect(Object.keys(functions).map(plain).toSorted()).toEqual(
    Object.keys(environments).map((name) => `${name}Function`),
  );
});

describe.each(Object.keys(environments))('%s', (name) => {
  it('runs on Node 24 on arm64, for thirty seconds', () => {
    expect(functionOf(name).Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 30,
      Handler: 'index.handler',
    });
  });

  it('logs JSON into a log group of its own, which forgets after a month', () => {
    const { LoggingConfig } = functionOf(name).Properties;
    const logGroups = resourcesOf(template, 'AWS::Logs::LogGroup');

    expect(LoggingConfig.LogFormat).toBe('JSON');
    expect(plain(LoggingConfig.LogGroup.Ref)).toBe(`${name}FunctionLogs`);
    expect(logGroups[LoggingConfig.LogGroup.Ref]?.Properties.RetentionInDays).toBeLessThanOrEqual(
      31,
    );
  });

  it('is told what its schema asks for, and no more', () => {
    const { NODE_OPTIONS, ...variables } = functionOf(name).Properties.Environment.Variables;
    const schema = environments[name]!;
    // What is made at deploy is a reference here: a URL will be one.
    const values = Object.entries(variables).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : key.endsWith('_URL') ? 'https://queue.example/' : 'name',
    ]);

    expect(NODE_OPTIONS).toBe('--enable-source-maps');
    expect(Object.keys(variables).toSorted()).toEqual(Object.keys(schema.shape).toSorted());
    expect(schema.safeParse(Object.fromEntries(values)).error).toBeUndefined();
  });

  it('has an empty list of loopback origins, where it has one', () => {
    const { CALLBACK_ALLOW_LIST } = functionOf(name).Properties.Environment.Variables;

    expect(CALLBACK_ALLOW_LIST).toBe(name === 'Admin' || name === 'Deliver' ? '' : undefined);
  });

  it('has a role of its own, which Lambda alone may take, with no managed policy', () => {
    const role = resourcesOf(template, 'AWS::IAM::Role')[
      functionOf(name).Properties.Role['Fn::GetAtt'][0]
    ];

    expect(role?.Properties).toEqual({
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
          },
        ],
      },
    });
  });
});

describe('every mapping', () => {
  const mappings = () =>
    Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => Properties,
    );

  it('reports each record’s failure on its own, and waits for no batch to fill', () => {
    for (const mapping of mappings()) {
      expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      expect(mapping.BatchSize).toBe(10);
      expect(mapping.MaximumBatchingWindowInSeconds).toBeUndefined();
      expect(mapping.Enabled).not.toBe(false);
    }
  });

  it('has a concurrency of its own: 2 a type, 50 the fast lane, 10 the slow', () => {
    const concurrencies = mappings().map(
      ({ EventSourceArn, ScalingConfig }) =>
        [plain(EventSourceArn['Fn::GetAtt'][0]), ScalingConfig.MaximumConcurrency] as const,
    );

    expect(Object.fromEntries(concurrencies)).toEqual({
      DeliverFastLaneQueue: 50,
      DeliverSlowLaneQueue: 10,
      ...Object.fromEntries(
        routedEventTypes.map((type) => [`${type.replaceAll('.', '')}RouteQueue`, 2]),
      ),
    });
  });

  it('takes its concurrency from the stack’s property', () => {
    const concurrency = { fanOutPerType: 3, fastLane: 100, slowLane: 4 };
    const other = synthesizeTemplate({ concurrency });
    const found = Object.values(resourcesOf(other, 'AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => Properties.ScalingConfig.MaximumConcurrency,
    );

    expect(found.toSorted((a, b) => a - b)).toEqual([...routedEventTypes.map(() => 3), 4, 100]);
  });
});

it('the sweep has a whole core, and the others what loads the SDK quickly', () => {
  const memory = Object.keys(environments).map((name) => [
    name,
    functionOf(name).Properties.MemorySize,
  ]);

  expect(Object.fromEntries(memory)).toEqual({
    Admin: 512,
    Deliver: 512,
    FanOut: 512,
    Sweep: 1_769,
  });
});

it('deliver may send to its own queue, and no other function in a loop', () => {
  const loops = Object.keys(environments).map((name) => [
    name,
    functionOf(name).Properties.RecursiveLoop,
  ]);

  expect(Object.fromEntries(loops)).toEqual({ Deliver: 'Allow' });
});

it('the sweep is called every minute, and no other function by a schedule', () => {
  const schedules = Object.values(resourcesOf(template, 'AWS::Events::Rule'))
    .map(({ Properties }) => Properties)
    .filter(({ ScheduleExpression }) => ScheduleExpression !== undefined);

  expect(schedules).toMatchObject([
    {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [expect.stringMatching(/^SweepFunction/), 'Arn'] } }],
    },
  ]);
});

it('a sweep that fails is not called again: neither by EventBridge nor by Lambda’s own queue', () => {
  const rules = Object.values(resourcesOf(template, 'AWS::Events::Rule'));
  const [target] = rules.find(({ Properties }) => Properties.ScheduleExpression)!.Properties
    .Targets;
  const configs = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig'));

  expect(target.RetryPolicy).toEqual({ MaximumRetryAttempts: 0 });
  expect(configs.map(({ Properties }) => Properties)).toEqual([
    {
      FunctionName: { Ref: expect.stringMatching(/^SweepFunction/) },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    },
  ]);
});

describe('the admin URL', () => {
  it('takes requests that IAM lets pass, and no others', () => {
    const urls = Object.values(resourcesOf(template, 'AWS::Lambda::Url'));

    expect(urls.map(({ Properties }) => Properties)).toEqual([
      {
        AuthType: 'AWS_IAM',
        TargetFunctionArn: { 'Fn::GetAtt': [expect.stringMatching(/^AdminFunction/), 'Arn'] },
      },
    ]);
  });

  it('is public to nobody: only the schedule may invoke a function', () => {
    const permissions = Object.values(resourcesOf(template, 'AWS::Lambda::Permission'));

    expect(permissions.map(({ Properties }) => Properties)).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [expect.stringMatching(/^SweepFunction/), 'Arn'] },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^SweepEveryMinute/), 'Arn'] },
      },
    ]);
  });

  it('is put out under its name, and each log group under its function’s', () => {
    const logGroups = Object.keys(template.findOutputs('*')).filter((name) =>
      name.endsWith('LogGroup'),
    );

    expect(logGroups.toSorted()).toEqual([
      'AdminLogGroup',
      'DeliverLogGroup',
      'FanOutLogGroup',
      'SweepLogGroup',
    ]);
    expect(template.findOutputs('AdminUrl').AdminUrl?.Value).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^AdminFunction/), 'FunctionUrl'],
    });
  });
});
