// Who a statement of a resource policy speaks of, made ready: a function of the caller.
import type { PolicyStatement, Principal } from '../stack-model.ts';
import type { Fault } from './compile-condition.ts';

/**
 * `named`: the caller itself, or everybody. `account`: only its account, which then decides by its
 * own identity policies: a Deny applies, an Allow does not yet allow a role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type Standing = 'named' | 'account' | 'none';

export type Stand = (caller: Principal) => Standing;

const everybody: Stand = () => 'named';
const nobody: Stand = () => 'none';

/**
 * Reports what cannot be judged: other kinds than AWS and Service, sessions, users, wildcards in an
 * ARN.
 */
export const compilePrincipal = (
  principal: NonNullable<PolicyStatement['Principal']>,
  accountId: string,
  fault: Fault,
): Stand => {
  if (principal === '*') return everybody;
  const stands = Object.entries(principal).flatMap(([kind, names]) =>
    [names].flat().map((name): Stand => {
      if (kind === 'Service') return serviceNamed(name);
      if (kind === 'AWS') return awsPrincipal(name, accountId, fault);
      fault(`principals of kind ${kind} cannot be judged; AWS and Service can.`);
      return nobody;
    }),
  );
  return (caller) => {
    const standings = stands.map((stand) => stand(caller));
    if (standings.includes('named')) return 'named';
    return standings.includes('account') ? 'account' : 'none';
  };
};

const serviceNamed =
  (name: string): Stand =>
  (caller) =>
    caller.kind === 'service' && caller.service === name ? 'named' : 'none';

const awsPrincipal = (name: string, accountId: string, fault: Fault): Stand => {
  if (name === '*') return everybody;
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  if (account !== undefined) return account === accountId ? wholeAccount : nobody;
  if (/^arn:aws:iam::\d{12}:role\/[^*?]+$/.test(name)) return roleNamed(name);
  fault(`the principal "${name}" cannot be judged; use *, an account or the ARN of a role.`);
  return nobody;
};

const wholeAccount: Stand = (caller) => (caller.kind === 'service' ? 'none' : 'account');

const roleNamed =
  (arn: string): Stand =>
  (caller) =>
    caller.kind === 'role' && caller.arn === arn ? 'named' : 'none';
