// Which action an API operation needs.
import { describe, expect, it } from 'vitest';
import { actionFor, queriedArn } from '../../../../infra/local/iam/action-of.ts';

describe('actionFor', () => {
  it.each([
    ['sqs', 'SendMessage', 'sqs:SendMessage'],
    ['sqs', 'SendMessageBatch', 'sqs:SendMessage'],
    ['sqs', 'DeleteMessageBatch', 'sqs:DeleteMessage'],
    ['sqs', 'ChangeMessageVisibilityBatch', 'sqs:ChangeMessageVisibility'],
    ['sqs', 'StartMessageMoveTask', 'sqs:StartMessageMoveTask'],
    ['dynamodb', 'BatchGetItem', 'dynamodb:BatchGetItem'],
    ['dynamodb', 'BatchWriteItem', 'dynamodb:BatchWriteItem'],
    ['dynamodb', 'TransactGetItems', 'dynamodb:GetItem'],
    ['events', 'PutEvents', 'events:PutEvents'],
    ['lambda', 'Invoke', 'lambda:InvokeFunction'],
    ['lambda', 'InvokeFunctionUrl', 'lambda:InvokeFunctionUrl'],
  ] as const)('%s %s needs %s', (service, operation, action) => {
    expect(actionFor(service, operation)).toBe(action);
  });

  it('has no single answer for operations whose items are judged one by one', () => {
    expect(() => actionFor('dynamodb', 'TransactWriteItems')).toThrow('judge each of its items');
  });
});

describe('queriedArn', () => {
  it('is the index where a query names one, else the table', () => {
    const table = 'arn:aws:dynamodb:eu-west-3:000000000000:table/Rappel-Deliveries';

    expect(queriedArn(table, 'due')).toBe(`${table}/index/due`);
    expect(queriedArn(table)).toBe(table);
  });
});
