// Reads an event, text or value, as far as a pattern asks for it.
import { type Collected, collectValues } from './collect-values.ts';
import type { CompiledPattern } from './compiled-pattern.ts';
import { shapeOfValue } from './json-shape.ts';
import { readingEvent, UnmatchableEventError } from './pattern-errors.ts';
import { readJson } from './read-json.ts';

/** What the event has for the pattern. Of text, all is read; of a value, only what the pattern
 *  names. Throws UnmatchableEventError. */
export function collectEvent(pattern: CompiledPattern, event: unknown): Collected {
  if (typeof event === 'string') {
    const node = readingEvent(() => readJson(event));
    if (node.kind === 'object') return collectValues(pattern, (child) => child, node);
  } else {
    const shape = shapeOfValue(event);
    if (shape.kind === 'object') return collectValues(pattern, shapeOfValue, shape);
  }
  throw new UnmatchableEventError('an event is a JSON object');
}
