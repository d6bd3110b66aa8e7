// The IAM actions and resources of calls.
import { expect, it } from 'vitest';
import { accessFinder } from '../../../../infra/local/aws/access-of.ts';
import type { AwsServiceName } from '../../../../infra/local/aws/aws-call.ts';

const accessOf = accessFinder({ region: 'eu-west-3', accountId: '123456789012' });
const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-3:123456789012:${rest}`;
const queue = arn('sqs', 'work');
const QueueUrl = 'http://127.0.0.1:4566/123456789012/work';
const handle = Buffer.from(JSON.stringify({ taskId: 't', sourceArn: queue })).toString('base64');

const calls: readonly [AwsServiceName, string, Record<string, unknown>, string[]][] = [
  ['dynamodb', 'PutItem', { TableName: 't' }, [`dynamodb:PutItem ${arn('dynamodb', 'table/t')}`]],
  [
    'dynamodb',
    'GetItem',
    { TableName: arn('dynamodb', 'table/t') },
    [`dynamodb:GetItem ${arn('dynamodb', 'table/t')}`],
  ],
  [
    'dynamodb',
    'Query',
    { TableName: 't', IndexName: 'i' },
    [`dynamodb:Query ${arn('dynamodb', 'table/t/index/i')}`],
  ],
  [
    'dynamodb',
    'BatchWriteItem',
    { RequestItems: { a: [], b: [] } },
    [
      `dynamodb:BatchWriteItem ${arn('dynamodb', 'table/a')}`,
      `dynamodb:BatchWriteItem ${arn('dynamodb', 'table/b')}`,
    ],
  ],
  ['sqs', 'SendMessageBatch', { QueueUrl }, [`sqs:SendMessage ${queue}`]],
  ['sqs', 'GetQueueUrl', { QueueName: 'work' }, [`sqs:GetQueueUrl ${queue}`]],
  ['sqs', 'ListQueues', {}, [`sqs:ListQueues ${arn('sqs', '*')}`]],
  [
    'sqs',
    'StartMessageMoveTask',
    { SourceArn: queue, DestinationArn: arn('sqs', 'other') },
    [
      `sqs:StartMessageMoveTask ${queue}`,
      `sqs:ReceiveMessage ${queue}`,
      `sqs:DeleteMessage ${queue}`,
      `sqs:SendMessage ${arn('sqs', 'other')}`,
    ],
  ],
  ['sqs', 'CancelMessageMoveTask', { TaskHandle: handle }, [`sqs:CancelMessageMoveTask ${queue}`]],
  ['sqs', 'CancelMessageMoveTask', { TaskHandle: '?' }, ['sqs:CancelMessageMoveTask *']],
  [
    'events',
    'DescribeRule',
    { Name: 'r', EventBusName: 'ats' },
    [`events:DescribeRule ${arn('events', 'rule/ats/r')}`],
  ],
  ['events', 'DescribeRule', { Name: 'r' }, [`events:DescribeRule ${arn('events', 'rule/r')}`]],
  ['events', 'ListEventBuses', {}, [`events:ListEventBuses ${arn('events', '*')}`]],
];

it.each(calls)('judges %s %s %j', (service, operation, input, expected) => {
  const accesses = accessOf({ service, operation, input });

  expect(accesses.map(({ action, resourceArn }) => `${action} ${resourceArn}`)).toEqual(expected);
});

it('judges each entry of PutEvents on its bus, with its source and type', () => {
  const input = {
    Entries: [{ EventBusName: 'ats', Source: 'ats', DetailType: 'moved' }, { Source: 'other' }],
  };

  expect(accessOf({ service: 'events', operation: 'PutEvents', input })).toEqual([
    {
      action: 'events:PutEvents',
      resourceArn: arn('events', 'event-bus/ats'),
      context: { 'events:source': 'ats', 'events:detail-type': 'moved' },
    },
    {
      action: 'events:PutEvents',
      resourceArn: arn('events', 'event-bus/default'),
      context: { 'events:source': 'other', 'events:detail-type': '' },
    },
  ]);
});
