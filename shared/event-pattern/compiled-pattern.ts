// A pattern ready to be matched: its fields as a tree of steps, its alternatives as lists of
// conditions.
import { type Alternative, expandPattern } from './expand-pattern.ts';
import { nodeOfValue } from './json-shape.ts';
import { readingPattern } from './pattern-errors.ts';
import { readJson } from './read-json.ts';
import type { ValueList } from './value-list.ts';

/** One field's list of values in at least one alternative. */
export interface Condition {
  readonly id: number;
  readonly list: ValueList;
  readonly field: Field;
}

export interface Field {
  readonly id: number;
  readonly name: string;
  readonly conditions: Condition[];
}

/** A step on the way to fields. Dots in keys are steps too: AWS's engine joins steps by dots. */
export interface Step {
  readonly children: Map<string, Step>;
  field?: Field;
}

export interface CompiledPattern {
  readonly root: Step;
  readonly fields: readonly Field[];
  readonly conditions: readonly Condition[];
  /** The conditions of each in the order of their fields' names: `exists: false` depends on it. */
  readonly alternatives: readonly (readonly Condition[])[];
  /** Whether an empty key is a step that the engine looks into. */
  readonly usesEmptyStep: boolean;
}

/**
 * From JSON text or a parsed value.
 * @throws InvalidPatternError and nothing else
 */
export function createCompiledPattern(pattern: unknown): CompiledPattern {
  const node = readingPattern(pattern, () =>
    typeof pattern === 'string' ? readJson(pattern) : nodeOfValue(pattern),
  );
  const fields = new Map<string, Field>();
  const conditions = new Map<ValueList, Condition>();
  const alternatives = expandPattern(node).map((alternative) =>
    conditionsOf(alternative, fields, conditions),
  );
  const root: Step = { children: new Map() };
  for (const field of fields.values()) stepsTo(root, field.name).field = field;
  return {
    root,
    fields: [...fields.values()],
    conditions: [...conditions.values()],
    alternatives,
    usesEmptyStep: [...fields.keys()].some((name) => usedSteps(name).includes('')),
  };
}

/** The step that a key of an event leads to, if the pattern has it. */
export function stepInto(pattern: CompiledPattern, from: Step, key: string): Step | undefined {
  const direct = from.children.get(key);
  if (direct && key !== '') return direct;
  if (key !== '' && !key.includes('.')) return undefined;
  if (!pattern.usesEmptyStep && usedSteps(key).includes('')) return undefined;
  let step: Step | undefined = from;
  for (const part of key.split('.')) step = step?.children.get(part);
  return step;
}

function conditionsOf(
  alternative: Alternative,
  fields: Map<string, Field>,
  conditions: Map<ValueList, Condition>,
): Condition[] {
  const ordered = [...alternative.values()].sort((a, b) => (a.field < b.field ? -1 : 1));
  return ordered.map((list) => {
    const known = conditions.get(list);
    if (known) return known;
    const field = fields.get(list.field) ?? { id: fields.size, name: list.field, conditions: [] };
    const condition = { id: conditions.size, list, field };
    fields.set(list.field, field);
    conditions.set(list, condition);
    field.conditions.push(condition);
    return condition;
  });
}

function stepsTo(root: Step, name: string): Step {
  let step = root;
  for (const part of name.split('.')) {
    const next: Step = step.children.get(part) ?? { children: new Map() };
    step.children.set(part, next);
    step = next;
  }
  return step;
}

/** The engine looks only into keys whose parts some field uses, and forgets empty parts at a name's
 *  end. */
function usedSteps(name: string): string[] {
  const parts = name.split('.');
  if (name === '') return parts;
  while (parts.at(-1) === '') parts.pop();
  return parts;
}
