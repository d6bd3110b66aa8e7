// Before an attempt: the health of the subscription decides which way a delivery takes. Waiting spends no attempt.
import { parksDeliveries } from '../../shared/circuit.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { type Health, takesSlowLane } from '../../shared/health.ts';
import type { HealthDeps } from './record-health.ts';

/** fast: fresh deliveries of healthy subscriptions. slow: all else. */
export type Lane = 'fast' | 'slow';

export type GateDeps = HealthDeps;

/**
 * What the slow lane brings is never forwarded: a message goes there once. Somebody waits for a manual attempt, and for
 * a test, and wants to see what the receiver says now: no circuit stops them.
 */
export const chooseWay = async (
  deps: GateDeps,
  message: DeliveryMessage,
  health: Health | undefined,
  lane: Lane,
): Promise<'attempt' | 'park' | 'slow-lane'> => {
  if (health === undefined) return 'attempt';
  const { trigger, test } = message;
  if (trigger !== 'manual' && !test && parksDeliveries(health.circuit)) {
    return (await takesProbe(deps, message, health)) ? 'attempt' : 'park';
  }
  return lane === 'fast' && takesSlowLane(health, deps.now()) ? 'slow-lane' : 'attempt';
};

/** A probe holds for one attempt: taking it changes the revision that it was given for, and SQS's copies find it gone. */
const takesProbe = async (
  deps: GateDeps,
  { probe }: DeliveryMessage,
  health: Health,
): Promise<boolean> => probe === health.revision && deps.putHealth(health);
