// Before an attempt: the health of the subscription decides which way a delivery takes. Waiting spends no attempt.
import { isPacing, parksDeliveries } from '../../shared/circuit.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { type Health, takesSlowLane } from '../../shared/health.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { type TurnDeps, takesTurn } from './take-turn.ts';

/** fast: fresh deliveries of healthy subscriptions. slow: all else. */
export type Lane = 'fast' | 'slow';

export type GateDeps = TurnDeps;

/**
 * What the slow lane brings is never forwarded: a message goes there once. Somebody waits for a manual attempt, and for
 * a test, and wants to see what the receiver says now: no circuit and no limit stops them.
 */
export const chooseWay = async (
  deps: GateDeps,
  message: DeliveryMessage,
  health: Health | undefined,
  lane: Lane,
  { companyId, id, maxPerSecond }: Subscription,
): Promise<'attempt' | 'park' | 'await-turn' | 'slow-lane'> => {
  const isAwaited = message.trigger === 'manual' || message.test;
  if (health !== undefined) {
    if (!isAwaited && parksDeliveries(health.circuit)) {
      if (!(await takesProbe(deps, message, health))) return 'park';
    } else if (lane === 'fast' && takesSlowLane(health, deps.now())) return 'slow-lane';
  }
  if (isAwaited || maxPerSecond === undefined) return 'attempt';
  // First come, first served: what is fresh lines up behind what waits.
  if (lane === 'fast' && health !== undefined && isPacing(health.circuit)) return 'await-turn';
  const of = { companyId, subscriptionId: id };
  return (await takesTurn(deps, of, maxPerSecond)) ? 'attempt' : 'await-turn';
};

/** A probe holds for one attempt: taking it changes the revision that it was given for, and SQS's copies find it gone. */
const takesProbe = async (
  deps: GateDeps,
  { probe }: DeliveryMessage,
  health: Health,
): Promise<boolean> => probe === health.revision && deps.putHealth(health);
