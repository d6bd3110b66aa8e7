// Before an attempt: the health of the subscription decides which way a delivery takes. Waiting spends no attempt.
import { isPacing, parksDeliveries } from '../../shared/circuit.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { afterProbe, type Health, takesSlowLane } from '../../shared/health.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { type TurnDeps, tryTurn } from './take-turn.ts';

/** fast: fresh deliveries of healthy subscriptions. slow: all else. */
export type Lane = 'fast' | 'slow';

/**
 * What the slow lane brings is never forwarded: a message goes there once. Somebody waits for a manual attempt, and for
 * a test, and wants to see what the receiver says now: no circuit and no limit stops them.
 */
export const chooseWay = async (
  deps: TurnDeps,
  message: DeliveryMessage,
  health: Health | undefined,
  lane: Lane,
  { companyId, id, maxPerSecond }: Subscription,
): Promise<'attempt' | 'park' | 'await-turn' | 'slow-lane'> => {
  const isAwaited = message.trigger === 'manual' || message.test;
  if (health !== undefined) {
    if (!isAwaited && parksDeliveries(health.circuit)) {
      if (!(await tryProbe(deps, message, health))) return 'park';
    } else if (lane === 'fast' && takesSlowLane(health, deps.now())) return 'slow-lane';
  }
  if (isAwaited || maxPerSecond === undefined) return 'attempt';
  // First come, first served: what is fresh lines up behind what waits.
  if (lane === 'fast' && health !== undefined && isPacing(health.circuit)) return 'await-turn';
  const of = { companyId, subscriptionId: id };
  return (await tryTurn(deps, of, maxPerSecond)) ? 'attempt' : 'await-turn';
};

/** Times that another writer may be first on the health row, before the probe is left to the next minute. */
const conflictsMax = 3;

/**
 * Taking it is a write, which sets the time that the next is counted from: SQS's copies, and probes that come side by
 * side, find it taken.
 */
const tryProbe = async (
  deps: TurnDeps,
  { probe }: DeliveryMessage,
  known: Health,
): Promise<boolean> => {
  if (probe === undefined) return false;
  let health: Health | undefined = known;
  for (let conflicts = 0; health !== undefined && conflicts < conflictsMax; conflicts += 1) {
    const next = afterProbe(health, probe, deps.now());
    if (next === undefined) return false;
    if (await deps.putHealth(next)) return true;
    // The sweep was first, which writes the row each minute; or a probe, and then it is too soon for this one.
    health = await deps.getHealth(health.companyId, health.subscriptionId);
  }
  return false;
};
