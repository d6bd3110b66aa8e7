// What a batch acts on: read together, and again for what had to wait in it.
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { batchReadAgeMsMax } from '../../shared/limits.ts';
import type { Loaded } from './load-batch.ts';

export interface ReadDeps {
  /** Strongly consistent. The answer reads one message's rows, and throws for rows that it cannot read. */
  loadBatch(
    messages: readonly DeliveryMessage[],
    now: Date,
  ): Promise<(message: DeliveryMessage) => Loaded>;
  now(): Date;
}

/**
 * Behind a slow receiver a message may wait for 18 seconds, in which its delivery ends or its subscription is paused,
 * deleted or moved: it reads its own rows again before it calls anybody. Only what waited pays for that. The age counts
 * from the answer: a store that is slow to answer is not asked for everything once more.
 */
export const readFresh = async (
  deps: ReadDeps,
  messages: readonly DeliveryMessage[],
): Promise<(message: DeliveryMessage) => Promise<Loaded>> => {
  const load = await deps.loadBatch(messages, deps.now());
  const readAt = deps.now();
  return async (message) => {
    const now = deps.now();
    if (now.getTime() - readAt.getTime() <= batchReadAgeMsMax) return load(message);
    return (await deps.loadBatch([message], now))(message);
  };
};
