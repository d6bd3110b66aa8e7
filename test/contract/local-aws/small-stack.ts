// A stack of a few resources, enough to try every behaviour of the local endpoint.
import type {
  QueueModel,
  RuleModel,
  StackModel,
  TableModel,
} from '../../../infra/local/stack-model.ts';

export const region = 'eu-west-3';
export const accountId = '000000000000';
export const workerRoleArn = `arn:aws:iam::${accountId}:role/worker`;
export const workerKey = 'LOCALWorker';

export const queueArn = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;
export const queueUrl = (name: string): string => `http://127.0.0.1:4566/${accountId}/${name}`;
export const ruleArn = (bus: string, name: string): string =>
  `arn:aws:events:${region}:${accountId}:rule/${bus}/${name}`;
export const busArn = `arn:aws:events:${region}:${accountId}:event-bus/ats`;
export const archiveArn = `arn:aws:events:${region}:${accountId}:archive/kept`;
export const functionArn = `arn:aws:lambda:${region}:${accountId}:function:worker`;

const queue = (name: string, attributes: Record<string, string> = {}): QueueModel => ({
  logicalId: name,
  name,
  arn: queueArn(name),
  url: queueUrl(name),
  attributes,
  policies: [],
});

/** One hash and one range key, one index over those that have `due`. */
export const thingsTable: TableModel = {
  logicalId: 'Things',
  name: 'things',
  arn: `arn:aws:dynamodb:${region}:${accountId}:table/things`,
  attributeDefinitions: ['pk', 'sk', 'due', 'at'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S' as const,
  })),
  keySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  globalSecondaryIndexes: [
    {
      name: 'by-due',
      keySchema: [
        { AttributeName: 'due', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      projection: { ProjectionType: 'ALL' },
    },
  ],
  timeToLiveAttribute: 'expires',
};

export const rule = (name: string, more: Partial<RuleModel>): RuleModel => ({
  logicalId: name,
  name,
  arn: ruleArn('ats', name),
  busName: 'ats',
  enabled: true,
  targets: [],
  ...more,
});

export const target = (
  arn: string,
  more: Partial<RuleModel['targets'][number]> = {},
): RuleModel['targets'][number] => ({
  id: 'Target0',
  arn,
  maximumRetryAttempts: 185,
  maximumEventAgeSeconds: 86_400,
  ...more,
});

/** Queue `work` gives a message up to `work-dead` after two receives; rule `moved` sends one type
 *  to `work`. */
export const smallStack = (more: Partial<StackModel> = {}): StackModel => ({
  name: 'Small',
  region,
  accountId,
  tables: [thingsTable],
  queues: [
    queue('work', {
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn('work-dead'),
        maxReceiveCount: 2,
      }),
    }),
    queue('work-dead'),
    queue('other'),
  ],
  buses: [{ logicalId: 'Bus', name: 'ats', arn: busArn }],
  archives: [{ logicalId: 'Archive', name: 'kept', arn: archiveArn, busArn, retentionDays: 7 }],
  rules: [
    rule('moved', {
      eventPattern: { source: ['ats'], 'detail-type': ['candidate.moved'] },
      targets: [target(queueArn('work'), { deadLetterArn: queueArn('work-dead') })],
    }),
  ],
  functions: [
    {
      logicalId: 'Worker',
      name: 'worker',
      arn: functionArn,
      handler: 'index.handler',
      assetFolder: '/nowhere',
      environment: {},
      timeoutSeconds: 30,
      memoryMb: 256,
      roleArn: workerRoleArn,
    },
  ],
  mappings: [],
  functionUrls: [],
  permissions: [],
  roles: [],
  outputs: {},
  inert: [],
  ...more,
});
