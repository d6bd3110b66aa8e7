// Subscriptions: make one, list them, read one, change one, delete one, and who did.
import * as z from 'zod';
import { subscriptionIdPattern } from '../../../shared/identifiers.ts';
import { pageItemsMax } from '../../../shared/limits.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { etagOf } from '../etag.ts';
import { shownJson } from '../keys/key-json.ts';
import { instant, nextCursor, pageOf, pageQuery, positionIn } from '../page.ts';
import { company, subscription } from '../parameters.ts';
import { notFound } from '../problem.ts';
import { type Answer, defineRoute, type Route } from '../route.ts';
import { listAudit } from './audit.ts';
import { auditJson, auditToJson } from './audit-json.ts';
import { type ChangeDeps, changeSubscription } from './change-subscription.ts';
import {
  type Created,
  type CreationDeps,
  createSubscription,
  findCreated,
} from './create-subscription.ts';
import { type DeletionDeps, deleteSubscription } from './delete-subscription.ts';
import {
  createdSubscriptionJson,
  newSubscription,
  subscriptionJson,
  subscriptionPatch,
  subscriptionToJson,
} from './subscription-json.ts';

export interface SubscriptionDeps extends CreationDeps, ChangeDeps, DeletionDeps {}

const collection = '/v1/companies/{company_id}/subscriptions';
const tag = 'Subscriptions';

/** When an entry was made, and its token. */
const auditPosition = new RegExp(`^${instant}#[0-9a-f-]*$`);

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
      201: {
        description: 'Made. Its secret is shown here only.',
        schema: createdSubscriptionJson,
        hasEtag: true,
      },
    },
    problems: [
      '/problems/url-in-use',
      '/problems/too-many-subscriptions',
      '/problems/not-possible-now',
    ],
    handle: async (deps: SubscriptionDeps, { params, body, ...requester }) =>
      createdAnswer(await createSubscription(deps, params.company_id, body, requester)),
    rebuild: async (deps, { params }, { subscription_id }) =>
      createdAnswer(await findCreated(deps, params.company_id, subscription_id!)),
  }),
  defineRoute({
    method: 'GET',
    path: collection,
    id: 'listSubscriptions',
    tag,
    summary: "A company's subscriptions",
    params: company,
    query: z.strictObject(pageQuery),
    answers: {
      200: {
        description: 'A page of them.',
        schema: z.strictObject({
          subscriptions: z.array(subscriptionJson),
          next_cursor: nextCursor,
        }),
      },
    },
    handle: async (deps: SubscriptionDeps, { params, query }) => {
      const list = ['subscriptions', params.company_id];
      const [after = ''] = positionIn(list, query.cursor, [subscriptionIdPattern]) ?? [];
      const all = await deps.listSubscriptions(params.company_id);
      const living = all
        .filter(({ id, deletedAt }) => deletedAt === undefined && id > after)
        .toSorted((one, other) => (one.id < other.id ? -1 : 1));
      const { items, next_cursor } = pageOf(list, living.map(subscriptionToJson), {
        limit: query.limit,
        positionOf: ({ id }) => [id],
      });
      return { status: 200, body: { subscriptions: items, next_cursor } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${collection}/{id}`,
    id: 'getSubscription',
    tag,
    summary: 'One subscription',
    params: subscription,
    answers: { 200: { description: 'As it is now.', schema: subscriptionJson, hasEtag: true } },
    handle: async (deps: SubscriptionDeps, { params }) => {
      const found = await deps.getSubscription(params.company_id, params.id);
      if (found === undefined) throw notFound('subscription');
      return { status: 200, body: subscriptionToJson(found), etag: etagOf(found) };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: `${collection}/{id}`,
    id: 'changeSubscription',
    tag,
    summary: 'Change a subscription',
    description:
      'A JSON merge patch (RFC 7396). It counts from the next attempt on. Enabling a subscription releases nothing ' +
      'of what was held meanwhile.',
    params: subscription,
    body: subscriptionPatch,
    takesIfMatch: true,
    answers: {
      200: {
        description: 'As it is now; after a change of scheme with the new key, shown here only.',
        schema: createdSubscriptionJson,
        hasEtag: true,
      },
    },
    problems: ['/problems/url-in-use', '/problems/not-possible-now'],
    handle: async (deps: SubscriptionDeps, { params, body, ...requester }) => {
      const { company_id, id } = params;
      const changed = await changeSubscription(deps, company_id, id, body, requester);
      return subscriptionAnswer(200, changed);
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
    takesIfMatch: true,
    answers: { 204: { description: 'Deleted.' } },
    handle: async (deps: SubscriptionDeps, { params, ...requester }) => {
      await deleteSubscription(deps, params.company_id, params.id, requester);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${collection}/{id}/audit`,
    id: 'listAudit',
    tag,
    summary: 'Who changed a subscription, and what',
    description: 'Newest first. Of a deleted subscription too.',
    params: subscription,
    query: z.strictObject(pageQuery),
    answers: {
      200: {
        description: 'A page of changes.',
        schema: z.strictObject({ changes: z.array(auditJson), next_cursor: nextCursor }),
      },
    },
    handle: async (deps: SubscriptionDeps, { params, query }) => {
      const list = ['audit', params.company_id, params.id];
      const [after] = positionIn(list, query.cursor, [auditPosition]) ?? [];
      const { entries, readTo } = await listAudit(deps, params.company_id, params.id, {
        limit: query.limit ?? pageItemsMax,
        ...(after !== undefined && { after }),
      });
      const { items, next_cursor } = pageOf(list, entries.map(auditToJson), {
        limit: query.limit,
        // All of them fit: a page is as long as what was read for it.
        positionOf: () => [],
        ...(readTo !== undefined && { readTo: [readTo] }),
      });
      return { status: 200, body: { changes: items, next_cursor } };
    },
  }),
];

const createdAnswer = (created: Created): Answer => ({
  ...subscriptionAnswer(201, created),
  reference: { subscription_id: created.subscription.id },
});

const subscriptionAnswer = (
  status: number,
  { subscription: shownOne, shown }: { subscription: Subscription; shown?: Created['shown'] },
): Answer => ({
  status,
  body: { ...subscriptionToJson(shownOne), ...(shown && shownJson(shown)) },
  etag: etagOf(shownOne),
});
