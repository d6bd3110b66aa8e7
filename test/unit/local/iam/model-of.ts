// A small stack for the tests of who may do what: one role, one function, one queue, nothing
// allowed yet.
import type {
  PolicyStatement,
  Principal,
  StackModel,
} from '../../../../infra/local/stack-model.ts';

export const accountId = '000000000000';
export const roleArn = `arn:aws:iam::${accountId}:role/Demo-Role`;
export const otherRoleArn = `arn:aws:iam::${accountId}:role/Demo-OtherRole`;
export const queueArn = `arn:aws:sqs:eu-west-3:${accountId}:Demo-Queue`;
export const tableArn = `arn:aws:dynamodb:eu-west-3:${accountId}:table/Demo-Table`;
export const functionArn = `arn:aws:lambda:eu-west-3:${accountId}:function:Demo-Function`;
export const ruleArn = `arn:aws:events:eu-west-3:${accountId}:rule/Demo-events/Demo-Rule`;

export const root: Principal = { kind: 'root' };
export const role: Principal = { kind: 'role', arn: roleArn };
export const eventBridge = {
  kind: 'service',
  service: 'events.amazonaws.com',
  sourceArn: ruleArn,
} as const satisfies Principal;

export const lambdaMayAssume: PolicyStatement = {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'lambda.amazonaws.com' },
};

interface Given {
  readonly identity?: readonly PolicyStatement[];
  readonly queuePolicy?: readonly PolicyStatement[];
  readonly trust?: readonly PolicyStatement[];
  readonly permissions?: StackModel['permissions'];
  readonly managedPolicyArns?: readonly string[];
}

export const modelOf = (given: Given = {}): StackModel => ({
  name: 'Demo',
  region: 'eu-west-3',
  accountId,
  tables: [],
  queues: [
    {
      logicalId: 'Queue',
      name: 'Demo-Queue',
      arn: queueArn,
      url: `http://127.0.0.1:4566/${accountId}/Demo-Queue`,
      attributes: {},
      policies: [{ Statement: given.queuePolicy ?? [] }],
    },
  ],
  buses: [],
  archives: [],
  rules: [],
  functions: [
    {
      logicalId: 'Function',
      name: 'Demo-Function',
      arn: functionArn,
      handler: 'index.handler',
      assetFolder: '/nowhere',
      environment: {},
      timeoutSeconds: 30,
      memoryMb: 512,
      roleArn,
    },
  ],
  mappings: [],
  functionUrls: [],
  permissions: given.permissions ?? [],
  roles: [
    {
      logicalId: 'Role',
      arn: roleArn,
      trust: { Statement: given.trust ?? [lambdaMayAssume] },
      policies: [{ Statement: given.identity ?? [] }],
      managedPolicyArns: given.managedPolicyArns ?? [],
    },
  ],
  outputs: {},
  inert: [],
});
