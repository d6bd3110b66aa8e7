// Walks an event along a pattern's fields and notes which conditions its values satisfy, and where.
import { type CompiledPattern, type Field, type Step, stepInto } from './compiled-pattern.ts';
import { eventValue } from './event-value.ts';
import { type JsonShape, nestingDepthMax, type ScalarShape } from './json-shape.ts';
import { UnmatchableEventError } from './pattern-errors.ts';
import { charactersPerStep, spend, type Work } from './work.ts';

/** The array elements around a value, innermost first; undefined outside all arrays. A scalar that
 *  is itself an element counts as outside its array, as in AWS's engine: it goes with any element. */
export interface Membership {
  readonly array: number;
  readonly index: number;
  readonly outer: Membership | undefined;
}

/** Places of values: one at least outside all arrays, and those inside. */
export interface Places {
  isFree: boolean;
  readonly inArrays: Membership[];
}

export interface Collected {
  /** By the condition's id: values that satisfy it. */
  readonly satisfied: readonly Places[];
  /** By the field's id: values of any kind. */
  readonly present: readonly Places[];
}

/** `shapeOf` gives the shape of a node. Takes time linear in what it visits. */
export function collectValues<T>(
  pattern: CompiledPattern,
  shapeOf: (node: T) => JsonShape<T>,
  event: JsonShape<T>,
  work: Work,
): Collected {
  const collected = {
    satisfied: pattern.conditions.map((): Places => ({ isFree: false, inArrays: [] })),
    present: pattern.fields.map((): Places => ({ isFree: false, inArrays: [] })),
  };
  const walk = { pattern, shapeOf, collected, work, arrayCount: 0, depth: 0 };
  visit(walk, event, pattern.root, undefined);
  return collected;
}

const objectSteps = 10;
const keySteps = 5;
const itemSteps = 2;

interface Walk<T> {
  readonly pattern: CompiledPattern;
  readonly shapeOf: (node: T) => JsonShape<T>;
  readonly collected: Collected;
  readonly work: Work;
  arrayCount: number;
  depth: number;
}

function visit<T>(
  walk: Walk<T>,
  shape: JsonShape<T>,
  step: Step,
  inside: Membership | undefined,
): void {
  if (shape.kind !== 'object' && shape.kind !== 'array') {
    if (step.field) addValue(walk, step.field, shape, inside);
    return;
  }
  if (++walk.depth > nestingDepthMax) {
    throw new UnmatchableEventError(`the event is nested more than ${nestingDepthMax} levels deep`);
  }
  if (shape.kind === 'array') visitElements(walk, shape.items, step, inside);
  else if (step.children.size > 0) {
    spend(walk.work, objectSteps + keySteps * shape.keys.length);
    for (let i = 0; i < shape.keys.length; i++) {
      const next = stepInto(walk.pattern, step, shape.keys[i]!);
      if (next) visit(walk, walk.shapeOf(shape.items[i]!), next, inside);
    }
  }
  walk.depth--;
}

function visitElements<T>(
  walk: Walk<T>,
  items: readonly T[],
  step: Step,
  inside: Membership | undefined,
): void {
  const array = walk.arrayCount++;
  spend(walk.work, itemSteps * items.length);
  for (let index = 0; index < items.length; index++) {
    const shape = walk.shapeOf(items[index]!);
    const isNested = shape.kind === 'object' || shape.kind === 'array';
    visit(walk, shape, step, isNested ? { array, index, outer: inside } : inside);
  }
}

function addValue<T>(
  { collected: { satisfied, present }, work }: Walk<T>,
  field: Field,
  shape: ScalarShape,
  inside: Membership | undefined,
): void {
  addPlace(present[field.id]!, inside);
  const value = eventValue(shape);
  for (const { id, list } of field.conditions) {
    spend(work, list.steps + (list.searches * value.text.length) / charactersPerStep);
    if (list.matches(value)) addPlace(satisfied[id]!, inside);
  }
}

function addPlace(places: Places, inside: Membership | undefined): void {
  if (inside) places.inArrays.push(inside);
  else places.isFree = true;
}
