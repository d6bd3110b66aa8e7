// What an attempt says about its subscription's health. Written only on failure or change.
import type { Delivery } from '../../shared/delivery.ts';
import {
  afterAnswer,
  afterSlowAnswer,
  type Health,
  isNewlyOpen,
  newHealth,
} from '../../shared/health.ts';
import { pausedConflictsMax } from '../../shared/limits.ts';
import { errorFields, type Log } from '../../shared/log.ts';
import type { Metrics } from '../../shared/metrics.ts';
import type { Outcome } from '../../shared/outcome.ts';

export interface HealthDeps {
  /** Strongly consistent. */
  getHealth(companyId: number, subscriptionId: string): Promise<Health | undefined>;
  /** False where another writer was first. */
  putHealth(health: Health): Promise<boolean>;
  /** Pauses after so many collisions, from 1: longer each time, and by chance. */
  backOff(round: number): Promise<void>;
  now(): Date;
  log: Log;
  readonly metrics: Metrics;
}

/**
 * After an attempt. With `noted`, its slowness was recorded while it was awaited. False where others kept changing the
 * row, and this attempt left nothing there.
 */
export const recordHealth = async (
  deps: HealthDeps,
  delivery: Delivery,
  known: Health | undefined,
  outcome: Outcome,
  noted?: Health,
): Promise<boolean> => {
  const written = await writeHealth(deps, delivery, noted ?? known, (health) =>
    afterAnswer(health, outcome, deps.now(), noted !== undefined),
  );
  return written !== undefined;
};

/**
 * While an answer is awaited that is slow already. A receiver that hangs is marked when three attempts have waited
 * for two seconds, and holds few workers of the fast lane; when its first one times out, it holds five times as many.
 * Never rejects: the attempt goes on, and its end is recorded all the same.
 */
export const noteSlowAnswer = async (
  deps: HealthDeps,
  delivery: Delivery,
  known: Health | undefined,
): Promise<Health | undefined> => {
  try {
    return await writeHealth(deps, delivery, known, (health) =>
      afterSlowAnswer(health, deps.now()),
    );
  } catch (error) {
    const { companyId, subscriptionId } = delivery;
    deps.log({ event: 'health.fault', companyId, subscriptionId, ...errorFields(error) });
    return undefined;
  }
};

/**
 * Against whatever other writers make of the row. Gives it as it is then, unless they kept changing it. What is lost
 * then is one attempt's say: those that were first are written, so a run of failures is told as shorter by it, and a
 * success is made good by the next one.
 */
const writeHealth = async (
  deps: HealthDeps,
  { companyId, subscriptionId }: Delivery,
  known: Health | undefined,
  change: (health: Health) => Health,
): Promise<Health | undefined> => {
  let health = known ?? newHealth(companyId, subscriptionId);
  for (let conflicts = 0; conflicts < pausedConflictsMax; conflicts += 1) {
    if (conflicts > 0) {
      await deps.backOff(conflicts);
      health =
        (await deps.getHealth(companyId, subscriptionId)) ?? newHealth(companyId, subscriptionId);
    }
    const next = change(health);
    if (next === health) return health;
    if (await deps.putHealth(next)) {
      if (next.circuit.state !== health.circuit.state) {
        const { failures, circuit } = next;
        if (isNewlyOpen(health, next)) deps.metrics.count('CircuitOpenings');
        deps.log({
          event: 'circuit.changed',
          companyId,
          subscriptionId,
          circuit: circuit.state,
          failures,
        });
      }
      return { ...next, revision: next.revision + 1 };
    }
  }
  deps.log({ event: 'health.conflict', companyId, subscriptionId });
  return undefined;
};
