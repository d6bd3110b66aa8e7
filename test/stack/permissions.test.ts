// Least privilege, function by function: each list is the whole of what a role may do.
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { routedEventTypes } from '../../shared/event-types.ts';
import {
  resourcesOf,
  synthesizeTemplate,
  type TemplateResource,
} from '../support/synthesize-template.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

let template: Template;
beforeAll(() => {
  template = synthesizeTemplate();
});

const list = <Type>(value: Type | Type[]): Type[] => (Array.isArray(value) ? value : [value]);

/** `TablesDeliveries/index/due`: the logical id without CDK's hash, and what follows the ARN. */
const nameOf = (resource: unknown): string => {
  const { 'Fn::GetAtt': getAtt, 'Fn::Join': join } = resource as {
    'Fn::GetAtt'?: [string, string];
    'Fn::Join'?: [string, unknown[]];
  };
  if (getAtt?.[1] === 'Arn') return getAtt[0].replace(/[0-9A-F]{8}$/, '');
  if (join) return join[1].map((part) => (typeof part === 'string' ? part : nameOf(part))).join('');
  return JSON.stringify(resource);
};

const statementsOf = ({ Properties }: TemplateResource): Statement[] =>
  Properties.PolicyDocument.Statement;

/** `verb resource`, one line for each thing that a function's role may do. */
const grantsOf = (name: string): string[] => {
  const policies = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).filter(
    ({ Properties }) =>
      Properties.Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith(`${name}FunctionRole`)),
  );
  expect(policies.length).toBe(1);
  return policies
    .flatMap(statementsOf)
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) =>
        list(Resource).map((resource) => `${action} ${nameOf(resource)}`),
      ),
    )
    .toSorted();
};

const logs = (name: string): string[] => [
  `logs:CreateLogStream ${name}FunctionLogs`,
  `logs:PutLogEvents ${name}FunctionLogs`,
];

/** What Lambda does on a function's behalf with the queue that feeds it. */
const consume = (queue: string): string[] =>
  [
    'ChangeMessageVisibility',
    'DeleteMessage',
    'GetQueueAttributes',
    'GetQueueUrl',
    'ReceiveMessage',
  ].map((verb) => `sqs:${verb} ${queue}`);

describe('fan-out', () => {
  it('stores events and held deliveries, strips what is erased, enqueues, buries; it reads no key', () => {
    const routes = routedEventTypes.map((type) => `${type.replaceAll('.', '')}Route`);

    expect(grantsOf('FanOut')).toEqual(
      [
        ...logs('FanOut'),
        'dynamodb:BatchGetItem TablesSubscriptions',
        'dynamodb:GetItem TablesEvents',
        'dynamodb:PutItem TablesDeliveries',
        'dynamodb:PutItem TablesEvents',
        'dynamodb:Query TablesEvents',
        'dynamodb:Query TablesSubscriptions',
        'dynamodb:UpdateItem TablesEvents',
        'sqs:SendMessage DeliverFastLaneQueue',
        ...routes.map((route) => `sqs:SendMessage ${route}DeadLetters`),
        ...routes.flatMap((route) => consume(`${route}Queue`)),
      ].toSorted(),
    );
  });
});

describe('deliver', () => {
  it('reads what it sends, writes what became of it, puts off into the slow lane, buries', () => {
    expect(grantsOf('Deliver')).toEqual(
      [
        ...logs('Deliver'),
        'dynamodb:BatchGetItem TablesDeliveries',
        'dynamodb:BatchGetItem TablesEvents',
        'dynamodb:BatchGetItem TablesKeys',
        'dynamodb:BatchGetItem TablesSubscriptions',
        'dynamodb:GetItem TablesDeliveries',
        'dynamodb:PutItem TablesDeliveries',
        'dynamodb:UpdateItem TablesDeliveries',
        'dynamodb:UpdateItem TablesSubscriptions',
        'sqs:SendMessage DeliverFastLaneDeadLetters',
        'sqs:SendMessage DeliverSlowLaneDeadLetters',
        'sqs:SendMessage DeliverSlowLaneQueue',
        ...consume('DeliverFastLaneQueue'),
        ...consume('DeliverSlowLaneQueue'),
      ].toSorted(),
    );
  });
});

