// A stack that CDK synthesized, read into what the engines run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../../../infra/local/iam/authorize.ts';
import type { StackModel } from '../../../../infra/local/stack-model.ts';
import { readAssets } from '../../../../infra/local/template/read-assets.ts';
import { readTemplate } from '../../../../infra/local/template/read-template.ts';
import { context } from './context.ts';
import { synthesizeSample } from './sample-stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'rappel-template-'));
let stack: StackModel;

beforeAll(() => {
  const { stackName, template, assetFolders } = readAssets(synthesizeSample(folder));
  stack = readTemplate(template, { ...context, stackName, assetFolders });
});
afterAll(() => rmSync(folder, { recursive: true }));

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:eu-west-3:000000000000:${resource}`;
const queueUrl = 'http://127.0.0.1:4566/000000000000/Sample-queue';

describe('readTemplate', () => {
  it('gives queues with the attributes, URLs and policies of SQS', () => {
    const queue = stack.queues.find((it) => it.name === 'Sample-queue');

    expect(queue).toMatchObject({
      arn: arn('sqs', 'Sample-queue'),
      url: queueUrl,
      attributes: {
        VisibilityTimeout: '180',
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: arn('sqs', 'Sample-dead-letters'),
          maxReceiveCount: 20,
        }),
      },
    });
    expect(queue?.policies[0]?.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Resource: arn('sqs', 'Sample-queue'),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('gives tables with their keys, indexes and time to live', () => {
    expect(stack.tables).toEqual([
      expect.objectContaining({
        name: 'Sample-table',
        arn: arn('dynamodb', 'table/Sample-table'),
        keySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        attributeDefinitions: expect.arrayContaining([
          { AttributeName: 'due_shard', AttributeType: 'N' },
        ]),
        globalSecondaryIndexes: [
          {
            name: 'due',
            keySchema: [{ AttributeName: 'due_shard', KeyType: 'HASH' }],
            projection: { ProjectionType: 'ALL' },
          },
        ],
        timeToLiveAttribute: 'expires_at',
      }),
      expect.objectContaining({ name: 'Sample-global-table', globalSecondaryIndexes: [] }),
    ]);
  });

  it('gives the bus, its archive and the rules with their targets', () => {
    expect(stack.buses).toMatchObject([
      { name: 'Sample-events', arn: arn('events', 'event-bus/Sample-events') },
    ]);
    expect(stack.archives).toMatchObject([
      {
        name: 'Sample-archive',
        busArn: arn('events', 'event-bus/Sample-events'),
        eventPattern: { account: ['000000000000'] },
        retentionDays: 7,
      },
    ]);
    expect(stack.rules).toMatchObject([
      {
        arn: arn('events', 'rule/Sample-events/Sample-rule'),
        busName: 'Sample-events',
        enabled: true,
        eventPattern: { source: ['ats'], 'detail-type': ['candidate.moved'] },
        targets: [
          {
            arn: arn('sqs', 'Sample-queue'),
            deadLetterArn: arn('sqs', 'Sample-dead-letters'),
            maximumRetryAttempts: 7,
            maximumEventAgeSeconds: 3_600,
          },
        ],
      },
      {
        arn: arn('events', 'rule/Sample-tick'),
        busName: 'default',
        scheduleExpression: 'rate(1 minute)',
        targets: [{ maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 }],
      },
    ]);
  });

  it('gives functions with their code, environment and role', () => {
    const [worker] = stack.functions;

    expect(worker).toMatchObject({
      handler: 'index.handler',
      environment: { QUEUE_URL: queueUrl },
      timeoutSeconds: 30,
      memoryMb: 512,
      roleArn: stack.roles.find((it) => it.logicalId.startsWith('WorkerServiceRole'))?.arn,
    });
    expect(worker?.name).toBe(`Sample-${worker?.logicalId}`);
    expect(worker?.assetFolder).toContain(join(folder, 'cdk.out', 'asset.'));
  });

  it('gives what calls the function: the mapping, the URL and the permission', () => {
    const functionArn = stack.functions[0]?.arn;

    expect(stack.mappings).toMatchObject([
      {
        queueArn: arn('sqs', 'Sample-queue'),
        functionArn,
        enabled: true,
        batchSize: 10,
        batchingWindowSeconds: 0,
        maximumConcurrency: 2,
        reportBatchItemFailures: true,
      },
    ]);
    expect(stack.functionUrls).toMatchObject([
      { functionArn, authType: 'AWS_IAM', url: 'http://127.0.0.1:4567/' },
    ]);
    expect(stack.permissions).toMatchObject([
      {
        functionArn,
        action: 'lambda:InvokeFunction',
        principal: 'events.amazonaws.com',
        sourceArn: arn('events', 'rule/Sample-tick'),
      },
    ]);
  });

  it('gives each role all its policies, of whatever kind', () => {
    const caller = stack.roles.find((it) => it.logicalId.startsWith('Caller'));
    const worker = stack.roles.find((it) => it.logicalId.startsWith('Worker'));

    const actions = caller?.policies.flatMap((it) => it.Statement.map(({ Action }) => Action));
    expect(actions?.toSorted()).toEqual([
      'events:PutEvents',
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
    ]);
    expect(worker?.managedPolicyArns).toEqual([
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    ]);
    expect(worker?.trust.Statement[0]?.Principal).toEqual({ Service: 'lambda.amazonaws.com' });
  });

  it('gives outputs, and lists what has no effect here', () => {
    expect(stack.outputs).toEqual({ Url: 'http://127.0.0.1:4567/' });
    expect(stack.inert.map((it) => it.type).toSorted()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::SNS::Topic',
    ]);
  });

  it('gives policies that decide as the grants in the stack say', () => {
    const authorize = createAuthorizer(stack);
    const ask = (action: string, resourceArn: string) =>
      authorize({
        principal: { kind: 'role', arn: stack.functions[0]?.roleArn ?? '' },
        action,
        resourceArn,
        context: { 'aws:SecureTransport': 'true' },
      }).allowed;

    expect(ask('sqs:ReceiveMessage', arn('sqs', 'Sample-queue'))).toBe(true);
    expect(ask('sqs:SendMessage', arn('sqs', 'Sample-queue'))).toBe(false);
    expect(ask('dynamodb:Query', arn('dynamodb', 'table/Sample-table/index/due'))).toBe(true);
    expect(ask('dynamodb:PutItem', arn('dynamodb', 'table/Sample-table'))).toBe(false);
  });
});
