// How resources, parameters, mappings and conditions find each other, and what is said where they
// do not.
import { describe, expect, it } from 'vitest';
import { functionWith, getArn, queueWith, read, refusalsOf, role } from './context.ts';

const output = (Value: unknown, more: object = {}) => ({ Outputs: { It: { Value, ...more } } });

describe('a name', () => {
  it('is the one that the template gives, or one of the stack and the logical id', () => {
    const { queues } = read({ Given: queueWith({ QueueName: 'mine' }), Made: queueWith() });

    expect(queues.map((it) => it.name)).toEqual(['mine', 'Demo-Made']);
  });

  it('is refused where another resource has it', () => {
    const same = queueWith({ QueueName: 'mine' });

    expect(refusalsOf({ One: same, Two: same })).toEqual([
      'Two: arn:aws:sqs:eu-west-3:000000000000:mine is the name of One already.',
    ]);
  });

  it('may be made of other resources', () => {
    const QueueName = { 'Fn::Join': ['-', [{ 'Fn::GetAtt': ['Main', 'QueueName'] }, 'dead']] };

    const { queues } = read({ Dead: queueWith({ QueueName }), Main: queueWith() });

    expect(queues[0]?.name).toBe('Demo-Main-dead');
  });
});

describe('Ref and Fn::GetAtt', () => {
  const Bus = { Type: 'AWS::Events::EventBus', Properties: { Name: 'events' } };
  const Rule = {
    Type: 'AWS::Events::Rule',
    Properties: { EventBusName: { Ref: 'Bus' }, EventPattern: { source: ['ats'] } },
  };
  const Topic = { Type: 'AWS::SNS::Topic' };
  const Registry = { Type: 'AWS::EventSchemas::Registry', Properties: { RegistryName: 'ats' } };
  const Logs = { Type: 'AWS::Logs::LogGroup' };
  const all = {
    Bus,
    Rule,
    Topic,
    Registry,
    Logs,
    Role: role,
    Queue: queueWith(),
    Fn: functionWith(),
  };
  const own = 'eu-west-3:000000000000';

  it.each<[unknown, string]>([
    [{ Ref: 'Queue' }, 'http://127.0.0.1:4566/000000000000/Demo-Queue'],
    [{ 'Fn::GetAtt': ['Queue', 'QueueName'] }, 'Demo-Queue'],
    [getArn('Queue'), `arn:aws:sqs:${own}:Demo-Queue`],
    [{ Ref: 'Bus' }, 'events'],
    [{ Ref: 'Rule' }, 'events|Demo-Rule'],
    [getArn('Rule'), `arn:aws:events:${own}:rule/events/Demo-Rule`],
    [{ Ref: 'Fn' }, 'Demo-Fn'],
    [getArn('Role'), 'arn:aws:iam::000000000000:role/Demo-Role'],
    [{ Ref: 'Topic' }, `arn:aws:sns:${own}:Demo-Topic`],
    [{ Ref: 'Registry' }, `arn:aws:schemas:${own}:registry/ats`],
    [getArn('Logs'), `arn:aws:logs:${own}:log-group:Demo-Logs:*`],
    [{ Ref: 'AWS::StackName' }, 'Demo'],
    [
      { 'Fn::Sub': `\${AWS::Partition} \${AWS::URLSuffix} \${AWS::AccountId}` },
      'aws amazonaws.com 000000000000',
    ],
  ])('%j is %s', (value, expected) => {
    expect(read(all, output(value)).outputs.It).toBe(expected);
  });

  it('name the attributes that there are, for one that there is not', () => {
    expect(refusalsOf({ Queue: queueWith() }, output({ 'Fn::GetAtt': ['Queue', 'Url'] }))).toEqual([
      'It: Queue (AWS::SQS::Queue) has no attribute Url here; it has Arn, QueueName, QueueUrl.',
    ]);
  });

  it('are refused for what is not in the template, in inert resources too', () => {
    const refusals = refusalsOf({
      Queue: queueWith({ QueueName: { Ref: 'Gone' } }),
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Dimensions: [getArn('Gone')] } },
      Logs: { Type: 'AWS::Logs::LogGroup', DependsOn: 'Gone' },
    });

    const why = 'Gone is no resource';
    expect(refusals).toEqual([
      expect.stringContaining(`Queue, QueueName: ${why}`),
      expect.stringContaining(`Alarm, Dimensions.0: ${why}`),
      expect.stringContaining(`Logs, DependsOn: ${why}`),
    ]);
  });

  it('are refused in a circle, whose members are named', () => {
    const refusals = refusalsOf({
      Before: queueWith({ QueueName: { 'Fn::Sub': `\${One.QueueName}-0` } }),
      One: queueWith({ QueueName: { 'Fn::Sub': `\${Two.QueueName}-1` } }),
      Two: { ...queueWith(), DependsOn: ['Three'] },
      Three: queueWith({
        RedrivePolicy: { deadLetterTargetArn: getArn('One'), maxReceiveCount: 3 },
      }),
      After: queueWith(),
    });

    expect(refusals).toEqual(['One: circular dependency between resources: One, Two, Three.']);
  });

  it('are refused to oneself', () => {
    expect(refusalsOf({ One: queueWith({ QueueName: { Ref: 'One' } }) })).toContain(
      'One: circular dependency between resources: One.',
    );
  });
});

