// One invocation of a function: its own clock, its own faults, and its death between any two calls.
import type { Chance } from './chance.ts';

/** How rough a run is. A calm one has no faults and a right clock. */
export interface Weather {
  readonly chance: Chance;
  readonly faults: boolean;
  readonly skewMs: number;
}

export interface Worker {
  /** Runs one call's effect; it may fail before or after it took effect, and the worker may die there. */
  call<Result>(effect: () => Result): Promise<Result>;
  readonly isDead: () => boolean;
}

class Fault extends Error {
  override readonly name = 'Fault';
}

export const startWorker = ({ chance, faults }: Weather): Worker => {
  const dies = faults && chance.oneIn(4);
  const deathAt = dies ? chance.below(24) : -1;
  let [calls, dead] = [0, false];
  const end = (): never => {
    throw new Fault(dead ? 'the worker is dead' : 'the store is throttled');
  };
  return {
    isDead: () => dead,
    call: async (effect) => {
      for (let pause = chance.below(4); pause > 0; pause -= 1) await Promise.resolve();
      if (dead) end();
      const isLast = calls === deathAt;
      calls += 1;
      const side = chance.pick(['before', 'after']);
      const fails = isLast || (faults && chance.oneIn(16));
      if (fails && side === 'before') {
        dead = isLast;
        end();
      }
      const result = effect();
      if (fails) {
        dead = isLast;
        end();
      }
      return result;
    },
  };
};
