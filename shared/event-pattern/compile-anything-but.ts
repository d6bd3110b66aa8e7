// The operator `anything-but`: strings or numbers, or strings with one operator of their own.
import { boundOf } from './compile-numeric.ts';
import type { JsonNode, ObjectShape } from './json-shape.ts';
import { brief, ignoreCaseTestOf, textOf, wildcardPartsOf } from './operand.ts';
import { InvalidPatternError } from './pattern-errors.ts';
import {
  endsWithTest,
  startsWithTest,
  type TextTest,
  wellFormed,
  wildcardTest,
} from './text-tests.ts';
import type { ValueTests } from './value-list.ts';

/**
 * Adds the refusal to `tests`. It accepts every value that it cannot refuse: a number passes a list of strings, null
 * passes everything.
 * @throws InvalidPatternError
 */
export function compileAnythingBut(tests: ValueTests, path: string, operand: JsonNode): void {
  if (operand.kind === 'object') {
    addNested(tests, path, operand);
    return;
  }
  const values = operand.kind === 'array' ? operand.items : [operand];
  tests.cost += values.length - 1;
  if (values.length > 0 && values.every((value) => value.kind === 'number')) {
    const numbers = new Set(values.map((value) => boundOf(path, value)));
    tests.anythingBut.push({ numbers });
  } else if (values.length > 0 && values.every((value) => value.kind === 'string')) {
    const texts = new Set(values.map((value) => wellFormed(textOf(path, value))));
    tests.anythingBut.push({ refusesText: (text) => texts.has(text) });
  } else {
    const right = 'one or more strings, or one or more numbers';
    throw new InvalidPatternError(path, `"anything-but" takes ${right}, not ${brief(operand)}`);
  }
}

type CompileRefusal = (tests: ValueTests, path: string, operand: JsonNode) => TextTest;

const refusals = new Map<string, CompileRefusal>([
  ['prefix', (_, path, operand) => startsWithTest(nonEmptyTextOf(path, operand))],
  ['suffix', (_, path, operand) => endsWithTest(nonEmptyTextOf(path, operand))],
  ['equals-ignore-case', (tests, path, operand) => ignoreCaseTestOf(tests, 'whole', path, operand)],
  ['wildcard', (tests, path, operand) => wildcardTest(wildcardPartsOf(tests, path, operand))],
]);

function addNested(tests: ValueTests, path: string, expression: ObjectShape<JsonNode>): void {
  const [operator = ''] = expression.keys;
  const compile = refusals.get(operator);
  if (!compile || expression.keys.length !== 1) {
    const operators = [...refusals.keys()].join(', ');
    throw new InvalidPatternError(path, `"anything-but" takes one operator, of ${operators}`);
  }
  const place = `${path}["${operator}"]`;
  const operand = expression.items[0]!;
  const values = operand.kind === 'array' ? operand.items : [operand];
  // AWS's engine compiles an empty list and then fails to use it.
  if (values.length === 0) throw new InvalidPatternError(place, 'give at least one string');
  tests.cost += values.length - 1;
  const texts = values.map((value) => compile(tests, place, value));
  tests.anythingBut.push({
    refusesText: (text) => texts.some((test) => test(text)),
    steps: texts.length,
  });
}

/** Every string starts and ends with the empty string, so the expression would match none. */
function nonEmptyTextOf(path: string, operand: JsonNode): string {
  const text = textOf(path, operand);
  if (text === '')
    throw new InvalidPatternError(path, 'an empty string is no prefix or suffix here');
  return text;
}
