// Counts the outgoing calls of a run. At a chosen one it ends the worker that makes it, or answers that worker a fault.
import type { AwsAnswer } from '../../../infra/local/aws/aws-call.ts';
import type { Fault, Place, Point, Target } from './point.ts';

export interface Caller {
  readonly functionName: string;
  /** Of its credentials: each worker has its own. */
  readonly token: string;
}

export interface Reaper {
  /** Begins a run. Without a target nobody is ended, and nothing fails. */
  begin(target?: Target): void;
  /** The calls of this run so far. */
  readonly places: readonly Place[];
  /** Whether the target was reached. */
  hasStruck(): boolean;
  /** Counts one more call. */
  count(site: string): Place;
  /** Whether the worker shall end at this side of the call. */
  isEnd(place: Place, side: Point['side']): boolean;
  /** What AWS shall answer to the call; undefined where it is to do its work. */
  faultAt(place: Place, caller: Caller): Fault | undefined;
  /** From here on nothing that the worker sends has an effect. */
  doom(caller: Caller): void;
  /** Ends a doomed worker. */
  reap(caller: Caller): Promise<void>;
  isDoomed(token: string): boolean;
  /** Settles when the doomed worker has ended. */
  reaped(): Promise<void>;
  /** Whether a worker may leave a callback unrecorded: it was ended. Where AWS fails any may, since a message
   *  that was sent twice can be in two hands at once. */
  mayForget(token: string): boolean;
}

/** No answer reaches a worker that has ended; the engine does not run for its calls. */
export const gone: AwsAnswer = { status: 500, body: { message: 'the caller has ended' } };

/** @param endWorker answers with the number of workers that it ended */
export const createReaper = (endWorker: (caller: Caller) => Promise<number>): Reaper => {
  let target: Target | undefined;
  let places: Place[] = [];
  let doomed: string | undefined;
  let end = Promise.withResolvers<void>();
  let struck = new Set<string>();
  /** How often the target's call is made from the first fault on: the SDK's own repetitions count. */
  const isAt = (place: Place, times: number): boolean =>
    target?.site === place.site &&
    place.occurrence >= target.occurrence &&
    place.occurrence < target.occurrence + times;
  return {
    begin: (next) => {
      target = next;
      places = [];
      doomed = undefined;
      end = Promise.withResolvers();
      struck = new Set();
    },
    get places() {
      return places;
    },
    hasStruck: () => struck.size > 0,
    count: (site) => {
      const occurrence = places.filter((place) => place.site === site).length + 1;
      const place = { site, occurrence };
      places.push(place);
      return place;
    },
    isEnd: (place, side) =>
      doomed === undefined &&
      target !== undefined &&
      'side' in target &&
      target.side === side &&
      isAt(place, 1),
    faultAt: (place, { token }) => {
      if (target === undefined || !('fault' in target) || !isAt(place, target.fault.times))
        return undefined;
      struck.add(token);
      return target.fault;
    },
    doom: ({ token }) => {
      doomed = token;
    },
    reap: async (caller) => {
      if ((await endWorker(caller)) === 1) struck.add(caller.token);
      end.resolve();
    },
    isDoomed: (token) => token === doomed,
    reaped: () => end.promise,
    mayForget: (token) => struck.size > 0 && (doomed === undefined || struck.has(token)),
  };
};
