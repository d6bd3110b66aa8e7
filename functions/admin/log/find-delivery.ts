// A delivery by its id alone: its row; before it has one, what its event and its subscription say.
import { type Delivery, newDelivery } from '../../../shared/delivery.ts';
import { RappelError } from '../../../shared/errors.ts';
import { variantOf } from '../../../shared/event-variant.ts';
import { type Explanation, explain } from '../../../shared/explain.ts';
import { deliveryNameOf } from '../../../shared/identifiers.ts';
import { atsEventOf, type KeptEvent } from '../../../shared/kept-event.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { notFound, notFoundYet } from '../problem.ts';

export interface FindDeliveryDeps {
  /** Strongly consistent; undefined where it has passed its time. */
  getDelivery(
    companyId: number,
    name: Pick<Delivery, 'eventId' | 'subscriptionId'>,
  ): Promise<Delivery | undefined>;
  /** Strongly consistent; undefined where it has passed its time. */
  getEvent(companyId: number, eventId: string): Promise<KeptEvent | undefined>;
  /** Undefined where it is deleted. */
  getSubscription(companyId: number, id: string): Promise<Subscription | undefined>;
}

/** @throws ProblemError not-found */
export const findDelivery = async (
  deps: FindDeliveryDeps,
  companyId: number,
  deliveryId: string,
): Promise<Delivery> => {
  const name = deliveryNameOf(deliveryId);
  if (name === undefined) throw notFound('delivery');
  const delivery =
    (await deps.getDelivery(companyId, name)) ?? (await findUnderWay(deps, companyId, name));
  if (delivery === undefined) throw notFoundYet('delivery');
  return delivery;
};

const findUnderWay = async (
  deps: FindDeliveryDeps,
  companyId: number,
  { eventId, subscriptionId }: Pick<Delivery, 'eventId' | 'subscriptionId'>,
): Promise<Delivery | undefined> => {
  const [event, subscription] = await Promise.all([
    deps.getEvent(companyId, eventId),
    deps.getSubscription(companyId, subscriptionId),
  ]);
  return event && subscription && deliveryUnderWay(event, subscription);
};

/** The delivery that fan-out has made of an event, or is about to make; undefined where it makes none. */
export const deliveryUnderWay = (
  kept: KeptEvent,
  subscription: Subscription,
): Delivery | undefined => {
  const event = atsEventOf(kept);
  if (event === undefined || explainTo(subscription, kept)?.wanted !== true) return undefined;
  return newDelivery(
    {
      companyId: kept.companyId,
      eventId: kept.id,
      subscriptionId: subscription.id,
      eventType: kept.type,
      variant: variantOf(subscription, event),
      ...(event.test && { test: true as const }),
    },
    kept.storedAt,
  );
};

/** Why an event was, or was not, for a subscription. Undefined where nobody can say: it is erased. */
export const explainTo = (
  subscription: Subscription,
  kept: KeptEvent,
): ExplanationShown | undefined => {
  const event = atsEventOf(kept);
  if (event === undefined) return undefined;
  if (event.test) {
    return event.test.subscriptionId === subscription.id
      ? { wanted: true }
      : { wanted: false, obstacle: 'test', failed: [] };
  }
  try {
    return explain(subscription, event, kept.storedAt);
  } catch (error) {
    if (!(error instanceof RappelError)) throw error;
    return { wanted: false, obstacle: 'filter', failed: [] };
  }
};

/** `test`: the event is a test of another subscription. */
export type ExplanationShown =
  | Explanation
  | { readonly wanted: false; readonly obstacle: 'test'; readonly failed: readonly [] };
