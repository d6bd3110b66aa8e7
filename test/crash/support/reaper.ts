// Counts the outgoing calls of a run, and ends the worker that comes to a chosen point: the worker, not its call.
import type { Place, Point } from './point.ts';

export interface Caller {
  readonly functionName: string;
  /** Of its credentials: each worker has its own. */
  readonly token: string;
}

export interface Reaper {
  /** Begins a run. Without a target nobody is ended. */
  begin(target?: Point): void;
  /** The calls of this run so far. */
  readonly places: readonly Place[];
  /** Whether the target was reached, and its worker ended there. */
  hasReaped(): boolean;
  /** Counts one more call. */
  count(site: string): Place;
  isTarget(place: Place, side: Point['side']): boolean;
  /** From here on nothing that the worker sends has an effect. */
  doom(caller: Caller): void;
  /** Ends a doomed worker. */
  reap(caller: Caller): Promise<void>;
  isDoomed(token: string): boolean;
  /** Settles when the doomed worker has ended. */
  reaped(): Promise<void>;
}

/** @param endWorker answers with the number of workers that it ended */
export const createReaper = (endWorker: (caller: Caller) => Promise<number>): Reaper => {
  let target: Point | undefined;
  let places: Place[] = [];
  let doomed: string | undefined;
  let end = Promise.withResolvers<void>();
  let hasReaped = false;
  return {
    begin: (next) => {
      target = next;
      places = [];
      doomed = undefined;
      end = Promise.withResolvers();
      hasReaped = false;
    },
    get places() {
      return places;
    },
    hasReaped: () => hasReaped,
    count: (site) => {
      const occurrence = places.filter((place) => place.site === site).length + 1;
      const place = { site, occurrence };
      places.push(place);
      return place;
    },
    isTarget: (place, side) =>
      doomed === undefined &&
      target?.side === side &&
      target.site === place.site &&
      target.occurrence === place.occurrence,
    doom: ({ token }) => {
      doomed = token;
    },
    reap: async (caller) => {
      hasReaped = (await endWorker(caller)) === 1;
      end.resolve();
    },
    isDoomed: (token) => token === doomed,
    reaped: () => end.promise,
  };
};
