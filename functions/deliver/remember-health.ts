// What a batch learns of a subscription's health while it runs, for the messages that still wait in it.
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import type { Health } from '../../shared/health.ts';
import type { Loaded } from './load-batch.ts';
import type { HealthDeps } from './record-health.ts';

/**
 * A batch is read once, and ten messages for a receiver that hangs take two sockets. Without this, the third would
 * be attempted for another ten seconds after the first two timed out, and so hold the neighbours' worker for thirty.
 */
export const rememberHealth = <Deps extends HealthDeps>(deps: Deps) => {
  const latest = new Map<string, Health>();
  const remember = (health: Health): void => {
    latest.set(health.subscriptionId, health);
  };
  return {
    deps: {
      ...deps,
      getHealth: async (companyId, subscriptionId) => {
        const health = await deps.getHealth(companyId, subscriptionId);
        if (health !== undefined) remember(health);
        return health;
      },
      putHealth: async (health) => {
        const written = await deps.putHealth(health);
        if (written) remember({ ...health, revision: health.revision + 1 });
        return written;
      },
    } satisfies Deps as Deps,
    /** By the revision: what waited in the batch has read a later one than it, or the other way round. */
    refresh: (loaded: Loaded, { subscription_id }: DeliveryMessage): Loaded => {
      const health = latest.get(subscription_id);
      const isNews = health !== undefined && health.revision > (loaded.health?.revision ?? 0);
      return isNews ? { ...loaded, health } : loaded;
    },
  };
};
