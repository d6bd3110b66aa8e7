// EventBridge's event-pattern language: for the rules of the local bus and subscriptions' filters.
import { collectEvent, type ReadEvent, readOnce } from './event-pattern/collect-event.ts';
import { type CompiledPattern, createCompiledPattern } from './event-pattern/compiled-pattern.ts';
import { matchAlternative } from './event-pattern/match-alternative.ts';
import { filterWork, unlimitedWork, type Work } from './event-pattern/work.ts';

/** The matcher of a pattern; both pattern and event are JSON text or a parsed value. It answers as
 *  AWS's own engine, Event Ruler 2.0.1, does: https://github.com/aws/event-ruler. Make it once, use
 *  it for many events.
 *
 *  Text is judged as it is written: of a repeated key in a pattern the last list counts, in an
 *  event each value does; 1e309 equals 1e309 only. What follows the closing brace is not looked at.
 *  The matcher throws UnmatchableEventError for an event that is not a JSON object.
 *
 *  For the rules of our own stack: customers' patterns are held to what `compileFilter` says.
 *
 *  @throws InvalidPatternError with the place and the reason, for a pattern that the engine
 *  refuses, and for more than 1,000 combinations of `$or`, which EventBridge refuses */
export function compilePattern(pattern: unknown): (event: unknown) => boolean {
  const compiled = createCompiledPattern(pattern);
  return (event) => matches(compiled, readOnce(event), unlimitedWork());
}

/** As `compilePattern`, for a customer's filter: it answers the same, but throws UnmatchableEventError where an event
 *  would cost it more than it has: `filterStepsMax`, or what is left of it. Creation refuses what costs much by itself: see
 *  `refuseCostlyPattern` in event-pattern/pattern-cost.ts. */
export function compileFilter(pattern: unknown): (event: ReadEvent, work?: Work) => boolean {
  const compiled = createCompiledPattern(pattern);
  return (event, work = filterWork()) => matches(compiled, event, work);
}

function matches(pattern: CompiledPattern, event: ReadEvent, work: Work): boolean {
  const collected = collectEvent(pattern, event, work);
  return pattern.alternatives.some((conditions) => matchAlternative(collected, conditions, work));
}
