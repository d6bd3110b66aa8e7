// The Conditions section: named truths that resources, outputs and Fn::If ask for.
import { IntrinsicError, type Scope } from './intrinsics.ts';
import { isObject, resolveValue } from './resolve-value.ts';

/**
 * Gives a function that says whether a named condition is true. Conditions may only name
 * parameters, mappings and each other: the scope has no resources. Throws IntrinsicError for what
 * is not known, wrong or circular.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export const createConditions = (
  conditions: Readonly<Record<string, unknown>>,
  scope: Omit<Scope, 'condition'>,
): ((name: string) => boolean) => {
  const definitions = new Map(Object.entries(conditions));
  const underWay = new Set<string>();
  const named = (name: string): boolean => {
    const definition = definitions.get(name);
    if (definition === undefined) {
      throw new IntrinsicError(`the condition ${name} is not in the template.`);
    }
    if (underWay.has(name)) throw new IntrinsicError(`the condition ${name} depends on itself.`);
    underWay.add(name);
    try {
      return evaluate(definition);
    } finally {
      underWay.delete(name);
    }
  };

  const operand = (value: unknown): unknown =>
    resolveValue({ ...scope, condition: named }, value, (_path, why) => {
      throw new IntrinsicError(why);
    });

  const evaluate = (value: unknown): boolean => {
    const [[name, argument] = ['', undefined], ...others] = isObject(value)
      ? Object.entries(value)
      : [];
    const operands = Array.isArray(argument) ? argument : [];
    if (others.length === 0) {
      if (name === 'Condition' && typeof argument === 'string') return named(argument);
      if (name === 'Fn::Not' && operands.length === 1) return !evaluate(operands[0]);
      if (name === 'Fn::And' && operands.length >= 2) return operands.every(evaluate);
      if (name === 'Fn::Or' && operands.length >= 2) return operands.some(evaluate);
      if (name === 'Fn::Equals' && operands.length === 2) {
        return JSON.stringify(operand(operands[0])) === JSON.stringify(operand(operands[1]));
      }
    }
    throw new IntrinsicError(
      `${JSON.stringify(value)} is no condition; Fn::Equals, Fn::Not, Fn::And, Fn::Or and Condition are.`,
    );
  };
  return named;
};
