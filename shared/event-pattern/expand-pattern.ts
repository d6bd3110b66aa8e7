// Expands a pattern into alternatives: each `$or` forks them, every other field narrows them all.
import { compileValues } from './compile-values.ts';
import type { JsonNode, ObjectShape } from './json-shape.ts';
import { brief } from './operand.ts';
import { InvalidPatternError } from './pattern-errors.ts';
import type { ValueList } from './value-list.ts';

/** By field. An event matches an alternative when every field does. */
export type Alternative = Map<string, ValueList>;

/** Alternatives of one pattern. EventBridge refuses more: "Rule is creating over 1000 rule
 *  combinations".
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
const alternativesMax = 1_000;

/** Fields of one alternative: a limit of AWS's engine (`MAXIMUM_RULE_SIZE`).
 *  https://github.com/aws/event-ruler/blob/main/src/main/software/amazon/event/ruler/GenericMachine.java */
const fieldsMax = 256;

/** Words that AWS's engine keeps for itself inside `$or`, so that a match expression there is not
 *  taken for fields.
 *  https://github.com/aws/event-ruler/blob/main/src/main/software/amazon/event/ruler/Constants.java */
const wordsReservedInOr = new Set(
  [
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >=',
    'regex not-wildcard not-equals-ignore-case date-after date-on-or-after date-before',
    'date-on-or-before in-date-range ip-address-in-range ip-address-not-in-range',
  ].flatMap((words) => words.split(' ')),
);

/**
 * All alternatives of a pattern, at least one.
 * @throws InvalidPatternError
 */
export function expandPattern(pattern: JsonNode): Alternative[] {
  if (pattern.kind !== 'object') {
    const problem = `a pattern is an object such as {"source": ["ats"]}, not ${brief(pattern)}`;
    throw new InvalidPatternError('$', problem);
  }
  return addObject([], pattern, { path: '$', steps: [], isInOr: false });
}

interface Place {
  /** In the pattern, for messages. */
  readonly path: string;
  /** In the event: `$or` is no step. */
  readonly steps: readonly string[];
  readonly isInOr: boolean;
}

function addObject(
  before: Alternative[],
  object: ObjectShape<JsonNode>,
  place: Place,
): Alternative[] {
  if (object.keys.length === 0) {
    const problem = 'an empty object matches nothing: name at least one field';
    throw new InvalidPatternError(place.path, problem);
  }
  let alternatives = before;
  for (const [i, key] of object.keys.entries()) {
    const path = place.path + pathStep(key);
    const value = object.items[i]!;
    if (key === '$or') alternatives = addOr(alternatives, value, { ...place, path });
    else alternatives = addField(alternatives, key, value, { ...place, path });
  }
  return alternatives;
}

function addField(
  before: Alternative[],
  key: string,
  value: JsonNode,
  place: Place,
): Alternative[] {
  const { path } = place;
  if (place.isInOr && wordsReservedInOr.has(key)) {
    throw new InvalidPatternError(path, `"${key}" is a reserved word and no field inside "$or"`);
  }
  if (value.kind === 'object') {
    return addObject(before, value, { ...place, steps: [...place.steps, key] });
  }
  if (value.kind !== 'array') {
    const wrong = `a field takes an array or an object, not ${brief(value)}`;
    const right = 'write ["…"] for its values, or {"…": […]} for the fields below it';
    throw new InvalidPatternError(path, `${wrong}: ${right}`);
  }
  const list = compileValues(path, fieldName(place.steps, key), value);
  const alternatives = before.length > 0 ? before : [new Map()];
  for (const alternative of alternatives) {
    // A field that was given before is given anew: the last one counts, as in AWS's engine.
    alternative.set(list.field, list);
    if (alternative.size > fieldsMax) {
      throw new InvalidPatternError(path, `more than ${fieldsMax} fields in one pattern`);
    }
  }
  return alternatives;
}

function addOr(before: Alternative[], value: JsonNode, place: Place): Alternative[] {
  if (value.kind !== 'array' || value.items.length < 2) {
    throw new InvalidPatternError(place.path, '"$or" takes an array of at least two objects');
  }
  const alternatives: Alternative[] = [];
  for (const [i, branch] of value.items.entries()) {
    const path = `${place.path}[${i}]`;
    if (branch.kind !== 'object') {
      throw new InvalidPatternError(path, `"$or" takes objects only, not ${brief(branch)}`);
    }
    const forked = before.map((alternative) => new Map(alternative));
    for (const alternative of addObject(forked, branch, { ...place, path, isInOr: true })) {
      alternatives.push(alternative);
    }
    if (alternatives.length > alternativesMax) {
      const problem = `the "$or"s of this pattern make more than ${alternativesMax} combinations`;
      throw new InvalidPatternError(place.path, problem);
    }
  }
  return alternatives;
}

/** The steps joined by dots; the engine drops an empty key that stands alone above. */
function fieldName(steps: readonly string[], key: string): string {
  const above = steps.join('.');
  return above === '' ? key : `${above}.${key}`;
}

/** `.status`, or `["detail-type"]` where the key is no plain word. */
function pathStep(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