describe('a reference of the wrong kind', () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      'a URL for an ARN',
      { RedrivePolicy: { deadLetterTargetArn: { Ref: 'Other' }, maxReceiveCount: 3 } },
      'Queue, RedrivePolicy.deadLetterTargetArn: wants an ARN.',
    ],
    [
      'the ARN of another type',
      { RedrivePolicy: { deadLetterTargetArn: getArn('Role'), maxReceiveCount: 3 } },
      'Queue, RedrivePolicy: arn:aws:iam::000000000000:role/Demo-Role is Role (AWS::IAM::Role); it must be an AWS::SQS::Queue of this stack.',
    ],
    [
      'the ARN of another account',
      { RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:eu-west-3:1:x', maxReceiveCount: 3 } },
      'Queue, RedrivePolicy: arn:aws:sqs:eu-west-3:1:x is nothing here; it must be an AWS::SQS::Queue of this stack.',
    ],
  ])('is refused: %s', (_what, properties, refusal) => {
    const resources = { Queue: queueWith(properties), Other: queueWith(), Role: role };

    expect(refusalsOf(resources)).toEqual([refusal]);
  });
});

describe('a condition', () => {
  const equals = (value: string) => ({ 'Fn::Equals': [{ Ref: 'Stage' }, value] });
  const sections = {
    Parameters: { Stage: { Type: 'String', Default: 'test' } },
    Mappings: { Stages: { test: { Name: 'trial' } } },
    Conditions: {
      Test: equals('test'),
      Live: equals('live'),
      Either: { 'Fn::Or': [{ Condition: 'Live' }, { Condition: 'Test' }] },
      Both: { 'Fn::And': [{ Condition: 'Live' }, { Condition: 'Test' }] },
      NotLive: { 'Fn::Not': [{ Condition: 'Live' }] },
      Mapped: {
        'Fn::Equals': [{ 'Fn::FindInMap': ['Stages', { Ref: 'Stage' }, 'Name'] }, 'trial'],
      },
    },
  };
  const when = (Condition: string) => ({ ...queueWith(), Condition });

  it('decides which resources exist', () => {
    const { queues } = read(
      {
        Test: when('Test'),
        Live: when('Live'),
        Either: when('Either'),
        Both: when('Both'),
        NotLive: when('NotLive'),
        Mapped: when('Mapped'),
      },
      sections,
    );

    expect(queues.map((it) => it.logicalId)).toEqual(['Test', 'Either', 'NotLive', 'Mapped']);
  });

  it('leaves nothing to refer to where it leaves a resource out', () => {
    const Outputs = {
      It: { Value: { Ref: 'Live' } },
      Not: { Value: { Ref: 'Live' }, Condition: 'Live' },
    };

    expect(refusalsOf({ Live: when('Live') }, { ...sections, Outputs })).toEqual([
      'It: Live is no resource or parameter of this template, or its condition leaves it out.',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['unknown', undefined, 'the condition It is not in the template.'],
    ['circular', { 'Fn::Not': [{ Condition: 'It' }] }, 'the condition It depends on itself.'],
    ['no condition', { 'Fn::Join': ['', []] }, 'is no condition'],
    ['of resources', { 'Fn::Equals': [{ Ref: 'Queue' }, 'x'] }, 'Queue is no parameter'],
  ])('is refused when it is %s', (_what, It, why) => {
    const refusals = refusalsOf(
      { Queue: when('It') },
      It === undefined ? {} : { Conditions: { It } },
    );

    expect(refusals).toEqual([expect.stringContaining(why)]);
    expect(refusals[0]).toMatch(/^Queue, Condition: /);
  });
});

describe('a parameter', () => {
  const parameters = (It: object) => ({ Parameters: { It } });

  it.each<[string, object, unknown, string]>([
    ['text', { Type: 'String', Default: 'x' }, { Ref: 'It' }, 'x'],
    ['a number, as text', { Type: 'Number', Default: 5 }, { Ref: 'It' }, '5'],
    [
      'a list',
      { Type: 'CommaDelimitedList', Default: 'a, b' },
      { 'Fn::Join': ['-', { Ref: 'It' }] },
      'a-b',
    ],
  ])('is %s', (_what, parameter, value, expected) => {
    const stack = read({}, { ...parameters(parameter), ...output(value) });

    expect(stack.outputs.It).toBe(expected);
  });

  it('of the bootstrap version is ignored while nothing uses it', () => {
    const version = {
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: '/cdk-bootstrap/version',
    };
    const Rules = { CheckBootstrapVersion: { Assertions: [] } };

    expect(refusalsOf({}, { ...parameters(version), Rules })).toEqual([]);
    expect(refusalsOf({}, { ...parameters(version), ...output({ Ref: 'It' }) })).toEqual([
      expect.stringContaining('the parameter It is read from the Parameter Store'),
    ]);
  });

  it('without a default is refused', () => {
    expect(refusalsOf({}, parameters({ Type: 'String' }))).toEqual([
      'It: the parameter has no default, and nobody gives it a value.',
    ]);
  });
});
