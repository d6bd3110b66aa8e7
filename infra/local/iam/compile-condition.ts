// The conditions of a policy statement, made ready: a function of the request's context.
import type { PolicyStatement } from '../stack-model.ts';
import { compileArn, compileWildcard, type Match } from './match-wildcard.ts';

export type Context = Readonly<Record<string, string>>;

/** Says what cannot be judged; the caller knows where it stands. */
export type Fault = (why: string) => void;

/**
 * The keys that the local engines fill in. Another key would be absent from every request, and a
 * statement that waits for it would silently never apply.
 */
const knownKeys: readonly string[] = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'events:detail-type',
  'events:source',
  'lambda:FunctionUrlAuthType',
  'lambda:InvokedViaFunctionUrl',
];

const equals =
  (wanted: string): Match =>
  (found) =>
    found === wanted;

const equalsIgnoringCase =
  (wanted: string): Match =>
  (found) =>
    found.toLowerCase() === wanted.toLowerCase();

interface Operator {
  readonly compile: (wanted: string) => Match;
  readonly negated: boolean;
  /** What its values look like, where not any text will do. */
  readonly values?: RegExp;
}

const truth = /^(true|false)$/i;

/** Six segments, of which any may be a wildcard. */
const arn = /^([^:]*:){5}.+$/;

const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    Bool: { compile: equalsIgnoringCase, negated: false, values: truth },
    StringEquals: { compile: equals, negated: false },
    StringNotEquals: { compile: equals, negated: true },
    StringEqualsIgnoreCase: { compile: equalsIgnoringCase, negated: false },
    StringNotEqualsIgnoreCase: { compile: equalsIgnoringCase, negated: true },
    StringLike: { compile: compileWildcard, negated: false },
    StringNotLike: { compile: compileWildcard, negated: true },
    ArnEquals: { compile: compileArn, negated: false, values: arn },
    ArnLike: { compile: compileArn, negated: false, values: arn },
    ArnNotEquals: { compile: compileArn, negated: true, values: arn },
    ArnNotLike: { compile: compileArn, negated: true, values: arn },
  }),
);

/**
 * Gives a function that says whether all conditions hold; undefined for a statement without
 * conditions. Values of one key are alternatives, keys and operators are all required. A key that
 * the request lacks fails a positive operator and passes a negated one or one that ends in
 * `IfExists`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export const compileCondition = (
  condition: PolicyStatement['Condition'],
  fault: Fault,
): ((context: Context) => boolean) | undefined => {
  const tests = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileTest(operator, key, values, fault)),
  );
  return tests.length === 0 ? undefined : (context) => tests.every((holds) => holds(context));
};

const compileTest = (
  operatorName: string,
  keyName: string,
  values: string | readonly string[],
  fault: Fault,
): ((context: Context) => boolean) => {
  const ifExists = operatorName.endsWith('IfExists');
  const operator = operators.get(operatorName.replace(/IfExists$/, ''));
  const key = knownKeys.find(equalsIgnoringCase(keyName));
  if (operator === undefined) {
    const known = [...operators.keys()].join(', ');
    fault(`the condition operator ${operatorName} cannot be judged; use one of ${known}.`);
  }
  if (key === undefined) {
    fault(`the condition key ${keyName} cannot be judged; use one of ${knownKeys.join(', ')}.`);
  }
  if (operator === undefined || key === undefined) return () => false;

  const wanted = [values].flat();
  for (const value of wanted) checkValue(operatorName, operator, value, fault);
  const matches = wanted.map(operator.compile);
  const whenAbsent = operator.negated || ifExists;
  return (context) => {
    const found = context[key];
    return found === undefined
      ? whenAbsent
      : matches.some((match) => match(found)) !== operator.negated;
  };
};

const checkValue = (name: string, { values }: Operator, value: string, fault: Fault): void => {
  if (value.includes('${')) {
    fault(`the policy variable in "${value}" cannot be judged; write the value itself.`);
  } else if (values?.test(value) === false) {
    fault(`"${value}" is no value for ${name}.`);
  }
};
