// Says which conditions of a pattern kept an event out, for a customer who asks why no callback
// came.
import { collectEvent, readOnce } from './collect-event.ts';
import type { Collected } from './collect-values.ts';
import { type Condition, createCompiledPattern } from './compiled-pattern.ts';
import { jsonOfNode } from './json-shape.ts';
import { holdsAlone, matchAlternative } from './match-alternative.ts';
import { unlimitedWork } from './work.ts';

export interface FailedCondition {
  /** The field in the event, its steps joined by dots: `data.column.id`. */
  readonly path: string;
  /** The values that the pattern takes there, as JSON. */
  readonly expected: string;
  /** `differs`: no value of the field is among them, or there is none · `not-in-one-element`: the
   *  condition holds in an array element, but not in the one in which the other conditions hold. */
  readonly reason: 'differs' | 'not-in-one-element';
}

export interface Explanation {
  readonly matches: boolean;
  /** Empty when the event matches. With `$or`, of the alternative that came nearest: the fewest
   *  conditions failed. */
  readonly failed: readonly FailedCondition[];
}

/**
 * Compares as `compilePattern` does, and names what failed.
 * @throws InvalidPatternError · UnmatchableEventError
 */
export function explainPattern(
  pattern: unknown,
  event: unknown,
  work = unlimitedWork(),
): Explanation {
  const compiled = createCompiledPattern(pattern);
  const collected = collectEvent(compiled, readOnce(event), work);
  let nearest: FailedCondition[] | undefined;
  for (const conditions of compiled.alternatives) {
    if (matchAlternative(collected, conditions, work)) return { matches: true, failed: [] };
    const failed = failedOf(collected, conditions);
    if (!nearest || failed.length < nearest.length) nearest = failed;
  }
  return { matches: false, failed: nearest ?? [] };
}

function failedOf(collected: Collected, conditions: readonly Condition[]): FailedCondition[] {
  const alone = conditions.filter((condition) => !holdsAlone(collected, condition));
  const apart = conditions.filter(
    ({ id, field }) =>
      !collected.satisfied[id]!.isFree && collected.present[field.id]!.inArrays.length > 0,
  );
  const reason = alone.length > 0 ? 'differs' : 'not-in-one-element';
  return (alone.length > 0 ? alone : apart).map(({ list }) => ({
    path: list.field,
    expected: jsonOfNode(list.source),
    reason,
  }));
}
