// An event with its deliveries, and for subscriptions that got none the reason, as the admin API gives them.
import * as z from 'zod';
import type { Delivery } from '../../../shared/delivery.ts';
import { subscriptionIdPattern } from '../../../shared/identifiers.ts';
import type { KeptEvent } from '../../../shared/kept-event.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { deliveryJson, deliveryToJson } from './delivery-json.ts';
import { deliveryUnderWay, explainTo } from './find-delivery.ts';

const notDeliveredJson = z.strictObject({
  subscription_id: z.string().regex(subscriptionIdPattern),
  reason: z
    .enum([
      'event_types',
      'created_later',
      'include_private_comments',
      'vacancy_ids',
      'column_ids',
      'hired_only',
      'filter',
      'deleted',
      'test',
    ])
    .describe(
      "The first setting that kept the event out · created_later: than the event · test: another subscription's.",
    ),
  failed: z
    .array(
      z.strictObject({
        path: z.string(),
        expected: z.string(),
        reason: z.enum(['differs', 'not-in-one-element']),
      }),
    )
    .describe('Of a setting that is a pattern: the fields, and what it takes there.'),
  changed_since: z
    .boolean()
    .describe(
      'The subscription was changed after the event came: the reason is that of its settings now.',
    ),
});

export const callbackBody = z
  .unknown()
  .describe("The full callback's body, as subscriptions without other settings get it.");

export const eventJson = z.strictObject({
  id: z.string(),
  company_id: z.int().positive(),
  type: z.string(),
  stored_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  test: z.boolean(),
  erased: z.boolean(),
  deliveries: z.array(deliveryJson),
  not_delivered: z.array(notDeliveredJson),
  callback: callbackBody.optional(),
});

export const eventToJson = (
  event: KeptEvent,
  written: readonly Delivery[],
  subscriptions: readonly Subscription[],
  withData: boolean,
): z.output<typeof eventJson> => {
  const known = new Set(written.map(({ subscriptionId }) => subscriptionId));
  const others = subscriptions.filter(
    ({ id, deletedAt }) => !known.has(id) && deletedAt === undefined,
  );
  const underWay = others.flatMap((each) => deliveryUnderWay(event, each) ?? []);
  return {
    id: event.id,
    company_id: event.companyId,
    type: event.type,
    stored_at: event.storedAt.toISOString(),
    expires_at: event.expiresAt.toISOString(),
    test: event.testOf !== undefined,
    erased: event.body === undefined,
    deliveries: [...written, ...underWay].map(deliveryToJson),
    not_delivered: others.flatMap((each) => notDelivered(event, each)),
    ...(withData && { callback: callbackOf(event) }),
  };
};

/** Null once it is erased. */
export const callbackOf = ({ body }: Pick<KeptEvent, 'body'>): unknown =>
  body === undefined ? null : JSON.parse(Buffer.from(body).toString('utf8'));

const notDelivered = (
  event: KeptEvent,
  subscription: Subscription,
): z.output<typeof notDeliveredJson>[] => {
  const explained = explainTo(subscription, event);
  if (explained === undefined || explained.wanted) return [];
  return [
    {
      subscription_id: subscription.id,
      reason: explained.obstacle,
      failed: [...explained.failed],
      changed_since: subscription.updatedAt > event.storedAt,
    },
  ];
};
