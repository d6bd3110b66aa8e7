// What of an answer is heeded: its wish to be switched off concerns the URL that was called, not one that came since.
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { askingNothing, asksToDisable, type Outcome } from '../../shared/outcome.ts';
import type { ReadDeps } from './read-fresh.ts';

/**
 * Who left a receiver for another URL while this one answered is not switched off by it:
 * the refusal is one like any other, and the next attempt goes to the new URL; where the subscription is deleted, it finds
 * that, and the delivery ends as cancelled.
 */
export const heededOf = async (
  deps: ReadDeps,
  message: DeliveryMessage,
  url: string,
  outcome: Outcome,
): Promise<Outcome> => {
  if (!asksToDisable(outcome)) return outcome;
  const { subscription } = (await deps.loadBatch([message], deps.now()))(message);
  const hasLeft = subscription?.url !== url || subscription.deletedAt !== undefined;
  return hasLeft ? askingNothing(outcome) : outcome;
};
