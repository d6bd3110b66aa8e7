// `Idempotency-Key` on every POST of the API: the same request again has the same answer, another one is refused.
import { expect, it } from 'vitest';
import { openApiOf } from '../../../functions/admin/openapi.ts';
import type { ReceivedMessage } from '../../../functions/admin/operations/received-message.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { newDelivery } from '../../../shared/delivery.ts';
import { deliveryIdOf } from '../../../shared/identifiers.ts';
import type { KeptEvent } from '../../../shared/kept-event.ts';
import { createCheckedApp } from '../../support/checked-app.ts';
import { createMemoryOperations } from '../../support/memory-operations.ts';
import { createMemoryWorld } from '../../support/memory-subscriptions.ts';
import { operationsOf } from '../../support/openapi-checker.ts';
import { type AppAnswer, callApp } from './call-app.ts';
import { create } from './subscriptions/subscription-rules.ts';

const posts = operationsOf(openApiOf(adminRoutes)).filter(({ method }) => method === 'POST');

/** Of those that need one. */
const bodies: Readonly<Record<string, object>> = {
  createSubscription: { url: 'https://hooks.example.com/new', event_types: ['*'] },
  recoverDeliveries: { since: '2026-10-12T07:00:00.000Z' },
  replayEvents: { since: '2026-10-12T07:00:00.000Z' },
  sendTest: { event_type: 'task.created' },
  eraseCandidate: { candidate_id: 20817 },
  beginStop: { company_id: 318 },
  endStop: { company_id: 318 },
};

const at = new Date('2026-10-12T07:00:00.000Z');

/** No rule took it when it came. */
const message: ReceivedMessage = {
  messageId: 'm1',
  receipt: 'r1',
  body: JSON.stringify({ source: 'ats', 'detail-type': 'task.created', detail: { id: 'evt_9' } }),
  attributes: {},
  sentAt: at,
  receiveCount: 1,
};

/** A company with a subscription, a delivery and a job, and a queue with an unrouted event. */
const setUp = async () => {
  const world = createMemoryWorld();
  const { id } = (await create(world)).subscription;
  const name = { companyId: 318, eventId: 'evt_1', subscriptionId: id };
  const delivery = newDelivery({ ...name, eventType: 'task.created', variant: 'full@1' }, at);
  const event: KeptEvent = {
    ...{ companyId: 318, id: 'evt_1', type: 'task.created', version: 1 },
    ...{ storedAt: at, expiresAt: at, body: Buffer.from('{}') },
  };
  const operations = { messages: new Map([['unrouted', [message]]]), hidden: new Set<string>() };
  const deps = {
    ...world.deps,
    ...createMemoryOperations(operations),
    getDelivery: async () => delivery,
    getEvent: async () => event,
  };
  const app = createCheckedApp(deps);
  return { world, app, ids: { id, delivery_id: deliveryIdOf('evt_1', id) } };
};

/** Dates of a proof that is not complete move with the clock. */
const told = ({ status, etag, json }: AppAnswer) => ({
  ...{ status, etag },
  json: { ...json, remains: undefined },
});

it.each(posts.map(({ operation }) => operation.operationId))(
  '%s is done once for a key, and answered alike',
  async (operationId) => {
    const { path, operation } = posts.find((each) => each.operation.operationId === operationId)!;
    const { world, app, ids } = await setUp();
    const post = (to: string, body: string, key: string) =>
      callApp(app, 'POST', to, body, { 'idempotency-key': key });
    const params: Record<string, string> = { ...ids, company_id: '318', queue: 'candidate-moved' };
    if (path.includes('{job_id}')) {
      const jobs = `/v1/companies/318/subscriptions/${ids.id}/release`;
      params.job_id = (await post(jobs, '{}', 'its-own')).json?.id;
    }
    if (operationId === 'cancelRedrive')
      await post(
        path.replace('{queue}/redrive/cancel', 'candidate-moved/redrive'),
        '{}',
        'its-own',
      );
    const to = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name]!);
    const body = JSON.stringify(bodies[operationId] ?? {});

    const first = await post(to, body, 'one');
    world.clock += 1_000;
    const again = await post(to, body, 'one');
    const other = await post(to, `${body} `, 'one');

    expect([200, 201, 202]).toContain(first.status);
    expect(told(again)).toEqual(told(first));
    expect(other).toMatchObject({
      status: 422,
      json: { type: '/problems/idempotency-key-reused' },
    });
    expect(operation.parameters).toContainEqual({
      $ref: '#/components/parameters/Idempotency-Key',
    });
  },
);
