// The operator `numeric`: one comparison, or a lower bound followed by an upper one.
import { comparableNumber } from './comparable-number.ts';
import type { JsonNode } from './json-shape.ts';
import { brief } from './operand.ts';
import { InvalidPatternError } from './pattern-errors.ts';
import type { ValueTests } from './value-list.ts';

type Compare = (number: number, bound: number) => boolean;

const lowerBounds = new Map<string, Compare>([
  ['>', (number, bound) => number > bound],
  ['>=', (number, bound) => number >= bound],
]);
const upperBounds = new Map<string, Compare>([
  ['<', (number, bound) => number < bound],
  ['<=', (number, bound) => number <= bound],
]);

const forms =
  'write ["=", 5], ["<", 10], [">=", 0] or a range with the lower bound first, [">", 0, "<=", 5]';

/**
 * Adds the comparison to `tests`.
 * @throws InvalidPatternError
 */
export function compileNumeric(tests: ValueTests, path: string, operand: JsonNode): void {
  if (operand.kind !== 'array') {
    throw new InvalidPatternError(
      path,
      `"numeric" takes an array, not ${brief(operand)}: ${forms}`,
    );
  }
  const [first, bound, second, top] = operand.items;
  const operator = first?.kind === 'string' ? first.text : '';
  const compare = lowerBounds.get(operator) ?? upperBounds.get(operator);
  const isRange = operand.items.length === 4 && lowerBounds.has(operator);
  if ((!compare && operator !== '=') || (operand.items.length !== 2 && !isRange)) {
    throw new InvalidPatternError(path, `not a comparison: ${forms}`);
  }
  const number = boundOf(path, bound!);
  if (!compare) tests.numbers.add(number);
  else if (!isRange) tests.numberTests.push((value) => compare(value, number));
  else {
    const upper = upperBoundOf(path, number, second!, top!);
    tests.numberTests.push((value) => compare(value, number) && upper(value));
  }
}

function upperBoundOf(
  path: string,
  bottom: number,
  operator: JsonNode,
  bound: JsonNode,
): (value: number) => boolean {
  const compare = operator.kind === 'string' ? upperBounds.get(operator.text) : undefined;
  if (!compare) throw new InvalidPatternError(path, `a range ends with "<" or "<=": ${forms}`);
  const top = boundOf(path, bound);
  if (!(bottom < top)) {
    throw new InvalidPatternError(
      path,
      'the lower bound of a range must be less than the upper one',
    );
  }
  return (value) => compare(value, top);
}

/** A number that 64 bits hold exactly: AWS compares no others. */
export function boundOf(path: string, node: JsonNode): number {
  const number = node.kind === 'number' ? comparableNumber(node.text) : undefined;
  if (number !== undefined) return number;
  const problem =
    node.kind === 'number'
      ? `${brief(node)} cannot be compared: a 64-bit float must hold it exactly as written`
      : `a number is needed here, not ${brief(node)}`;
  throw new InvalidPatternError(path, problem);
}
