// Who may do what: identity and resource policies together, explicit denies, and AWS's own
// sentences.
import { describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../../../infra/local/iam/authorize.ts';
import type { AccessRequest, PolicyStatement } from '../../../../infra/local/stack-model.ts';
import {
  accountId,
  eventBridge,
  functionArn,
  modelOf,
  otherRoleArn,
  queueArn,
  role,
  roleArn,
  root,
  ruleArn,
  tableArn,
} from './model-of.ts';

const allowed = { allowed: true };

const send = (over: Partial<AccessRequest> = {}): AccessRequest => ({
  principal: role,
  action: 'sqs:SendMessage',
  resourceArn: queueArn,
  context: { 'aws:SecureTransport': 'true' },
  ...over,
});

const allow = (over: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: queueArn,
  ...over,
});

const deny = (over: Partial<PolicyStatement> = {}): PolicyStatement =>
  allow({ Effect: 'Deny', ...over });

const session = `arn:aws:sts::${accountId}:assumed-role/Demo-Role/Demo-Function`;
const attempt = (user: string) =>
  `User: ${user} is not authorized to perform: sqs:SendMessage on resource: ${queueArn}`;

describe('a role', () => {
  it('is allowed by its own policy', () => {
    const authorize = createAuthorizer(modelOf({ identity: [allow()] }));

    expect(authorize(send())).toEqual(allowed);
  });

  it('is denied, in the words of AWS, what no policy allows', () => {
    const authorize = createAuthorizer(modelOf());

    expect(authorize(send())).toEqual({
      allowed: false,
      reason: `${attempt(session)} because no identity-based policy allows the sqs:SendMessage action`,
    });
  });

  it.each([
    ['another action', { action: 'sqs:DeleteMessage' }],
    ['another queue', { resourceArn: `${queueArn}-other` }],
    ['another role', { principal: { kind: 'role', arn: otherRoleArn } as const }],
  ])('is denied %s, though it was allowed before', (_what, over) => {
    const authorize = createAuthorizer(modelOf({ identity: [allow()] }));

    expect(authorize(send())).toEqual(allowed);
    expect(authorize(send(over)).allowed).toBe(false);
  });

  it('is allowed by a policy of the queue that names it', () => {
    const queuePolicy = [allow({ Principal: { AWS: roleArn } })];
    const authorize = createAuthorizer(modelOf({ queuePolicy }));

    expect(authorize(send())).toEqual(allowed);
  });

  it.each([
    ['its account, which leaves it to the identity policies', accountId],
    ['its account as root', `arn:aws:iam::${accountId}:root`],
    ['another account', 'arn:aws:iam::111111111111:root'],
    ['another role', otherRoleArn],
  ])('is not allowed by a policy of the queue that names %s', (_what, AWS) => {
    const authorize = createAuthorizer(modelOf({ queuePolicy: [allow({ Principal: { AWS } })] }));

    expect(authorize(send()).allowed).toBe(false);
  });

  it('is denied by a policy of the queue that denies its account', () => {
    const model = modelOf({
      identity: [allow()],
      queuePolicy: [deny({ Principal: { AWS: accountId } })],
    });

    expect(createAuthorizer(model)(send())).toEqual({
      allowed: false,
      reason: `${attempt(session)} with an explicit deny in a resource-based policy`,
    });
  });

  it('is denied by its own policy whatever else allows', () => {
    const model = modelOf({
      identity: [allow(), deny({ Action: 'sqs:Send*' })],
      queuePolicy: [allow({ Principal: '*' })],
    });

    expect(createAuthorizer(model)(send())).toEqual({
      allowed: false,
      reason: `${attempt(session)} with an explicit deny in an identity-based policy`,
    });
  });

  it('reads an index only where the index is granted', () => {
    const Action = 'dynamodb:Query';
    const query = send({ action: Action, resourceArn: `${tableArn}/index/due` });

    const onTable = createAuthorizer(
      modelOf({ identity: [allow({ Action, Resource: tableArn })] }),
    );
    const onBoth = createAuthorizer(
      modelOf({ identity: [allow({ Action, Resource: [tableArn, `${tableArn}/index/*`] })] }),
    );

    expect(onTable(query).allowed).toBe(false);
    expect(onBoth(query)).toEqual(allowed);
  });

  it('is allowed by NotAction what is not named there', () => {
    const statement: PolicyStatement = { Effect: 'Allow', NotAction: 'sqs:Delete*', Resource: '*' };
    const authorize = createAuthorizer(modelOf({ identity: [statement] }));

    expect(authorize(send())).toEqual(allowed);
    expect(authorize(send({ action: 'sqs:DeleteMessage' })).allowed).toBe(false);
  });

  it('may write logs, and no more, by AWSLambdaBasicExecutionRole', () => {
    const managedPolicyArns = ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'];
    const authorize = createAuthorizer(modelOf({ managedPolicyArns }));
    const group = `arn:aws:logs:eu-west-3:${accountId}:log-group:Demo:*`;

    expect(authorize(send({ action: 'logs:PutLogEvents', resourceArn: group }))).toEqual(allowed);
    expect(authorize(send()).allowed).toBe(false);
  });
});

