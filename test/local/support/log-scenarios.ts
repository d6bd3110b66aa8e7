// The delivery log, resending, tests and the feed over the real Function URL, and the whole way behind it.
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import type { EventTypeName } from '../../../shared/event-types.ts';
import { deliveryIdOf } from '../../../shared/identifiers.ts';
import type { Scenario, ScenarioWorld } from './admin-scenarios.ts';

type Json = Record<string, unknown>;

/** Asks until the answer has this in it; fails after ten seconds, with the last answer. */
export const eventually = async (
  { call }: ScenarioWorld,
  path: string,
  expected: object,
): Promise<Json> => {
  let last: unknown;
  for (let left = 100; left > 0; left -= 1) {
    const { status, body } = await call('GET', path);
    last = body;
    if (status === 200 && contains(body, expected)) return body as Json;
    await wait(100);
  }
  expect(last).toMatchObject(expected);
  return {};
};

const contains = (body: unknown, expected: object): boolean => {
  try {
    expect(body).toMatchObject(expected);
    return true;
  } catch {
    return false;
  }
};

/** Callbacks of one event; the receiver serves all scenarios. */
const callbacksOf = ({ receiver }: ScenarioWorld, eventId: string) =>
  receiver.callbacks
    .filter(({ headers }) => headers['webhook-id'] === eventId)
    .map(({ body }) => body.toString('utf8'));

/** An event of this scenario's company, delivered to a subscription of its own. No other event follows from it. */
const deliverOne = async (world: ScenarioWorld, type: EventTypeName = 'member.added') => {
  const { id, path } = await world.subscribe();
  const eventId = await world.stack.publish(type, { company_id: world.companyId });
  const delivery = `${world.company}/deliveries/${deliveryIdOf(eventId, id)}`;
  await eventually(world, delivery, { status: 'delivered' });
  return { id, path, eventId, delivery };
};

export const logScenarios: Readonly<Record<string, Scenario>> = {
  listDeliveries: async (world) => {
    const { path, eventId } = await deliverOne(world);

    const { deliveries } = await eventually(world, `${path}/deliveries?status=delivered&limit=5`, {
      deliveries: [{ event_id: eventId, attempt_count: 1 }],
    });
    const { body } = await world.call('GET', `${path}/deliveries?status=held`);

    expect(deliveries).toHaveLength(1);
    expect(body).toEqual({ deliveries: [], next_cursor: null });
  },

  getDelivery: async (world) => {
    const { delivery } = await deliverOne(world);

    const { body } = await world.call('GET', delivery);

    expect(body).toMatchObject({
      attempts: [{ number: 1, trigger: 'scheduled', status: 200, peer_address: '127.0.0.1' }],
    });
  },

  resendDelivery: async (world) => {
    const { delivery, eventId } = await deliverOne(world);
    const key = { 'idempotency-key': 'once' };

    const first = await world.call('POST', `${delivery}/resend`, {}, key);
    await eventually(world, delivery, { attempts: [{}, { number: 2, trigger: 'manual' }] });
    const again = await world.call('POST', `${delivery}/resend`, {}, key);

    expect(first).toMatchObject({ status: 202, body: { attempt: 2 } });
    expect([again.status, again.body]).toEqual([202, first.body]);
    const bodies = callbacksOf(world, eventId);
    expect(bodies).toHaveLength(2);
    expect(new Set(bodies).size).toBe(1);
  },

  sendTest: async (world) => {
    const tested = await world.subscribe({ event_types: ['task.created'] });
    const other = await world.subscribe();
    const request = { event_type: 'candidate.hired' };

    const { status, body } = await world.call('POST', `${tested.path}/test`, request);

    const { delivery_id, event_id } = body as { delivery_id: string; event_id: string };
    expect(status).toBe(202);
    await eventually(world, `${world.company}/deliveries/${delivery_id}`, {
      status: 'delivered',
      test: true,
      event_type: 'candidate.hired',
    });
    const [callback] = callbacksOf(world, event_id);
    expect(JSON.parse(callback!)).toMatchObject({
      id: event_id,
      type: 'candidate.hired',
      test: true,
    });
    const event = await world.call('GET', `${world.company}/events/${event_id}`);
    expect(event.body).toMatchObject({
      deliveries: [{ subscription_id: tested.id }],
      not_delivered: [{ subscription_id: other.id, reason: 'test' }],
    });
    const feed = await world.call('GET', `${world.company}/events`);
    expect(feed.body).toMatchObject({ events: [] });
  },

  getEvent: async (world) => {
    const other = await world.subscribe({ event_types: ['task.created'] });
    const { id, eventId } = await deliverOne(world);

    const { body } = await world.call('GET', `${world.company}/events/${eventId}?include=data`);

    expect(body).toMatchObject({
      type: 'member.added',
      deliveries: [{ subscription_id: id, status: 'delivered' }],
      not_delivered: [{ subscription_id: other.id, reason: 'event_types' }],
    });
    const [pushed] = callbacksOf(world, eventId);
    expect((body as Json).callback).toEqual(JSON.parse(pushed!));
  },

  listEvents: async (world) => {
    const { eventId } = await deliverOne(world, 'candidate.moved');

    const page = await eventually(world, `${world.company}/events?limit=10`, {
      events: [{ id: eventId }, { type: 'candidate.hired' }],
    });
    const { body } = await world.call(
      'GET',
      `${world.company}/events?after=${String(page.resume_cursor)}`,
    );

    expect(page).toMatchObject({ next_cursor: null });
    expect(body).toMatchObject({ events: [], resume_cursor: page.resume_cursor });
  },
};
