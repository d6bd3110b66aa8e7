// A subscription's own limit of callbacks a second: each attempt takes a turn, or waits and spends nothing.
import { isPacing, pacing } from '../../shared/circuit.ts';
import type { Delivery } from '../../shared/delivery.ts';
import { type Health, newHealth } from '../../shared/health.ts';
import { conflictsMax } from '../../shared/limits.ts';
import { untilWritten } from '../../shared/retry-conflicts.ts';
import type { HealthDeps } from './record-health.ts';

export interface TurnDeps extends HealthDeps {
  /** One of a second's turns, of so many; the second counts from 1970. False where all are taken. */
  takeTurn(
    of: Pick<Delivery, 'companyId' | 'subscriptionId'>,
    second: number,
    max: number,
  ): Promise<boolean>;
  /** Resolves at an instant that is less than a second away. */
  waitUntil(at: Date): Promise<void>;
}

/** Turns that are lost because their second ended while they were taken, before the delivery is parked. */
const lossesMax = 3;

/**
 * Takes a turn of this second, or of the next, and waits for that: a burst that two seconds can hold is not parked,
 * and what the sweep releases evenly finds its turn although queues are not punctual.
 */
export const tryTurn = async (
  deps: TurnDeps,
  of: Pick<Delivery, 'companyId' | 'subscriptionId'>,
  max: number,
): Promise<boolean> => {
  for (let losses = 0; losses < lossesMax; losses += 1) {
    const second = secondOf(deps);
    const turn = (await deps.takeTurn(of, second, max)) ? second : second + 1;
    if (turn > second) {
      if (!(await deps.takeTurn(of, turn, max))) return false;
      await deps.waitUntil(new Date(turn * 1000));
    }
    if (secondOf(deps) === turn) return true;
  }
  return false;
};

const secondOf = ({ now }: TurnDeps): number => Math.floor(now().getTime() / 1000);

/** To be called once a delivery is parked for want of a turn. Written once for a backlog, not for each delivery. */
export const startPacing = async (
  deps: TurnDeps,
  { companyId, subscriptionId }: Delivery,
  known: Health | undefined,
): Promise<void> => {
  // As it was read for this batch: the timer of a backlog outlives it by a quarter of an hour.
  if (known !== undefined && isPacing(known.circuit)) return;
  await untilWritten(conflictsMax, "the subscription's health", async (conflicts) => {
    if (conflicts > 0) await deps.backOff(conflicts);
    const health =
      (await deps.getHealth(companyId, subscriptionId)) ?? newHealth(companyId, subscriptionId);
    const circuit = pacing(health.circuit, deps.now());
    return circuit === health.circuit || deps.putHealth({ ...health, circuit });
  });
};
