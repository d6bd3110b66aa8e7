// Random numbers of one step of a history, from the step's own seed: a shrunk history keeps what is left of it.

export interface Chance {
  /** 0 to 1, exclusive. */
  next(): number;
  /** A whole number from 0 to `below`, exclusive. */
  below(below: number): number;
  oneIn(times: number): boolean;
  pick<Type>(items: readonly Type[]): Type;
}

/** mulberry32: small, and good enough to spread faults. https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    oneIn: (times) => below(times) === 0,
    pick: (items) => items[below(items.length)]!,
  };
};
