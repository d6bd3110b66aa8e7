// The delivery log: what became of each delivery, and one more attempt, or a test, on request.
import * as z from 'zod';
import type { FailedAttempt } from '../../../shared/attempts-table.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import type { LogFilter, LogPart } from '../../../shared/delivery-log-table.ts';
import { type EventTypeName, eventTypes } from '../../../shared/event-types.ts';
import { identifierPattern } from '../../../shared/identifiers.ts';
import { pageItemsMax } from '../../../shared/limits.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { instant, nextCursor, pageOf, pageQuery, positionIn } from '../page.ts';
import { company, eventId, subscription, time } from '../parameters.ts';
import { notFound, notFoundYet } from '../problem.ts';
import { type Answer, defineRoute, type Route } from '../route.ts';
import {
  attemptsShownMax,
  deliveryDetailJson,
  deliveryJson,
  deliveryStatus,
  deliveryToDetailJson,
  deliveryToJson,
} from './delivery-json.ts';
import { eventJson, eventToJson } from './event-json.ts';
import { findDelivery } from './find-delivery.ts';
import { type ResendDeps, type Resent, resendDelivery } from './resend-delivery.ts';
import { type SentTest, sendTest, type TestDeps } from './send-test.ts';

export interface LogDeps extends ResendDeps, TestDeps {
  /** Deleted ones too, whose slot is still theirs. */
  listSubscriptions(companyId: number): Promise<Subscription[]>;
  listLog(
    of: readonly [companyId: number, subscriptionId: string],
    filter: LogFilter,
    limit: number,
  ): Promise<LogPart>;
  listDeliveriesOf(companyId: number, eventId: string): Promise<Delivery[]>;
  /** The last ones, newest first. */
  listFailedAttempts(delivery: Delivery, limit: number): Promise<FailedAttempt[]>;
}

const tag = 'Deliveries';
const delivery = company.extend({ delivery_id: z.string().max(128) });
const deliveryPath = '/v1/companies/{company_id}/deliveries/{delivery_id}';
const subscriptionPath = '/v1/companies/{company_id}/subscriptions/{id}';

const eventType = z.enum(Object.keys(eventTypes) as [EventTypeName, ...EventTypeName[]]);

/** When an event was stored, and its id. */
const logPosition = [new RegExp(`^${instant}$`), identifierPattern];

const logQuery = z.strictObject({
  ...pageQuery,
  status: deliveryStatus.optional(),
  event_type: eventType.optional(),
  from: time.optional().describe('Events stored from then on.'),
  to: time.optional().describe('Events stored before then.'),
});

const resentJson = z.strictObject({
  delivery_id: z.string(),
  attempt: z.int().positive().describe('Its number, unless another attempt takes that meanwhile.'),
});

const resentAnswer = ({ deliveryId, attempt }: Resent): Answer => ({
  status: 202,
  body: { delivery_id: deliveryId, attempt },
  reference: { delivery_id: deliveryId, attempt: String(attempt) },
});

const testAnswer = ({ eventId, deliveryId }: SentTest): Answer => ({
  status: 202,
  body: { event_id: eventId, delivery_id: deliveryId },
  reference: { event_id: eventId, delivery_id: deliveryId },
});

