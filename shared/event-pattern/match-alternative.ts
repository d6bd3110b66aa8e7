// Decides whether all conditions of one alternative hold together: where values come from one
// array, they must come from the same element of it.
// https://github.com/aws/event-ruler#json-array-matching
import type { Collected, Membership, Places } from './collect-values.ts';
import type { Condition } from './compiled-pattern.ts';
import { UnmatchableEventError } from './pattern-errors.ts';
import { spend, type Work } from './work.ts';

/** Steps of one search. An ordinary event needs about one for each of its values: 64,000 in the
 *  largest. Only repeated or dotted keys over several arrays can ask for more, and then any search
 *  may be exponential. */
const stepsMax = 500_000;

/** Of the work that a filter may cost: noting a place, and trying one. */
const placeSteps = 5;
const choiceSteps = 30;

/** Whether a condition holds, were it alone. */
export function holdsAlone(collected: Collected, { id, list, field }: Condition): boolean {
  const satisfied = collected.satisfied[id]!;
  if (satisfied.isFree || satisfied.inArrays.length > 0) return true;
  return list.acceptsAbsence && isNowhere(collected.present[field.id]!);
}

/**
 * @param conditions in the order of their fields
 * @throws UnmatchableEventError after too many steps
 */
export function matchAlternative(
  collected: Collected,
  conditions: readonly Condition[],
  work: Work,
): boolean {
  spend(work, conditions.length);
  let unsettledCount = 0;
  let mayNeedAbsence = false;
  for (const condition of conditions) {
    const { isFree, inArrays } = collected.satisfied[condition.id]!;
    const present = collected.present[condition.field.id]!;
    const { acceptsAbsence } = condition.list;
    if (isFree || (acceptsAbsence && isNowhere(present))) continue;
    // A field that is somewhere in an array may still be absent from the element that the others
    // choose.
    const mayBeAbsent = acceptsAbsence && !present.isFree;
    if (inArrays.length === 0 && !mayBeAbsent) return false;
    mayNeedAbsence ||= inArrays.length === 0;
    unsettledCount++;
  }
  if (unsettledCount === 0 || (unsettledCount === 1 && !mayNeedAbsence)) return true;
  return holdTogether(collected, conditions, work);
}

const isNowhere = (places: Places): boolean => !places.isFree && places.inArrays.length === 0;

/** Array → chosen element. */
type Choice = ReadonlyMap<number, number>;

interface Search {
  readonly candidates: readonly Candidates[];
  /** Array → the last condition with a value in it; after that its choice no longer matters. */
  readonly lastUse: ReadonlyMap<number, number>;
  readonly failed: Set<string>;
  readonly work: Work;
  stepCount: number;
}

interface Candidates {
  readonly acceptsAbsence: boolean;
  readonly isFree: boolean;
  readonly isPresentFree: boolean;
  readonly satisfied: PlaceIndex;
  readonly present: PlaceIndex;
}

/** Places, and those inside a given element of a given array. */
interface PlaceIndex {
  readonly all: readonly Membership[];
  readonly byElement: ReadonlyMap<number, ReadonlyMap<number, readonly Membership[]>>;
}

function holdTogether(collected: Collected, conditions: readonly Condition[], work: Work): boolean {
  const lastUse = new Map<number, number>();
  const candidates = conditions.map(({ id, list, field }, i): Candidates => {
    const satisfied = collected.satisfied[id]!;
    const present = collected.present[field.id]!;
    spend(work, placeSteps * (satisfied.inArrays.length + present.inArrays.length));
    for (const place of present.inArrays) {
      for (let at: Membership | undefined = place; at; at = at.outer) lastUse.set(at.array, i);
    }
    return {
      acceptsAbsence: list.acceptsAbsence,
      isFree: satisfied.isFree,
      isPresentFree: present.isFree,
      satisfied: indexPlaces(satisfied.inArrays),
      present: indexPlaces(list.acceptsAbsence ? present.inArrays : []),
    };
  });
  return search({ candidates, lastUse, failed: new Set(), work, stepCount: 0 }, 0, new Map());
}

function search(run: Search, i: number, chosen: Choice): boolean {
  const candidate = run.candidates[i];
  if (!candidate) return true;
  const state = `${i}:${[...chosen].sort(([a], [b]) => a - b).join(';')}`;
  if (run.failed.has(state)) return false;
  const proceed = (choice: Choice) => search(run, i + 1, withoutPast(run, i, choice));
  const isAbsent = () =>
    !candidate.isPresentFree && !anyConsistent(run, candidate.present, chosen, () => true);
  if (candidate.acceptsAbsence && isAbsent() && proceed(chosen)) return true;
  if (candidate.isFree && proceed(chosen)) return true;
  if (anyConsistent(run, candidate.satisfied, chosen, proceed)) return true;
  run.failed.add(state);
  return false;
}

/** Whether `proceed` accepts the choice that some place, consistent with the one so far, leads
 *  to. */
function anyConsistent(
  run: Search,
  places: PlaceIndex,
  chosen: Choice,
  proceed: (choice: Choice) => boolean,
): boolean {
  for (const place of narrow(places, chosen)) {
    spend(run.work, choiceSteps);
    if (++run.stepCount > stepsMax) {
      throw new UnmatchableEventError(
        'the event repeats a field over arrays in too many combinations',
      );
    }
    const choice = choose(chosen, place);
    if (choice && proceed(choice)) return true;
  }
  return false;
}

/** The choice extended by a place, or undefined when it needs another element of an array. */
function choose(chosen: Choice, place: Membership): Choice | undefined {
  const choice = new Map(chosen);
  for (let at: Membership | undefined = place; at; at = at.outer) {
    const index = chosen.get(at.array);
    if (index !== undefined && index !== at.index) return undefined;
    choice.set(at.array, at.index);
  }
  return choice;
}

function withoutPast(run: Search, i: number, choice: Choice): Choice {
  const kept = [...choice].filter(([array]) => run.lastUse.get(array)! > i);
  return kept.length === choice.size ? choice : new Map(kept);
}

/** Fewer places to try, none of the consistent ones left out: so that one array of n elements costs
 *  n, not n². */
function narrow(places: PlaceIndex, chosen: Choice): readonly Membership[] {
  let fewest = places.all;
  for (const [array, index] of chosen) {
    const elements = places.byElement.get(array);
    const inElement = elements?.get(index) ?? [];
    if (elements && inElement.length < fewest.length) fewest = inElement;
  }
  return fewest;
}

function indexPlaces(all: readonly Membership[]): PlaceIndex {
  const byElement = new Map<number, Map<number, Membership[]>>();
  const counts = new Map<number, number>();
  for (const place of all) {
    for (let at: Membership | undefined = place; at; at = at.outer) {
      const elements = byElement.get(at.array) ?? new Map<number, Membership[]>();
      const inElement = elements.get(at.index);
      if (inElement) inElement.push(place);
      else elements.set(at.index, [place]);
      byElement.set(at.array, elements);
      counts.set(at.array, (counts.get(at.array) ?? 0) + 1);
    }
  }
  // An array that only some of the places are in narrows nothing.
  for (const [array, count] of counts) if (count < all.length) byElement.delete(array);
  return { all, byElement };
}
