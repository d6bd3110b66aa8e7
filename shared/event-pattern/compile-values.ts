// Compiles one field's list of values, literals and match expressions; refuses what AWS refuses.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
import { comparableNumber } from './comparable-number.ts';
import { compileAnythingBut } from './compile-anything-but.ts';
import { compileNumeric } from './compile-numeric.ts';
import { hexOfIp, ipRangeOfCidr } from './ip-range.ts';
import type { ArrayShape, JsonNode, ObjectShape } from './json-shape.ts';
import { brief, ignoreCaseTestOf, textOf, wildcardPartsOf } from './operand.ts';
import { InvalidPatternError } from './pattern-errors.ts';
import { endsWithTest, startsWithTest, wildcardTest } from './text-tests.ts';
import { createValueList, noTests, type ValueList, type ValueTests } from './value-list.ts';

/**
 * @param path the place in the pattern
 * @param field the event's field
 * @throws InvalidPatternError
 */
export function compileValues(path: string, field: string, list: ArrayShape<JsonNode>): ValueList {
  if (list.items.length === 0) {
    throw new InvalidPatternError(path, 'an empty array matches nothing: give at least one value');
  }
  const tests = noTests();
  for (const [i, value] of list.items.entries()) addValue(tests, `${path}[${i}]`, value);
  return createValueList(field, list, tests);
}

function addValue(tests: ValueTests, path: string, value: JsonNode): void {
  tests.cost++;
  switch (value.kind) {
    case 'string':
      addString(tests, value.text);
      break;
    case 'number': {
      const number = comparableNumber(value.text);
      if (number !== undefined) tests.numbers.add(number);
      tests.literals.add(value.text);
      break;
    }
    case 'literal':
      tests.literals.add(value.text);
      break;
    case 'object':
      addExpression(tests, path, value);
      break;
    case 'array': {
      const right = 'a string, a number, true, false, null or a match expression';
      throw new InvalidPatternError(path, `a value is ${right}, not an array`);
    }
  }
}

/** A string that is an IP address stands for the address in any spelling. */
function addString(tests: ValueTests, text: string): void {
  const hex = hexOfIp(text);
  if (hex === undefined) tests.strings.add(text);
  else tests.ipRanges.push({ bottom: hex, top: hex });
}

type AddExpression = (tests: ValueTests, path: string, operand: JsonNode) => void;

const expressions = new Map<string, AddExpression>([
  ['exactly', (tests, path, operand) => tests.strings.add(textOf(path, operand))],
  ['prefix', (tests, path, operand) => addAffix(tests, path, operand, 'prefix')],
  ['suffix', (tests, path, operand) => addAffix(tests, path, operand, 'suffix')],
  ['equals-ignore-case', addIgnoreCase],
  ['wildcard', addWildcard],
  ['anything-but', compileAnythingBut],
  ['numeric', compileNumeric],
  ['exists', addExists],
  ['cidr', addCidr],
]);

function addExpression(tests: ValueTests, path: string, expression: ObjectShape<JsonNode>): void {
  const [operator] = expression.keys;
  if (operator === undefined) {
    throw new InvalidPatternError(path, `an empty match expression: ${rightOperators()}`);
  }
  const add = expressions.get(operator);
  if (!add) {
    throw new InvalidPatternError(path, `"${operator}" is no operator: ${rightOperators()}`);
  }
  if (expression.keys.length > 1) {
    throw new InvalidPatternError(path, `nothing may stand beside the operator "${operator}"`);
  }
  add(tests, `${path}["${operator}"]`, expression.items[0]!);
}

const rightOperators = () => `use one of ${[...expressions.keys()].join(', ')}`;

function addAffix(
  tests: ValueTests,
  path: string,
  operand: JsonNode,
  part: 'prefix' | 'suffix',
): void {
  if (operand.kind !== 'object') {
    const text = textOf(path, operand);
    tests.textTests.push(part === 'prefix' ? startsWithTest(text) : endsWithTest(text));
    return;
  }
  if (operand.keys.length !== 1 || operand.keys[0] !== 'equals-ignore-case') {
    const right = 'a string or {"equals-ignore-case": "…"}';
    throw new InvalidPatternError(path, `"${part}" takes ${right}`);
  }
  const place = `${path}["equals-ignore-case"]`;
  tests.textTests.push(ignoreCaseTestOf(tests, part, place, operand.items[0]!));
}

function addIgnoreCase(tests: ValueTests, path: string, operand: JsonNode): void {
  tests.textTests.push(ignoreCaseTestOf(tests, 'whole', path, operand));
}

function addWildcard(tests: ValueTests, path: string, operand: JsonNode): void {
  const parts = wildcardPartsOf(tests, path, operand);
  tests.textTests.push(wildcardTest(parts));
}

function addExists(tests: ValueTests, path: string, operand: JsonNode): void {
  const text = operand.kind === 'literal' ? operand.text : '';
  if (text === 'true') tests.acceptsPresence = true;
  else if (text === 'false') tests.acceptsAbsence = true;
  else throw new InvalidPatternError(path, `"exists" takes true or false, not ${brief(operand)}`);
}

function addCidr(tests: ValueTests, path: string, operand: JsonNode): void {
  const range = ipRangeOfCidr(textOf(path, operand));
  if ('problem' in range) throw new InvalidPatternError(path, range.problem);
  tests.ipRanges.push(range);
}
