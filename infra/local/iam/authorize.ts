// Decides each call of local mode by the stack's own policies, so that a missing grant fails here
// as it would on AWS.
import type { AccessRequest, Authorize, Decision, Principal, StackModel } from '../stack-model.ts';
import { type Refusal, TemplateError } from '../template/template-error.ts';
import type { Context } from './compile-condition.ts';
import type { CompiledStatement } from './compile-policy.ts';
import { compileStackPolicies, type StackPolicies } from './stack-policies.ts';

/**
 * Statements that speak of a caller, an action and a resource; only their conditions are still
 * open.
 */
interface Applicable {
  readonly identityDenies: readonly CompiledStatement[];
  readonly resourceDenies: readonly CompiledStatement[];
  readonly allows: readonly CompiledStatement[];
}

/** Names in requests are the callers' choice: the cache must not grow with them. */
const cachedMax = 10_000;

/**
 * An explicit deny wins. A role needs an allow from its own policies or from the resource's, a
 * service from the resource's, root needs none. Throws TemplateError, naming each statement that it
 * could not judge.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 *
 * Engines put `aws:SecureTransport: 'true'` into the context: loopback never leaves the machine and
 * stands in for TLS, which TLS-only queue policies ask for. Whether Lambda may assume a function's
 * role is asked as `sts:AssumeRole` on the role's ARN.
 */
export const createAuthorizer = (stack: StackModel): Authorize => {
  const refusals: Refusal[] = [];
  const policies = compileStackPolicies(stack, (refusal) => refusals.push(refusal));
  if (refusals.length > 0) throw new TemplateError(refusals);
  const cache = new Map<string, Applicable>();

  return (access) => {
    const key = `${callerOf(access.principal)} ${access.action} ${access.resourceArn}`;
    let applicable = cache.get(key);
    if (applicable === undefined) {
      applicable = findApplicable(policies, access);
      if (cache.size >= cachedMax) cache.clear();
      cache.set(key, applicable);
    }
    return decide(stack, applicable, access);
  };
};

const callerOf = (principal: Principal): string => {
  switch (principal.kind) {
    case 'root':
      return 'root';
    case 'role':
      return principal.arn;
    case 'service':
      return principal.service;
  }
};

const findApplicable = (
  policies: StackPolicies,
  { principal, action, resourceArn }: AccessRequest,
): Applicable => {
  const covering = (statements: readonly CompiledStatement[] = []) =>
    statements.filter((it) => it.coversAction(action) && it.coversResource(resourceArn));
  const identity = covering(
    principal.kind === 'role' ? policies.ofRole.get(principal.arn) : undefined,
  );
  const resource = covering(policies.ofResource.get(resourceArn));
  return {
    identityDenies: identity.filter((it) => it.effect === 'Deny'),
    resourceDenies: resource.filter(
      (it) => it.effect === 'Deny' && it.standing(principal) !== 'none',
    ),
    allows: [
      ...identity.filter((it) => it.effect === 'Allow'),
      ...resource.filter((it) => it.effect === 'Allow' && it.standing(principal) === 'named'),
    ],
  };
};

const decide = (stack: StackModel, applicable: Applicable, access: AccessRequest): Decision => {
  const context = { ...contextOf(stack, access.principal), ...access.context };
  const holds = (it: CompiledStatement) => it.holds === undefined || it.holds(context);
  const denied = (why: string): Decision => ({
    allowed: false,
    reason: reasonOf(stack, access, why),
  });

  if (applicable.identityDenies.some(holds)) {
    return denied('with an explicit deny in an identity-based policy');
  }
  if (applicable.resourceDenies.some(holds)) {
    return denied('with an explicit deny in a resource-based policy');
  }
  if (access.principal.kind === 'root' || applicable.allows.some(holds)) return { allowed: true };
  const kind = access.principal.kind === 'role' ? 'identity-based' : 'resource-based';
  return denied(`because no ${kind} policy allows the ${access.action} action`);
};

/** What AWS itself adds to every request of such a caller. */
const contextOf = (stack: StackModel, principal: Principal): Context => {
  switch (principal.kind) {
    case 'root':
      return {
        'aws:PrincipalAccount': stack.accountId,
        'aws:PrincipalArn': `arn:aws:iam::${stack.accountId}:root`,
      };
    case 'role':
      return { 'aws:PrincipalAccount': stack.accountId, 'aws:PrincipalArn': principal.arn };
    case 'service':
      return { 'aws:SourceAccount': stack.accountId, 'aws:SourceArn': principal.sourceArn };
  }
};

/**
 * AWS's own sentence. (SQS writes the action in lower case; we keep IAM's spelling, which one can
 * search for.)
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const reasonOf = (stack: StackModel, access: AccessRequest, why: string): string =>
  `User: ${userOf(stack, access.principal)} is not authorized to perform: ${access.action} ` +
  `on resource: ${access.resourceArn} ${why}`;

const userOf = (stack: StackModel, principal: Principal): string => {
  switch (principal.kind) {
    case 'root':
      return `arn:aws:iam::${stack.accountId}:root`;
    case 'service':
      return principal.service;
    case 'role': {
      // Lambda names the session after the function; a role that several share does not say which
      // one called.
      const users = stack.functions.filter((fn) => fn.roleArn === principal.arn);
      const session = users.length === 1 ? users[0]?.name : 'local';
      const role = principal.arn.split('/').at(-1);
      return `arn:aws:sts::${stack.accountId}:assumed-role/${role}/${session}`;
    }
  }
};
