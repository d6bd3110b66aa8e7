// Deliveries over all subscriptions of a company: the API lists them by subscription.
import { pageItemsMax } from '../../shared/limits.ts';
import { CommandError } from './command-error.ts';
import type { Session } from './session.ts';
import { findSubscriptions, subscriptionsPath } from './subscriptions.ts';

export interface ShownAttempt {
  readonly number: number;
  readonly trigger: string;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error_class: string | null;
  readonly reason?: string | null;
  readonly response_body?: string | null;
}

export interface ShownDelivery {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly subscription_id: string;
  readonly status: string;
  readonly attempt_count: number;
  /** Waits without a time of its own. */
  readonly parked: boolean;
  readonly next_attempt_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_attempt?: ShownAttempt | null;
}

export interface DeliveryPage {
  readonly deliveries: readonly ShownDelivery[];
  /** Null where there are no more. */
  readonly next_cursor: string | null;
}

type Query = Readonly<Record<string, string>>;

/** As the API pages them: of a filter that fits few, a page may be empty and not the last. */
const pageOf = (session: Session, subscriptionId: string, query: Query): Promise<DeliveryPage> =>
  session
    .openStack()
    .request(
      'GET',
      `${subscriptionsPath(session.companyId())}/${encodeURIComponent(subscriptionId)}/deliveries?${new URLSearchParams(query)}`,
      ['deliveries', 'next_cursor'],
    );

/** The newest of a subscription, newest first: as many as are wanted, or all that there are. */
export const newestOf = async (
  session: Session,
  subscriptionId: string,
  wanted: number,
  query: Query = {},
): Promise<DeliveryPage> => {
  const deliveries: ShownDelivery[] = [];
  let cursor = query.cursor ?? null;
  do {
    const limit = String(Math.min(pageItemsMax, wanted - deliveries.length));
    const page = await pageOf(session, subscriptionId, {
      ...query,
      limit,
      ...(cursor && { cursor }),
    });
    deliveries.push(...page.deliveries);
    cursor = page.next_cursor;
  } while (cursor !== null && deliveries.length < wanted && !session.stopped.aborted);
  return { deliveries, next_cursor: cursor };
};

/** The newest of one subscription, or of all that the company has: newest first. */
export const findNewest = async (
  session: Session,
  subscriptionId: string | undefined,
  { wanted, ...query }: { readonly wanted: number; readonly from?: string },
): Promise<ShownDelivery[]> => {
  const ids = subscriptionId
    ? [subscriptionId]
    : (await findSubscriptions(session)).toSorted(byCreation).map(({ id }) => id);
  const pages = await Promise.all(ids.map((id) => newestOf(session, id, wanted, query)));
  return pages
    .flatMap(({ deliveries }) => deliveries)
    .toSorted((one, other) => other.created_at.localeCompare(one.created_at))
    .slice(0, wanted);
};

/** The subscription that was made last comes first: of deliveries of one event, `last` is its. */
const byCreation = (one: { created_at: string }, other: { created_at: string }): number =>
  other.created_at.localeCompare(one.created_at);

/** What `last` stands for. */
export const readDeliveryId = async (session: Session, text: string): Promise<string> => {
  if (text !== 'last') return text;
  const [newest] = await findNewest(session, undefined, { wanted: 1 });
  if (newest === undefined) {
    throw new CommandError('There is no delivery yet: publish an event, then look again.');
  }
  return newest.id;
};