export const logRoutes: readonly Route<LogDeps>[] = [
  defineRoute({
    method: 'GET',
    path: `${subscriptionPath}/deliveries`,
    id: 'listDeliveries',
    tag,
    summary: "A subscription's deliveries, the newest first",
    description:
      'By the time when each event was stored. Kept for 30 days. A delivery is listed from its first outcome on; ' +
      'before, it is found by its id, and under its event. A page may be empty and not the last, where a filter ' +
      'fits few.',
    params: subscription,
    query: logQuery,
    answers: {
      200: {
        description: 'A page of them.',
        schema: z.strictObject({ deliveries: z.array(deliveryJson), next_cursor: nextCursor }),
      },
    },
    handle: async (deps: LogDeps, { params, query }) => {
      const { company_id: companyId, id } = params;
      const { status, event_type, from, to, limit = pageItemsMax, cursor } = query;
      const list = ['log', companyId, id, status, event_type, from?.getTime(), to?.getTime()];
      const [loggedAt, lastId] = positionIn(list, cursor, logPosition) ?? [];
      if ((await deps.getSubscription(companyId, id)) === undefined) throw notFound('subscription');
      const filter = {
        status,
        eventType: event_type,
        from,
        to,
        ...(loggedAt && lastId && { after: { loggedAt, eventId: lastId } }),
      };
      const part = await deps.listLog([companyId, id], filter, limit);
      const { items, next_cursor } = pageOf(list, part.deliveries.map(deliveryToJson), {
        limit,
        positionOf: ({ created_at, event_id }) => [created_at, event_id],
        ...(part.readTo && { readTo: [part.readTo.loggedAt, part.readTo.eventId] }),
      });
      return { status: 200, body: { deliveries: items, next_cursor } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: deliveryPath,
    id: 'getDelivery',
    tag,
    summary: 'One delivery, with its attempts',
    params: delivery,
    answers: { 200: { description: 'As it is now.', schema: deliveryDetailJson } },
    handle: async (deps: LogDeps, { params }) => {
      const found = await findDelivery(deps, params.company_id, params.delivery_id);
      const failed = await deps.listFailedAttempts(found, attemptsShownMax);
      return { status: 200, body: deliveryToDetailJson(found, failed) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${deliveryPath}/resend`,
    id: 'resendDelivery',
    tag,
    summary: 'Attempt a delivery once more, now',
    description:
      'One attempt beside the schedule, marked `manual`; also of what was delivered. A success delivers it, a ' +
      'failure leaves its status. It goes even while the circuit of its subscription is open.',
    params: delivery,
    body: z.strictObject({}),
    answers: { 202: { description: 'On its way.', schema: resentJson } },
    problems: ['/problems/not-possible-now'],
    handle: async (deps: LogDeps, { params, seed }) =>
      resentAnswer(await resendDelivery(deps, params.company_id, params.delivery_id, seed)),
    rebuild: async (_, __, reference) =>
      resentAnswer({ deliveryId: reference.delivery_id!, attempt: Number(reference.attempt) }),
  }),
  defineRoute({
    method: 'POST',
    path: `${subscriptionPath}/test`,
    id: 'sendTest',
    tag,
    summary: "Send a type's sample to a subscription",
    description:
      'The whole way, from the bus on, with `"test": true`, whatever types the subscription takes. Attempted once; ' +
      'it reaches no other subscription, is in no feed, and says nothing about the health of this one. Its delivery ' +
      'is found once the event is stored, within seconds; until then it is a 404.',
    params: subscription,
    body: z.strictObject({ event_type: eventType }),
    answers: {
      202: {
        description: 'On its way.',
        schema: z.strictObject({ event_id: z.string(), delivery_id: z.string() }),
      },
    },
    problems: ['/problems/not-possible-now'],
    handle: async (deps: LogDeps, { params, body, seed }) =>
      testAnswer(await sendTest(deps, params.company_id, params.id, body.event_type, seed)),
    rebuild: async (_, __, { event_id, delivery_id }) =>
      testAnswer({ eventId: event_id!, deliveryId: delivery_id! }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/companies/{company_id}/events/{event_id}',
    id: 'getEvent',
    tag: 'Events',
    summary: 'One event, with all its deliveries, and why there are no others',
    params: company.extend({ event_id: eventId }),
    query: z.strictObject({
      include: z.enum(['data']).optional().describe('`data`: with the callback that it became.'),
    }),
    answers: { 200: { description: 'As it is now.', schema: eventJson } },
    handle: async (deps: LogDeps, { params, query }) => {
      const { company_id: companyId, event_id } = params;
      const [event, written, subscriptions] = await Promise.all([
        deps.getEvent(companyId, event_id),
        deps.listDeliveriesOf(companyId, event_id),
        deps.listSubscriptions(companyId),
      ]);
      if (event === undefined) throw notFoundYet('event');
      const withData = query.include === 'data';
      return { status: 200, body: eventToJson(event, written, subscriptions, withData) };
    },
  }),
];
