// What judging one event by one filter may cost: counted, not timed, so that a busy machine judges as an idle one.
import { filterStepsMax } from '../limits.ts';
import { UnmatchableEventError } from './pattern-errors.ts';

/** Steps left. One is about 20 ns: what comparing a value takes, or looking through five characters. Whoever spends
 *  several at once has measured how many. */
export interface Work {
  left: number;
}

/** Characters that a search looks through in the time of a step, or that are compared in both cases. */
export const charactersPerStep = 5;

/** For one filter. */
export const filterWork = (): Work => ({ left: filterStepsMax });

/** For the rules of our own stack. */
export const unlimitedWork = (): Work => ({ left: Number.POSITIVE_INFINITY });

/**
 * Takes so many steps from what is left.
 * @throws UnmatchableEventError where there are not as many
 */
export function spend(work: Work, steps: number): void {
  work.left -= steps;
  if (work.left < 0) throw new UnmatchableEventError('the event asks too much of this pattern');
}
