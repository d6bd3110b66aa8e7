// Reads an event, text or value, as far as patterns ask for it.
import { type Collected, collectValues } from './collect-values.ts';
import type { CompiledPattern } from './compiled-pattern.ts';
import { type JsonNode, type JsonShape, type ObjectShape, shapeOfValue } from './json-shape.ts';
import { readingEvent, UnmatchableEventError } from './pattern-errors.ts';
import { readJson } from './read-json.ts';
import type { Work } from './work.ts';

/** An event that many patterns may look at. What one of them has looked into is ready for the next. */
export interface ReadEvent {
  readonly root: ObjectShape<unknown>;
  shapeOf(node: unknown): JsonShape<unknown>;
}

/**
 * Of text, all is read; of a value, only what patterns name.
 * @throws UnmatchableEventError
 */
export function readOnce(event: unknown): ReadEvent {
  const shapeOf =
    typeof event === 'string' ? (node: unknown) => node as JsonNode : rememberedShapes();
  const root = shapeOf(typeof event === 'string' ? readingEvent(() => readJson(event)) : event);
  if (root.kind !== 'object') throw new UnmatchableEventError('an event is a JSON object');
  return { root, shapeOf };
}

/**
 * What the event has for the pattern.
 * @throws UnmatchableEventError
 */
export const collectEvent = (pattern: CompiledPattern, event: ReadEvent, work: Work): Collected =>
  collectValues(pattern, event.shapeOf, event.root, work);

/** An object's keys are listed once: a hundred filters may ask for them, and an object may have thousands. */
const rememberedShapes = () => {
  const shapes = new Map<object, JsonShape<unknown>>();
  return (value: unknown): JsonShape<unknown> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return shapeOfValue(value);
    }
    const known = shapes.get(value);
    if (known) return known;
    const shape = shapeOfValue(value);
    shapes.set(value, shape);
    return shape;
  };
};
