// A test: a type's sample, sent to one subscription the whole way, from the bus to its receiver.

import type {
  DerivedTypeEntry,
  EventTypeEntry,
} from '../../../shared/event-types/define-event-type.ts';
import { derivedId } from '../../../shared/event-types/derive-events.ts';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import { type EventTypeName, eventTypes, publishedTypeOf } from '../../../shared/event-types.ts';
import { deliveryIdOf } from '../../../shared/identifiers.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { notFound } from '../problem.ts';
import { type CallableDeps, refuseUncallable } from './resend-delivery.ts';

export interface TestDeps extends CallableDeps {
  getSubscription(companyId: number, id: string): Promise<Subscription | undefined>;
  /** Onto the bus, as the ATS would. Rejects where the bus did not take it. */
  putEvent(detailType: string, detail: object): Promise<void>;
  now(): Date;
}

export interface SentTest {
  readonly eventId: string;
  readonly deliveryId: string;
}

/**
 * The same seed makes the same test: one that is put twice, by a request that was repeated, is one event.
 * @throws ProblemError not-found · not-possible-now, where the subscription may not be called
 */
export const sendTest = async (
  deps: TestDeps,
  companyId: number,
  subscriptionId: string,
  type: EventTypeName,
  seed: string,
): Promise<SentTest> => {
  const subscription = await deps.getSubscription(companyId, subscriptionId);
  if (subscription === undefined) throw notFound('subscription');
  await refuseUncallable(deps, companyId, subscription);
  const id = `test_${seed.slice(0, 32)}`;
  const published = publishedTypeOf(type);
  await deps.putEvent(published, {
    ...sampleDetail(published),
    id,
    timestamp: deps.now().toISOString(),
    company_id: companyId,
    version: eventTypes[published].version,
    test: { subscription_id: subscriptionId, event_type: type },
  });
  const eventId = testedId(id, eventTypes[type]);
  return { eventId, deliveryId: deliveryIdOf(eventId, subscriptionId) };
};

const testedId = (id: string, entry: EventTypeEntry | DerivedTypeEntry): string =>
  'idSuffix' in entry ? derivedId(id, entry.idSuffix) : id;
