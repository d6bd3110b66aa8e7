// What a worker of deliver reads for a batch, at once, and then acts on whatever happens meanwhile.
import type { Loaded } from '../../functions/deliver/load-batch.ts';
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import type { Load, Row, World } from './world.ts';

export const readAll = (world: World, messages: readonly DeliveryMessage[]): Load => ({
  step: world.step,
  rows: new Map(
    messages.map(({ event_id, subscription_id }) => {
      const key = world.keyOf(event_id, subscription_id);
      return [key, world.deliveries.get(key)];
    }),
  ),
  health: new Map(messages.map(({ subscription_id: id }) => [id, world.health.get(id)])),
  manual: new Set(
    messages
      .filter(({ trigger }) => trigger === 'manual')
      .map(({ event_id, subscription_id }) => world.keyOf(event_id, subscription_id)),
  ),
});

/** As the table's own edge reads it: whether an exhausted one was told is what its timer says. */
export const rowAsRead = (row: Row | undefined): Row | undefined =>
  row?.status === 'exhausted' && row.wakeAt ? { ...row, untold: true } : row;

export const loadedOf = (world: World, load: Load, message: DeliveryMessage): Loaded => {
  const stored = world.events.get(message.event_id);
  const subscription = world.subscriptions.get(message.subscription_id);
  return {
    ...(stored &&
      !stored.expired && {
        event: {
          type: 'candidate.moved',
          storedAt: stored.storedAt,
          ...(!stored.erased && { body: new Uint8Array() }),
        },
      }),
    ...(subscription && { subscription, keys: { keys: [], revision: 1 } }),
    delivery: rowAsRead(load.rows.get(world.keyOf(message.event_id, message.subscription_id))),
    health: load.health.get(message.subscription_id),
    stopped: world.stopped,
  };
};
