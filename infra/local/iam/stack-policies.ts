// All policies of a stack, made ready and found by ARN: of roles, queues, functions, and who may
// assume a role.
import type {
  PermissionModel,
  PolicyDocument,
  PolicyStatement,
  RoleModel,
  StackModel,
} from '../stack-model.ts';
import type { Refuse } from '../template/template-error.ts';
import { type CompiledStatement, compilePolicy } from './compile-policy.ts';

export interface StackPolicies {
  readonly ofRole: ReadonlyMap<string, readonly CompiledStatement[]>;
  readonly ofResource: ReadonlyMap<string, readonly CompiledStatement[]>;
}

/** AWS's own policies, as far as they are known here.
 *  https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html */
const managedPolicies: Readonly<Record<string, PolicyDocument>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  },
};

/** Never throws: each statement that cannot be judged is refused with the resource that has it. */
export const compileStackPolicies = (stack: StackModel, refuse: Refuse): StackPolicies => {
  const ofRole = new Map(stack.roles.map((role) => [role.arn, ofIdentity(stack, role, refuse)]));
  const ofResource = new Map<string, CompiledStatement[]>();
  const add = (arn: string, statements: readonly CompiledStatement[]) =>
    ofResource.set(arn, [...(ofResource.get(arn) ?? []), ...statements]);

  for (const { arn, logicalId, policies } of stack.queues) {
    for (const policy of policies) {
      const fault = (why: string) =>
        refuse({ logicalId, type: 'AWS::SQS::Queue', property: 'queue policy', why });
      add(arn, compilePolicy(policy, 'resource', stack.accountId, fault));
    }
  }
  for (const permission of stack.permissions) {
    const { logicalId, functionArn } = permission;
    const fault = (why: string) => refuse({ logicalId, type: 'AWS::Lambda::Permission', why });
    const document = { Statement: [statementOf(permission)] };
    add(functionArn, compilePolicy(document, 'resource', stack.accountId, fault));
  }
  for (const { arn, logicalId, trust } of stack.roles) {
    const fault = (why: string) =>
      refuse({ logicalId, type: 'AWS::IAM::Role', property: 'AssumeRolePolicyDocument', why });
    add(arn, compilePolicy(trust, 'trust', stack.accountId, fault));
  }
  return { ofRole, ofResource };
};

const ofIdentity = (stack: StackModel, role: RoleModel, refuse: Refuse): CompiledStatement[] => {
  const at = (property: string) => (why: string) =>
    refuse({ logicalId: role.logicalId, type: 'AWS::IAM::Role', property, why });
  const own = role.policies.flatMap((policy, index) =>
    compilePolicy(policy, 'identity', stack.accountId, at(`policy ${index + 1}`)),
  );
  const managed = role.managedPolicyArns.flatMap((arn) => {
    const fault = at('ManagedPolicyArns');
    const policy = managedPolicies[arn];
    if (policy === undefined)
      fault(`what ${arn} allows is not known here; write a policy instead.`);
    return policy === undefined ? [] : compilePolicy(policy, 'identity', stack.accountId, fault);
  });
  return [...own, ...managed];
};

/** A permission is a statement of the function's policy, as Lambda writes it.
 *  https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
const statementOf = (permission: PermissionModel): PolicyStatement => {
  const { principal, sourceArn, functionUrlAuthType, invokedViaFunctionUrl } = permission;
  const isService = principal.endsWith('.amazonaws.com');
  return {
    Effect: 'Allow',
    Action: permission.action,
    Resource: permission.functionArn,
    Principal: principal === '*' ? '*' : { [isService ? 'Service' : 'AWS']: principal },
    Condition: {
      ...(sourceArn && { ArnLike: { 'aws:SourceArn': sourceArn } }),
      ...(functionUrlAuthType && {
        StringEquals: { 'lambda:FunctionUrlAuthType': functionUrlAuthType },
      }),
      ...(invokedViaFunctionUrl !== undefined && {
        Bool: { 'lambda:InvokedViaFunctionUrl': String(invokedViaFunctionUrl) },
      }),
    },
  };
};
