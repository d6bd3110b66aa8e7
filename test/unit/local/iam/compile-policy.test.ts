// Policies that cannot be judged stop the start, each by its statement.
import { describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../../../infra/local/iam/authorize.ts';
import type { PolicyStatement, StackModel } from '../../../../infra/local/stack-model.ts';
import { TemplateError } from '../../../../infra/local/template/template-error.ts';
import { lambdaMayAssume, modelOf, queueArn } from './model-of.ts';

const refusalsOf = (model: StackModel): readonly string[] => {
  try {
    createAuthorizer(model);
    return [];
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.refusals.map(
      ({ logicalId, property, why }) => `${logicalId}, ${property}: ${why}`,
    );
  }
};

const fine: PolicyStatement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn };

describe('createAuthorizer refuses', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['NotResource', { NotResource: queueArn }, 'NotResource cannot be judged.'],
    ['an action without a service', { Action: 'SendMessage' }, '"SendMessage" is no action'],
    ['both kinds of action', { NotAction: 'sqs:*' }, 'either Action or NotAction'],
    ['a resource that is no ARN', { Resource: 'Demo-Queue' }, '"Demo-Queue" is no resource'],
    ['a wildcard for the service', { Resource: 'arn:aws:*:*' }, 'is no resource'],
    ['a missing resource', { Resource: undefined }, 'names its Resource'],
    ['a principal in an identity policy', { Principal: '*' }, 'has no Principal'],
    [
      'a policy variable in a resource',
      { Resource: `${queueArn}-\${aws:username}` },
      'the policy variable',
    ],
    [
      'a policy variable in a condition',
      { Condition: { StringEquals: { 'aws:SourceArn': `\${aws:PrincipalArn}` } } },
      'the policy variable',
    ],
    [
      'an unknown operator',
      { Condition: { IpAddress: { 'aws:SourceArn': '10.0.0.0/8' } } },
      'the condition operator IpAddress',
    ],
    [
      'an unknown key',
      { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
      'the condition key aws:PrincipalOrgID',
    ],
    [
      'a truth that is none',
      { Condition: { Bool: { 'aws:SecureTransport': 'no' } } },
      '"no" is no value for Bool',
    ],
    [
      'an ARN pattern of fewer than six segments',
      { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*' } } },
      'is no value for ArnLike',
    ],
  ])('%s, naming the statement', (_what, over, why) => {
    const identity = [fine, { ...fine, Sid: 'Odd', ...over }] as PolicyStatement[];

    const refusals = refusalsOf(modelOf({ identity }));

    expect(refusals).toEqual([expect.stringContaining('Role, policy 1: statement 2 (Odd): ')]);
    expect(refusals[0]).toContain(why);
  });

  it.each<[string, PolicyStatement['Principal'], string]>([
    ['none', undefined, 'names its Principal'],
    ['a user', { AWS: 'arn:aws:iam::000000000000:user/anna' }, 'the principal "arn:aws:iam'],
    ['a pattern', { AWS: 'arn:aws:iam::000000000000:role/*' }, 'the principal "arn:aws:iam'],
    ['a federation', { Federated: 'cognito-identity.amazonaws.com' }, 'of kind Federated'],
  ])('%s as a principal of a queue', (_what, Principal, why) => {
    const refusals = refusalsOf(modelOf({ queuePolicy: [{ ...fine, Principal }] }));

    expect(refusals).toEqual([expect.stringContaining(why)]);
    expect(refusals[0]).toContain('Queue, queue policy: statement 1');
  });

  it('a resource in a trust policy', () => {
    const trust = [{ ...lambdaMayAssume, Resource: '*' }];

    expect(refusalsOf(modelOf({ trust }))).toEqual([
      'Role, AssumeRolePolicyDocument: statement 1: a trust policy has no Resource.',
    ]);
  });

  it('a managed policy that it does not know', () => {
    const managedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];

    expect(refusalsOf(modelOf({ managedPolicyArns }))).toEqual([
      expect.stringContaining(
        'what arn:aws:iam::aws:policy/AdministratorAccess allows is not known',
      ),
    ]);
  });

  it('everything at once', () => {
    const refusals = refusalsOf(
      modelOf({
        identity: [
          { ...fine, Action: 'Send' },
          { ...fine, Resource: 'here' },
        ],
        queuePolicy: [fine],
        managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
      }),
    );

    expect(refusals).toHaveLength(4);
  });
});