describe('the sweep', () => {
  it('finds what is due, enqueues it, does jobs, says what happened on the bus; it reads no key', () => {
    expect(grantsOf('Sweep')).toEqual(
      [
        ...logs('Sweep'),
        'dynamodb:BatchGetItem TablesEvents',
        'dynamodb:DeleteItem TablesDeliveries',
        'dynamodb:DeleteItem TablesEvents',
        'dynamodb:DeleteItem TablesSubscriptions',
        'dynamodb:GetItem TablesDeliveries',
        'dynamodb:GetItem TablesEvents',
        'dynamodb:GetItem TablesSubscriptions',
        'dynamodb:PutItem TablesDeliveries',
        'dynamodb:PutItem TablesEvents',
        'dynamodb:PutItem TablesSubscriptions',
        'dynamodb:Query TablesDeliveries',
        'dynamodb:Query TablesDeliveries/index/due',
        'dynamodb:Query TablesDeliveries/index/log',
        'dynamodb:Query TablesDeliveries/index/parked',
        'dynamodb:Query TablesEvents',
        'dynamodb:Query TablesSubscriptions',
        'dynamodb:UpdateItem TablesDeliveries',
        'dynamodb:UpdateItem TablesEvents',
        'dynamodb:UpdateItem TablesSubscriptions',
        'events:PutEvents Bus',
        'sqs:SendMessage DeliverSlowLaneQueue',
      ].toSorted(),
    );
  });
});

describe('admin', () => {
  it('keeps subscriptions and their keys, one at a time; reads events and the log; tests, sends again, redrives', () => {
    const guarded = [
      ...routedEventTypes.map((type) => `${type.replaceAll('.', '')}Route`),
      'DeliverFastLane',
      'DeliverSlowLane',
    ];
    const deadLetters = guarded.map((each) => `${each}DeadLetters`);
    const looks = [
      'ChangeMessageVisibility',
      'DeleteMessage',
      'GetQueueAttributes',
      'ReceiveMessage',
    ];

    expect(grantsOf('Admin')).toEqual(
      [
        ...logs('Admin'),
        ...guarded.map((each) => `sqs:SendMessage ${each}Queue`),
        ...[...deadLetters, 'UnroutedQueue', 'UnroutedDeadLetters'].flatMap((each) =>
          looks.map((verb) => `sqs:${verb} ${each}`),
        ),
        ...deadLetters.flatMap((each) => [
          `sqs:CancelMessageMoveTask ${each}`,
          `sqs:ListMessageMoveTasks ${each}`,
          `sqs:StartMessageMoveTask ${each}`,
        ]),
        'dynamodb:BatchGetItem TablesDeliveries',
        'dynamodb:GetItem TablesDeliveries',
        'dynamodb:PutItem TablesDeliveries',
        'dynamodb:Query TablesDeliveries',
        'dynamodb:Query TablesDeliveries/index/due',
        'dynamodb:Query TablesDeliveries/index/log',
        'dynamodb:BatchGetItem TablesEvents',
        'dynamodb:GetItem TablesEvents',
        'dynamodb:Query TablesEvents',
        'events:PutEvents Bus',
        'dynamodb:DeleteItem TablesKeys',
        'dynamodb:DeleteItem TablesSubscriptions',
        'dynamodb:GetItem TablesKeys',
        'dynamodb:GetItem TablesSubscriptions',
        'dynamodb:PutItem TablesKeys',
        'dynamodb:PutItem TablesSubscriptions',
        'dynamodb:Query TablesSubscriptions',
        'dynamodb:UpdateItem TablesSubscriptions',
      ].toSorted(),
    );
  });
});

describe('no statement that allows', () => {
  /** Of roles, queues and topics alike. */
  const allowing = (): Statement[] =>
    [
      'AWS::IAM::Policy',
      'AWS::IAM::ManagedPolicy',
      'AWS::SQS::QueuePolicy',
      'AWS::SNS::TopicPolicy',
    ]
      .flatMap((type) => Object.values(resourcesOf(template, type)))
      .flatMap(statementsOf)
      .filter(({ Effect }) => Effect === 'Allow');

  it('has a star in it: no exceptions', () => {
    expect(allowing().length).toBeGreaterThan(40);
    for (const statement of allowing()) expect(JSON.stringify(statement)).not.toContain('*');
  });

  it('names a thing by what it is not', () => {
    for (const statement of allowing()) {
      expect(Object.keys(statement)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^Not/)]),
      );
    }
  });

  it('lets a service in without saying on whose behalf', () => {
    for (const statement of allowing().filter(({ Principal }) => Principal !== undefined)) {
      expect(JSON.stringify(statement.Condition)).toMatch(/aws:Source(Arn|Account)/);
    }
  });
});

describe('a type’s queue', () => {
  it.each(routedEventTypes)('of %s takes messages of its own rule alone', (type) => {
    const name = type.replaceAll('.', '');
    const policies = Object.entries(resourcesOf(template, 'AWS::SQS::QueuePolicy')).filter(([id]) =>
      id.startsWith(`${name}Route`),
    );
    const allowing = policies
      .flatMap(([, policy]) => statementsOf(policy))
      .filter(({ Effect }) => Effect === 'Allow');

    expect(policies.length).toBe(2);
    expect(allowing.map(({ Principal, Condition }) => ({ Principal, Condition }))).toEqual(
      Array(2).fill({
        Principal: { Service: 'events.amazonaws.com' },
        Condition: {
          ArnEquals: {
            'aws:SourceArn': {
              'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${name}Rule[0-9A-F]{8}$`)), 'Arn'],
            },
          },
        },
      }),
    );
  });
});
