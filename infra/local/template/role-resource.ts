// IAM roles with all that gives them rights: their own policies and those attached to them.
import * as z from 'zod';
import type { PolicyDocument, RoleModel } from '../stack-model.ts';
import { policyDocument } from './policy-document.ts';
import { arn, givenName, inert, refused } from './property-kinds.ts';
import { type Identity, identifyPart, type Naming, type ResourceKind } from './resource-kind.ts';
import type { Resources } from './resources.ts';

const onlyRoles = 'only roles are judged here.';

const iamName = /^[\w+=,.@-]{1,128}$/;

const roleNames = z
  .array(z.string().regex(iamName, { error: 'wants the name of a role, not its ARN.' }))
  .default([]);

const roleProperties = z.strictObject({
  RoleName: givenName(/^[\w+=,.@-]{1,64}$/),
  Path: z.string().optional(),
  AssumeRolePolicyDocument: policyDocument,
  ManagedPolicyArns: z.array(arn).default([]),
  Policies: z
    .array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument }))
    .default([]),
  Description: inert,
  MaxSessionDuration: inert,
  Tags: inert,
  PermissionsBoundary: refused('permissions boundaries are not judged here.'),
});

/** ARNs of IAM have no region. */
const iamArn = (naming: Naming, noun: string, name: string): string =>
  `arn:aws:iam::${naming.context.accountId}:${noun}${naming.property('Path') ?? '/'}${name}`;

export const roleKind: ResourceKind<z.infer<typeof roleProperties>> = {
  type: 'AWS::IAM::Role',
  properties: roleProperties,
  identify: (naming) => {
    const name = naming.name('RoleName', 64);
    const arn = iamArn(naming, 'role', name);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  },
};

const policyProperties = z.strictObject({
  PolicyName: z.string().regex(iamName),
  PolicyDocument: policyDocument,
  Roles: roleNames,
  Groups: refused(onlyRoles),
  Users: refused(onlyRoles),
});

export const policyKind: ResourceKind<z.infer<typeof policyProperties>> = {
  type: 'AWS::IAM::Policy',
  properties: policyProperties,
  identify: (naming): Identity => {
    const name = naming.name('PolicyName', 128);
    return { ...identifyPart(naming), name, ref: name };
  },
};

const managedPolicyProperties = z.strictObject({
  ManagedPolicyName: givenName(iamName),
  Path: z.string().optional(),
  PolicyDocument: policyDocument,
  Roles: roleNames,
  Description: inert,
  Groups: refused(onlyRoles),
  Users: refused(onlyRoles),
});

export const managedPolicyKind: ResourceKind<z.infer<typeof managedPolicyProperties>> = {
  type: 'AWS::IAM::ManagedPolicy',
  properties: managedPolicyProperties,
  identify: (naming) => {
    const name = naming.name('ManagedPolicyName', 128);
    const arn = iamArn(naming, 'policy', name);
    return { name, arn, ref: arn, attributes: { PolicyArn: arn } };
  },
};

/** A managed policy of the template counts as one of the role's own; those of AWS stay ARNs. */
export const readRoles = (resources: Resources): RoleModel[] => {
  const managed = resources.of(managedPolicyKind);
  const attached = new Map<string, PolicyDocument[]>();
  for (const policy of [...resources.of(policyKind), ...managed]) {
    for (const [index, name] of policy.properties.Roles.entries()) {
      const role = resources.find(policy, `Roles.${index}`, name, roleKind.type);
      if (role === undefined) continue;
      const others = attached.get(role.logicalId) ?? [];
      attached.set(role.logicalId, [...others, policy.properties.PolicyDocument]);
    }
  }
  return resources.of(roleKind).map(({ logicalId, identity, properties }) => {
    const ownArns = new Map(managed.map((it) => [it.identity.arn, it.properties.PolicyDocument]));
    const arns = properties.ManagedPolicyArns;
    return {
      logicalId,
      arn: identity.arn,
      trust: properties.AssumeRolePolicyDocument,
      policies: [
        ...properties.Policies.map((it) => it.PolicyDocument),
        ...(attached.get(logicalId) ?? []),
        ...arns.flatMap((arn) => ownArns.get(arn) ?? []),
      ],
      managedPolicyArns: arns.filter((arn) => !ownArns.has(arn)),
    };
  });
};
