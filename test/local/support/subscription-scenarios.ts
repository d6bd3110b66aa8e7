// Subscriptions, their keys and their audit over the real Function URL.
import { expect } from 'vitest';
import { deliveryIdOf } from '../../../shared/identifiers.ts';
import type { Scenario, ScenarioWorld } from './admin-scenarios.ts';
import { eventually } from './log-scenarios.ts';

export const subscriptionScenarios: Readonly<Record<string, Scenario>> = {
  getOpenApi: async ({ call }) => {
    const { body } = await call('GET', '/v1/openapi.json');

    expect(body).toMatchObject({ openapi: '3.1.1', paths: expect.any(Object) });
  },

  createSubscription: async ({ call, company, receiver }) => {
    const request = { url: `${receiver.url}/created`, event_types: ['candidate.moved'] };
    const key = { 'idempotency-key': 'one' };

    const first = await call('POST', `${company}/subscriptions`, request, key);
    const again = await call('POST', `${company}/subscriptions`, request, key);
    const other = await call('POST', `${company}/subscriptions`, { ...request, url: 'x' }, key);

    expect(first).toMatchObject({
      status: 201,
      body: { secret: expect.stringMatching(/^whsec_/), status: 'enabled' },
    });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(other.status).toBe(422);
  },

  listSubscriptions: async ({ call, company, subscribe }) => {
    const made = [await subscribe(), await subscribe(), await subscribe()];

    const first = await call('GET', `${company}/subscriptions?limit=2`);
    const { subscriptions, next_cursor } = first.body as Page;
    const second = await call('GET', `${company}/subscriptions?limit=2&cursor=${next_cursor}`);
    const rest = second.body as Page;

    expect([...subscriptions, ...rest.subscriptions].map(({ id }) => id)).toEqual(
      made.map(({ id }) => id),
    );
    expect(rest.next_cursor).toBeNull();
  },

  getSubscription: async ({ call, subscribe }) => {
    const { id, path } = await subscribe();

    const { body, headers } = await call('GET', path);

    expect(body).toMatchObject({ id, status: 'enabled' });
    expect(headers.get('etag')).toBe('"1"');
  },

  changeSubscription: async (world) => {
    const { call, subscribe } = world;
    await moveWhileCalled(world);
    const { path } = await subscribe({ headers: { 'x-key': 'one' }, description: 'Old' });
    const change = { description: null, headers: { 'x-more': 'two' }, max_per_second: 5 };

    const changed = await call('PATCH', path, change, { 'if-match': '"1"' });
    const stale = await call('PATCH', path, change, { 'if-match': '"1"' });

    expect(changed).toMatchObject({
      status: 200,
      body: { description: null, header_names: ['x-key', 'x-more'], max_per_second: 5 },
    });
    expect([stale.status, stale.headers.get('etag')]).toEqual([412, '"2"']);
  },

  deleteSubscription: async ({ call, subscribe }) => {
    const { path } = await subscribe();

    const answers = [await call('DELETE', path), await call('DELETE', path)];

    expect(answers.map(({ status }) => status)).toEqual([204, 404]);
  },

  listAudit: async ({ call, subscribe }) => {
    const { path } = await subscribe();
    await call('PATCH', path, { status: 'paused' });
    await call('DELETE', path);

    const { body } = await call('GET', `${path}/audit`);

    expect(body).toEqual({
      changes: [
        { at: expect.any(String), action: 'deleted', caller: expect.any(String), fields: [] },
        {
          at: expect.any(String),
          action: 'changed',
          caller: expect.stringMatching(/^arn:aws:/),
          fields: ['status'],
        },
        { at: expect.any(String), action: 'created', caller: expect.any(String), fields: [] },
      ],
      next_cursor: null,
    });
  },

  rotateSecret: async ({ call, subscribe }) => {
    const { path } = await subscribe();

    const { body } = await call('POST', `${path}/rotate-secret`, { overlap_seconds: 60 });

    expect(body).toMatchObject({ secret: expect.stringMatching(/^whsec_/) });
  },

  listKeys: async ({ call, subscribe }) => {
    const { path } = await subscribe({ signature: 'v1a' });

    const { body } = await call('GET', `${path}/keys`);

    expect(body).toMatchObject({
      keys: [{ signature: 'v1a', public_key: expect.stringMatching(/^whpk_/), expires_at: null }],
    });
  },
};

/** A change of URL counts from the next attempt on: here it comes while the first one is under way. */
const moveWhileCalled = async (world: ScenarioWorld): Promise<void> => {
  const { call, receiver, company, companyId } = world;
  const { id, path } = await world.subscribe({ event_types: ['member.added'] });
  receiver.answer = async (response, callback) => {
    const isMoved = callback.path === '/hook/moved';
    if (!isMoved) await call('PATCH', path, { url: `${receiver.url}/moved` });
    response.writeHead(isMoved ? 200 : 500).end();
  };

  const eventId = await world.stack.publish('member.added', { company_id: companyId });

  const delivery = `${company}/deliveries/${deliveryIdOf(eventId, id)}`;
  await eventually(world, delivery, { status: 'delivered', attempt_count: 2 });
  receiver.answer = (response) => response.writeHead(200).end();
  const called = receiver.callbacks.filter(({ headers }) => headers['webhook-id'] === eventId);
  expect(called.map((each) => each.path)).toEqual([
    expect.stringMatching(/^\/hook\?\d+$/),
    '/hook/moved',
  ]);
};

interface Page {
  readonly subscriptions: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}
