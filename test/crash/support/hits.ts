// Which points of which scenarios are hit: enumerated from runs that nothing meets, chosen, and played one by one.
import type { CrashStack } from './crash-stack.ts';
import { nameOf, type Place, type Target } from './point.ts';
import { type Played, playScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

/** A scenario, and where in it a worker is ended or fails. */
export interface Hit {
  readonly scenario: Scenario;
  readonly target: Target;
}

/** A call of a scenario. */
export interface Call extends Place {
  readonly scenario: Scenario;
}

/** Plays all scenarios on each stack, with nothing in their way. */
export const playAll = (
  stacks: readonly CrashStack[],
  scenarios: readonly Scenario[],
): Promise<Played[][]> =>
  Promise.all(
    stacks.map(async (stack) => {
      const played: Played[] = [];
      for (const scenario of scenarios) played.push(await playScenario(stack, scenario));
      return played;
    }),
  );

/**
 * The calls that come in every play of a scenario, those of the shortest scenarios first. How messages fall into
 * batches is the poller's affair, and waits have their jitter: the last calls of a play may not come in the next.
 */
export const callsOf = (
  scenarios: readonly Scenario[],
  plays: readonly (readonly Played[])[],
): Call[] =>
  scenarios
    .map((scenario, index) => {
      const [one, ...others] = plays.map((played) => played[index]!.places);
      const known = others.map((places) => new Set(places.map(placeName)));
      return one!
        .filter((place) => known.every((names) => names.has(placeName(place))))
        .map((place) => ({ scenario, ...place }));
    })
    .toSorted((one, other) => one.length - other.length)
    .flat();

const placeName = ({ site, occurrence }: Place): string => `${site} #${occurrence}`;

/** One of each name: a point that many scenarios have counts once. */
export const distinct = (hits: readonly Hit[]): Hit[] =>
  [...Map.groupBy(hits, ({ target }) => nameOf(target)).values()].map(([hit]) => hit!);

export interface Tally {
  readonly reached: readonly Hit[];
  /** What did not hold; empty where all is well. */
  readonly problems: readonly string[];
}

/** A call that every play had may be missing once. */
const triesMax = 3;

/** Shares the hits out over the stacks; on each they are played one after the other. */
export const playHits = async (
  stacks: readonly CrashStack[],
  hits: readonly Hit[],
): Promise<Tally> => {
  const left = [...hits];
  const reached: Hit[] = [];
  const problems: string[] = [];
  await Promise.all(
    stacks.map(async (stack) => {
      for (let hit = left.shift(); hit; hit = left.shift()) {
        const found = await playHit(stack, hit);
        if (found) reached.push(hit);
        problems.push(...(found ?? []));
      }
    }),
  );
  return { reached, problems };
};

/** What went wrong; undefined where the call did not come. */
const playHit = async (
  stack: CrashStack,
  { scenario, target }: Hit,
): Promise<string[] | undefined> => {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const { reached, problems } = await playScenario(stack, scenario, target).catch((error) => ({
      reached: true,
      problems: [String(error)],
    }));
    if (reached || problems.length > 0) {
      return problems.map((problem) => `${scenario.name}, ${nameOf(target)}: ${problem}`);
    }
  }
  return undefined;
};
