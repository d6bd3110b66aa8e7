// What Rappel itself says on the bus, for the ATS: `webhook.*`. Never routed to fan-out.
import { createHash } from 'node:crypto';
import type { Delivery } from './delivery.ts';
import type { Health, Notice } from './health.ts';
import { deliveryIdOf } from './identifiers.ts';
import { disableAfterMs } from './limits.ts';

/** `Source` of our own events; the catch-all rule leaves it alone. */
export const operationalSource = 'rappel';

export interface OperationalEvent {
  readonly type:
    | 'webhook.subscription.failing'
    | 'webhook.subscription.disabled'
    | 'webhook.delivery.exhausted';
  /** Derived from what happened: published twice, it is the same event. */
  readonly id: string;
  readonly timestamp: Date;
  readonly companyId: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A warning, or that the subscription is disabled. */
export const noticeEvent = (
  { companyId, subscriptionId }: Pick<Health, 'companyId' | 'subscriptionId'>,
  notice: Notice,
): OperationalEvent => ({
  type:
    notice.kind === 'failing' ? 'webhook.subscription.failing' : 'webhook.subscription.disabled',
  id: idOf('sub', companyId, subscriptionId, notice.kind, notice.at.toISOString()),
  timestamp: notice.at,
  companyId,
  data: {
    subscription_id: subscriptionId,
    failures: notice.failures,
    failing_since: notice.failingSince?.toISOString() ?? null,
    ...(notice.kind === 'failing'
      ? { share_of_limit: notice.share, disables_at: disablesAt(notice) }
      : { reason: notice.reason }),
  },
});

/** A delivery whose schedule is used up. A resent one that is exhausted again is another event. */
export const exhaustedEvent = (delivery: Delivery): OperationalEvent => {
  const { companyId, eventId, subscriptionId, attempts } = delivery;
  const deliveryId = deliveryIdOf(eventId, subscriptionId);
  return {
    type: 'webhook.delivery.exhausted',
    id: idOf('del', companyId, deliveryId, attempts),
    timestamp: delivery.updatedAt,
    companyId,
    data: {
      delivery_id: deliveryId,
      event_id: eventId,
      event_type: delivery.eventType,
      subscription_id: subscriptionId,
      attempts,
      last_met: delivery.lastAttempts.at(-1)?.met ?? null,
    },
  };
};

const disablesAt = ({ failingSince }: Notice): string | null =>
  failingSince ? new Date(failingSince.getTime() + disableAfterMs).toISOString() : null;

const idOf = (prefix: string, ...parts: readonly (string | number)[]): string =>
  `${prefix}_${createHash('sha256').update(parts.join('#')).digest('hex').slice(0, 32)}`;
