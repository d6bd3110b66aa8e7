// What a match expression's operand must be, checked in one place so that all operators say it
// alike.
import { type JsonNode, jsonOfNode } from './json-shape.ts';
import { InvalidPatternError } from './pattern-errors.ts';
import { ignoreCaseTest, partsOfWildcard, type TextTest } from './text-tests.ts';
import type { ValueTests } from './value-list.ts';

/** What one `*` adds to a list's cost, and what a search does: see `patternCost`. */
const starCost = 10;
const searchCost = 250;

/**
 * The operand's string.
 * @throws InvalidPatternError for anything else
 */
export function textOf(path: string, operand: JsonNode): string {
  if (operand.kind === 'string') return operand.text;
  throw new InvalidPatternError(path, `this operator takes a string, not ${brief(operand)}`);
}

/**
 * The parts of a wildcard operand, its cost added.
 * @throws InvalidPatternError
 */
export function wildcardPartsOf(
  tests: ValueTests,
  path: string,
  operand: JsonNode,
): readonly string[] {
  const parts = partsOfWildcard(textOf(path, operand));
  if ('problem' in parts) throw new InvalidPatternError(path, parts.problem);
  tests.cost += starCost * (parts.length - 1);
  // Only between two stars something is searched for: the ends are compared in place.
  if (parts.length > 2) {
    tests.cost += searchCost;
    tests.searches++;
  }
  return parts;
}

/**
 * As `ignoreCaseTest`, what it costs added.
 * @throws InvalidPatternError where the operand is no string
 */
export function ignoreCaseTestOf(
  tests: ValueTests,
  part: 'whole' | 'prefix' | 'suffix',
  path: string,
  operand: JsonNode,
): TextTest {
  const text = textOf(path, operand);
  tests.casedCharacters += text.length;
  return ignoreCaseTest(part, text);
}

/** An operand in a message: its JSON, cut where it is long. */
export function brief(operand: JsonNode): string {
  if (operand.kind === 'array' && operand.items.length > 0) return 'an array';
  if (operand.kind === 'object' && operand.keys.length > 0) return 'an object';
  const json = jsonOfNode(operand);
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}
