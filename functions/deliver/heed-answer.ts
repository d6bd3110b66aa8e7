// What of an answer is heeded: its wish to be switched off concerns the URL that was called, not one that came since.
import type { DeliveryMessage } from '../../shared/delivery-message.ts';
import { askingNothing, asksToDisable, type Outcome } from '../../shared/outcome.ts';
import type { ReadDeps } from './read-fresh.ts';

/**
 * Where the subscription got another URL while the old receiver answered, that receiver's wish is ignored: the answer
 * is a refusal like any other, and the next attempt goes to the new URL. Where the subscription was deleted, the next
 * attempt finds that, and cancels the delivery.
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
