// Keeps customers' filters cheap: fan-out evaluates each of them for each event of its company.
import { patternCharactersMax } from '../limits.ts';
import { type CompiledPattern, createCompiledPattern } from './compiled-pattern.ts';
import { jsonOfNode, nodeOfValue } from './json-shape.ts';
import { InvalidPatternError, readingPattern } from './pattern-errors.ts';

/** Comparisons that one event may cost at most. No list of plain values that fits into 2,048
 *  characters reaches it; eight searches for a part of a string do, two hundred stars, and a few
 *  hundred combinations of `$or`. */
const patternCostMax = 2_000;

/**
 * Comparisons that matching one event takes, if each field has one value: values listed, ten more for each `*`, 250
 * where something stands between two of them, since the whole string is searched for it, and the conditions of all
 * combinations of `$or`.
 * @throws InvalidPatternError
 */
export function patternCost(pattern: unknown): number {
  return costOf(createCompiledPattern(pattern));
}

/**
 * To be called on a customer's filter. For the rules of our own stack, EventBridge's limits are enough.
 * @throws InvalidPatternError where it is invalid, longer than `patternCharactersMax`, or too costly; the message says
 * which
 */
export function refuseCostlyPattern(pattern: unknown): void {
  const text = typeof pattern === 'string' ? pattern : jsonOfPattern(pattern);
  if (text.length > patternCharactersMax) {
    const problem = `${text.length} characters long: a filter may have ${patternCharactersMax}`;
    throw new InvalidPatternError('$', problem);
  }
  const cost = patternCost(pattern);
  if (cost > patternCostMax) {
    const problem =
      `this filter costs ${cost} comparisons for each event, of at most ${patternCostMax}: ` +
      'use fewer values, wildcards or "$or" combinations';
    throw new InvalidPatternError('$', problem);
  }
}

function costOf({ conditions, alternatives }: CompiledPattern): number {
  const values = conditions.reduce((sum, { list }) => sum + list.cost, 0);
  const combined = alternatives.length > 1 ? alternatives.flat().length : 0;
  return values + combined;
}

const jsonOfPattern = (pattern: unknown) =>
  jsonOfNode(readingPattern(pattern, () => nodeOfValue(pattern)));
