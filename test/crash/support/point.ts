// A point at which a worker is ended: one of its outgoing calls, a side of it, and which time the call is made.

/** `deliver PutItem delivery`, the third time in a run. */
export interface Place {
  readonly site: string;
  readonly occurrence: number;
}

/** `before`: the call has had no effect. `after`: it has had all of it, and the worker was not told. */
export interface Point extends Place {
  readonly side: 'before' | 'after';
}

export const nameOf = ({ site, side, occurrence }: Point): string =>
  `${side} ${site} #${occurrence}`;

/** Both sides of every call. */
export const pointsOf = (places: readonly Place[]): Point[] =>
  places.flatMap((place) => (['before', 'after'] as const).map((side) => ({ ...place, side })));

/** The calls that two runs of a scenario have in common: how messages fall into batches is left to the poller. */
export const inBoth = (one: readonly Place[], other: readonly Place[]): Place[] => {
  const known = new Set(other.map(({ site, occurrence }) => `${site} #${occurrence}`));
  return one.filter(({ site, occurrence }) => known.has(`${site} #${occurrence}`));
};

/** One point of each site and side, spread over scenarios and occurrences. */
export const sampleOf = <Each extends { readonly point: Point }>(all: readonly Each[]): Each[] =>
  [...Map.groupBy(all, ({ point: { site, side } }) => `${side} ${site}`).values()].map(
    (group, index) => group[(index * 7) % group.length]!,
  );
