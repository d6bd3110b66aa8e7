// A test: a type's sample, sent to one subscription the whole way, from the bus to its receiver.
import { PartialFailureError } from '../../../shared/errors.ts';
import type {
  DerivedTypeEntry,
  EventTypeEntry,
} from '../../../shared/event-types/define-event-type.ts';
import { derivedId } from '../../../shared/event-types/derive-events.ts';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import { type EventTypeName, eventTypes, publishedTypeOf } from '../../../shared/event-types.ts';
import { deliveryIdOf } from '../../../shared/identifiers.ts';
import type { BusEvent, RefusedEvent } from '../../../shared/put-events.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { notFound } from '../problem.ts';
import { type CallableDeps, refuseUncallable } from './resend-delivery.ts';

export interface TestDeps extends CallableDeps {
  getSubscription(companyId: number, id: string): Promise<Subscription | undefined>;
  putEvents(events: readonly BusEvent[]): Promise<RefusedEvent[]>;
  /** `Source` of the ATS's events: a test comes as one of them. */
  readonly eventSource: string;
  now(): Date;
}

export interface SentTest {
  readonly eventId: string;
  readonly deliveryId: string;
}

/**
 * The same seed makes the same test: one that is put twice, by a request that was repeated, is one event.
 * @throws ProblemError not-found · not-possible-now, where the subscription may not be called
 * @throws PartialFailureError where EventBridge did not take it
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
  const detail = {
    ...sampleDetail(published),
    id,
    timestamp: deps.now().toISOString(),
    company_id: companyId,
    version: eventTypes[published].version,
    test: { subscription_id: subscriptionId, event_type: type },
  };
  const [refused] = await deps.putEvents([{ source: deps.eventSource, type: published, detail }]);
  if (refused) throw new PartialFailureError(`the bus did not take the test: ${refused.code}`);
  const eventId = testedId(id, eventTypes[type]);
  return { eventId, deliveryId: deliveryIdOf(eventId, subscriptionId) };
};

const testedId = (id: string, entry: EventTypeEntry | DerivedTypeEntry): string =>
  'idSuffix' in entry ? derivedId(id, entry.idSuffix) : id;
