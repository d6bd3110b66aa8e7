// Subscriptions: make one, list them, read one, delete one.
import * as z from 'zod';
import { shownJson } from '../keys/key-json.ts';
import { company, subscription } from '../parameters.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  createSubscription,
  deleteSubscription,
  type SubscriptionDeps,
} from './create-subscription.ts';
import {
  createdSubscriptionJson,
  newSubscription,
  subscriptionJson,
  toJson,
} from './subscription-json.ts';

const collection = '/v1/companies/{company_id}/subscriptions';
const tag = 'Subscriptions';

export const subscriptionRoutes: readonly Route<SubscriptionDeps>[] = [
  defineRoute({
    method: 'POST',
    path: collection,
    id: 'createSubscription',
    tag,
    summary: 'Subscribe a URL to event types',
    params: company,
    body: newSubscription,
    answers: {
      201: { description: 'Made. Its secret is shown here only.', schema: createdSubscriptionJson },
    },
    problems: ['/problems/url-in-use', '/problems/too-many-subscriptions'],
    handle: async (deps: SubscriptionDeps, { params, body }) => {
      const { subscription, shown } = await createSubscription(deps, params.company_id, body);
      return { status: 201, body: { ...toJson(subscription), ...shownJson(shown) } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: collection,
    id: 'listSubscriptions',
    tag,
    summary: "A company's subscriptions",
    params: company,
    answers: {
      200: {
        description: 'All of them: a company has at most a page.',
        schema: z.strictObject({
          subscriptions: z.array(subscriptionJson),
          next_cursor: z.null(),
        }),
      },
    },
    handle: async (deps: SubscriptionDeps, { params }) => {
      const all = await deps.listSubscriptions(params.company_id);
      const living = all.filter(({ deletedAt }) => deletedAt === undefined);
      return { status: 200, body: { subscriptions: living.map(toJson), next_cursor: null } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${collection}/{id}`,
    id: 'getSubscription',
    tag,
    summary: 'One subscription',
    params: subscription,
    answers: { 200: { description: 'As it is now.', schema: subscriptionJson } },
    handle: async (deps: SubscriptionDeps, { params }) => {
      const found = await deps.getSubscription(params.company_id, params.id);
      if (found === undefined) throw notFound('subscription');
      return { status: 200, body: toJson(found) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${collection}/{id}`,
    id: 'deleteSubscription',
    tag,
    summary: 'Delete a subscription',
    description: 'What waits for it is cancelled when it is met.',
    params: subscription,
    answers: { 204: { description: 'Deleted.' } },
    handle: async (deps: SubscriptionDeps, { params }) => {
      if (!(await deleteSubscription(deps, params.company_id, params.id))) {
        throw notFound('subscription');
      }
      return { status: 204 };
    },
  }),
];