describe('a service', () => {
  const fromRule = allow({
    Principal: { Service: 'events.amazonaws.com' },
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  });

  it('is allowed by the policy of the queue alone, from the source that it names', () => {
    const authorize = createAuthorizer(modelOf({ queuePolicy: [fromRule] }));

    expect(authorize(send({ principal: eventBridge }))).toEqual(allowed);
    const other = { ...eventBridge, sourceArn: `${ruleArn}2` };
    expect(authorize(send({ principal: other }))).toEqual({
      allowed: false,
      reason: `${attempt('events.amazonaws.com')} because no resource-based policy allows the sqs:SendMessage action`,
    });
  });

  it('is judged anew for each source, though the answer for one is known', () => {
    const authorize = createAuthorizer(modelOf({ queuePolicy: [fromRule] }));
    const other = { ...eventBridge, sourceArn: `${ruleArn}2` };

    const answers = [eventBridge, other, eventBridge].map((principal) =>
      authorize(send({ principal })),
    );

    expect(answers.map((it) => it.allowed)).toEqual([true, false, true]);
  });

  it('is another service than the one allowed', () => {
    const authorize = createAuthorizer(modelOf({ queuePolicy: [fromRule] }));

    const decision = authorize(
      send({ principal: { ...eventBridge, service: 'sns.amazonaws.com' } }),
    );

    expect(decision.allowed).toBe(false);
  });

  it('invokes a function by a permission, from its source only', () => {
    const permission = {
      logicalId: 'Permission',
      functionArn,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceArn: ruleArn,
    };
    const authorize = createAuthorizer(modelOf({ permissions: [permission] }));
    const invoke = { action: 'lambda:InvokeFunction', resourceArn: functionArn };
    const other = { ...eventBridge, sourceArn: `${ruleArn}2` };

    expect(authorize(send({ ...invoke, principal: eventBridge }))).toEqual(allowed);
    expect(authorize(send({ ...invoke, principal: other })).allowed).toBe(false);
  });

  it('assumes a role that trusts it', () => {
    const lambda = {
      kind: 'service',
      service: 'lambda.amazonaws.com',
      sourceArn: functionArn,
    } as const;
    const assume = send({
      principal: lambda,
      action: 'sts:AssumeRole',
      resourceArn: roleArn,
    });

    expect(createAuthorizer(modelOf())(assume)).toEqual(allowed);
    expect(createAuthorizer(modelOf({ trust: [] }))(assume).allowed).toBe(false);
  });
});

describe('a Function URL', () => {
  const permission = {
    logicalId: 'Permission',
    functionArn,
    action: 'lambda:InvokeFunctionUrl',
    principal: roleArn,
    functionUrlAuthType: 'AWS_IAM',
  };
  const call = send({
    action: 'lambda:InvokeFunctionUrl',
    resourceArn: functionArn,
    context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
  });

  it('is called by a role that a permission names, with that kind of authorization', () => {
    const authorize = createAuthorizer(modelOf({ permissions: [permission] }));

    expect(authorize(call)).toEqual(allowed);
    const unsigned = { ...call, context: { 'lambda:FunctionUrlAuthType': 'NONE' } };
    expect(authorize(unsigned).allowed).toBe(false);
  });

  it('invokes by a permission that holds only through the URL', () => {
    const through = { ...permission, action: 'lambda:InvokeFunction', invokedViaFunctionUrl: true };
    const { functionUrlAuthType: _unused, ...viaUrl } = through;
    const authorize = createAuthorizer(modelOf({ permissions: [viaUrl] }));
    const invoke = { ...call, action: 'lambda:InvokeFunction' };

    const context = { 'lambda:InvokedViaFunctionUrl': 'true' };
    expect(authorize({ ...invoke, context })).toEqual(allowed);
    expect(authorize({ ...invoke, context: {} }).allowed).toBe(false);
  });
});

describe('root', () => {
  it('needs no policy', () => {
    expect(createAuthorizer(modelOf())(send({ principal: root }))).toEqual(allowed);
  });

  it('is stopped by an explicit deny, as by a TLS-only queue without TLS', () => {
    const queuePolicy = [
      deny({
        Action: 'sqs:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ];
    const authorize = createAuthorizer(modelOf({ queuePolicy }));

    const plain = send({ principal: root, context: { 'aws:SecureTransport': 'false' } });

    expect(authorize(send({ principal: root }))).toEqual(allowed);
    expect(authorize(plain)).toEqual({
      allowed: false,
      reason: `${attempt(`arn:aws:iam::${accountId}:root`)} with an explicit deny in a resource-based policy`,
    });
  });
});
