// One row's trouble is its own: it is logged, and its neighbours go on.
import { errorFields, type Log } from '../../shared/log.ts';
import type { Metrics } from '../../shared/metrics.ts';
import type { Hint } from '../../shared/timers-table.ts';

export interface GuardDeps {
  log: Log;
  readonly metrics: Metrics;
}

/** What `step` gives for each row, side by side; a row whose step throws is left out. */
export const eachGuarded = async <Result>(
  { log, metrics }: GuardDeps,
  hints: readonly Hint[],
  step: (hint: Hint) => Promise<Result | undefined>,
): Promise<Result[]> => {
  const results = await Promise.all(
    hints.map(async (hint) => {
      try {
        return await step(hint);
      } catch (error) {
        metrics.count('SweepErrors');
        log({ event: 'sweep.row-fault', pk: hint.pk, sk: hint.sk, ...errorFields(error) });
        return undefined;
      }
    }),
  );
  return results.filter((result) => result !== undefined) as Result[];
};

export interface InTurnDeps extends GuardDeps {
  /** Milliseconds left of this invocation. */
  remainingMs(): number;
}

/**
 * So many rows at once, and the next so many while there is time. What is left is due, and the next sweep's. Gives how
 * many steps gave something.
 * @param turn how many rows, and the milliseconds that must be left to begin them
 */
export const eachInTurns = async (
  deps: InTurnDeps,
  hints: readonly Hint[],
  turn: { readonly atOnce: number; readonly reserveMs: number },
  step: (hint: Hint) => Promise<true | undefined>,
): Promise<number> => {
  let done = 0;
  for (
    let from = 0;
    from < hints.length && deps.remainingMs() >= turn.reserveMs;
    from += turn.atOnce
  ) {
    done += (await eachGuarded(deps, hints.slice(from, from + turn.atOnce), step)).length;
  }
  return done;
};
