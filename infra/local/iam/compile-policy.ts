// A policy document, made ready: statements that answer in a few comparisons, or a list of what
// cannot be judged.
import type { PolicyDocument, PolicyStatement } from '../stack-model.ts';
import { type Context, compileCondition, type Fault } from './compile-condition.ts';
import { compilePrincipal, type Stand } from './compile-principal.ts';
import { compileAction, compileResource, type Match } from './match-wildcard.ts';

/**
 * `identity`: attached to a role. `resource`: a queue's or a function's. `trust`: who may assume a
 * role.
 */
export type PolicyKind = 'identity' | 'resource' | 'trust';

export interface CompiledStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly coversAction: Match;
  readonly coversResource: Match;
  /** Of an identity policy: the role that has it, whoever asks. */
  readonly standing: Stand;
  /** Absent when the statement has no conditions. */
  readonly holds?: (context: Context) => boolean;
}

const judgedElements: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'Principal',
  'Condition',
]);

/** Never throws: what cannot be judged goes to `fault` with the statement's number and Sid. */
export const compilePolicy = (
  document: PolicyDocument,
  kind: PolicyKind,
  accountId: string,
  fault: Fault,
): CompiledStatement[] =>
  document.Statement.map((statement, index) => {
    const name = statement.Sid === undefined ? '' : ` (${statement.Sid})`;
    return compileStatement(statement, kind, accountId, (why) =>
      fault(`statement ${index + 1}${name}: ${why}`),
    );
  });

const compileStatement = (
  statement: PolicyStatement,
  kind: PolicyKind,
  accountId: string,
  fault: Fault,
): CompiledStatement => {
  for (const element of Object.keys(statement)) {
    if (!judgedElements.has(element)) fault(`${element} cannot be judged.`);
  }
  const holds = compileCondition(statement.Condition, fault);
  return {
    effect: statement.Effect,
    coversAction: compileActions(statement, fault),
    coversResource: compileResources(statement, kind, fault),
    standing: compileStanding(statement, kind, accountId, fault),
    ...(holds && { holds }),
  };
};

const anyOf =
  (matches: readonly Match[]): Match =>
  (text) =>
    matches.some((match) => match(text));

const compileActions = ({ Action, NotAction }: PolicyStatement, fault: Fault): Match => {
  if ((Action === undefined) === (NotAction === undefined)) {
    fault('a statement has either Action or NotAction.');
  }
  const patterns = [Action ?? NotAction ?? []].flat();
  for (const pattern of patterns) {
    if (!/^(\*|[a-z0-9-]+:[\w*?]+)$/i.test(pattern)) {
      fault(`"${pattern}" is no action; write it as sqs:SendMessage.`);
    }
  }
  const covers = anyOf(patterns.map(compileAction));
  return Action === undefined ? (action) => !covers(action) : covers;
};

const compileResources = (statement: PolicyStatement, kind: PolicyKind, fault: Fault): Match => {
  const { Resource } = statement;
  // A trust policy speaks of its own role; IAM refuses a Resource in it.
  if (kind === 'trust') {
    if (Resource !== undefined) fault('a trust policy has no Resource.');
    return () => true;
  }
  if (Resource === undefined && !('NotResource' in statement)) {
    fault('a statement names its Resource.');
  }
  const patterns = [Resource ?? []].flat();
  for (const pattern of patterns) {
    if (pattern.includes('${')) {
      fault(`the policy variable in "${pattern}" cannot be judged; write the value itself.`);
    } else if (!/^(\*|arn:aws:[a-z0-9-]+:.*)$/.test(pattern)) {
      fault(`"${pattern}" is no resource; write * or an ARN whose service has no wildcard.`);
    }
  }
  return anyOf(patterns.map(compileResource));
};

const compileStanding = (
  { Principal }: PolicyStatement,
  kind: PolicyKind,
  accountId: string,
  fault: Fault,
): Stand => {
  if (kind === 'identity') {
    if (Principal !== undefined) fault('a policy of a role has no Principal.');
    return () => 'named';
  }
  if (Principal === undefined) {
    fault('a statement of a resource names its Principal.');
    return () => 'none';
  }
  return compilePrincipal(Principal, accountId, fault);
};
