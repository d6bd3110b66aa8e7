// After an attempt: what it says about the subscription's health. Written only on failure or change.
import type { Delivery } from '../../shared/delivery.ts';
import { afterAnswer, type Health, newHealth } from '../../shared/health.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics } from '../../shared/metrics.ts';
import type { Outcome } from '../../shared/outcome.ts';

export interface HealthDeps {
  /** Strongly consistent. */
  getHealth(companyId: number, subscriptionId: string): Promise<Health | undefined>;
  /** False where another writer was first. */
  putHealth(health: Health): Promise<boolean>;
  now(): Date;
  log: Log;
  readonly metrics: Metrics;
}

/** Writers that may meet on one health row in a row. More than that means many failures, and they are written. */
const conflictsMax = 5;

export const recordHealth = async (
  deps: HealthDeps,
  { companyId, subscriptionId }: Delivery,
  known: Health | undefined,
  outcome: Outcome,
): Promise<void> => {
  let health = known ?? newHealth(companyId, subscriptionId);
  for (let conflicts = 0; conflicts < conflictsMax; conflicts += 1) {
    const next = afterAnswer(health, outcome, deps.now());
    if (next === health) return;
    if (await deps.putHealth(next)) {
      if (next.circuit.state !== health.circuit.state) {
        const { failures, circuit } = next;
        if (circuit.state === 'open') deps.metrics.count('CircuitOpenings');
        deps.log({
          event: 'circuit.changed',
          companyId,
          subscriptionId,
          circuit: circuit.state,
          failures,
        });
      }
      return;
    }
    health =
      (await deps.getHealth(companyId, subscriptionId)) ?? newHealth(companyId, subscriptionId);
  }
  deps.log({ event: 'health.conflict', companyId, subscriptionId });
};
