// Resending a delivery, and testing a subscription, over HTTP on the real tables: what is sent, what is refused.
import { describe, expect, it } from 'vitest';
import { resendDelivery } from '../../functions/admin/log/resend-delivery.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import { deliveryIdOf } from '../../shared/identifiers.ts';
import { bad, beginLogWorlds, day, good, later, start, world } from './admin-log-setup.ts';

beginLogWorlds();

describe('resending', () => {
  const resend = (eventId: string, { id }: { id: string }) =>
    world.call('POST', `/deliveries/${deliveryIdOf(eventId, id)}/resend`, {});

  it.each([
    ['delivered', [good], 2],
    ['waiting', [bad], 2],
    ['exhausted', [bad, bad, bad], 4],
    ['under way, without a row', undefined, 1],
  ] as const)('sends what is %s once more', async (_, outcomes, attempt) => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    if (outcomes) await world.deliver(event, subscription, outcomes);

    const { status, json } = await resend('evt_1', subscription);

    expect([status, json]).toEqual([
      202,
      { delivery_id: deliveryIdOf('evt_1', subscription.id), attempt },
    ]);
    expect(world.memory.sent.map(({ body, group }) => [JSON.parse(body), group])).toEqual([
      [
        {
          company_id: world.company,
          event_id: 'evt_1',
          subscription_id: subscription.id,
          variant: 'full@1',
          attempt,
          trigger: 'manual',
          request: expect.stringMatching(/^[0-9a-f]{16}$/),
        },
        subscription.id,
      ],
    ]);
  });

  it('asks for no second attempt where a request is repeated after a crash', async () => {
    const subscription = world.subscribe(1);
    const request = 'ab'.repeat(8);
    await world.deliver(await world.store('evt_1'), subscription, [
      bad,
      { manual: bad, request },
      bad,
    ]);
    const deliveryId = deliveryIdOf('evt_1', subscription.id);

    const repeated = await resendDelivery(world.deps, world.company, deliveryId, 'ab'.repeat(32));
    const another = await resendDelivery(world.deps, world.company, deliveryId, 'cd'.repeat(32));

    expect([repeated, another].map(({ attempt }) => attempt)).toEqual([2, 4]);
    expect(world.memory.sent).toHaveLength(1);
  });

  it.each([
    ['The subscription is paused.', { status: 'paused' }, {}],
    ['The subscription is disabled.', { status: 'disabled' }, {}],
    ['The subscription is deleted.', { deletedAt: start }, {}],
    ['The delivery is erased.', {}, { status: 'erased' }],
  ] as const)('is refused: %s', async (title, settings, change) => {
    const subscription = world.subscribe(1, settings as object);
    await world.deliver(await world.store('evt_1'), subscription, [bad], change);

    const { status, json } = await resend('evt_1', subscription);

    expect([status, json.title]).toEqual([409, title]);
    expect(world.memory.sent).toEqual([]);
  });

  it('is refused while an emergency stop stands', async () => {
    const subscription = world.subscribe(1);
    await world.deliver(await world.store('evt_1'), subscription, [bad]);
    world.stopped = true;

    expect((await resend('evt_1', subscription)).status).toBe(409);
  });

  it('is refused once the payload has passed its time', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    await world.deliver(event, subscription, [bad], { keptUntil: later(40 * day) });
    world.clock = later(31 * day);

    const { status, json } = await resend('evt_1', subscription);

    expect([status, json.title]).toEqual([409, 'The payload has passed its time.']);
  });
});

describe('a test', () => {
  const test = (id: string, event_type: string) =>
    world.call('POST', `/subscriptions/${id}/test`, { event_type });

  it.each([
    ['task.created', 'task.created', ''],
    ['candidate.hired', 'candidate.moved', '_hired'],
  ])('of %s puts %s on the bus, for this subscription alone', async (type, published, suffix) => {
    const { id } = world.subscribe(1);

    const { status, json } = await test(id, type);

    const [put] = world.memory.put;
    const eventId = `${put?.detail.id}${suffix}`;
    expect([status, json]).toEqual([
      202,
      { event_id: eventId, delivery_id: deliveryIdOf(eventId, id) },
    ]);
    expect(put).toEqual({
      source: 'ats',
      type: published,
      detail: {
        id: expect.stringMatching(/^test_[0-9a-f]{32}$/),
        timestamp: start.toISOString(),
        company_id: world.company,
        version: expect.any(Number),
        data: sampleCallback(published as 'candidate.moved').data,
        test: { subscription_id: id, event_type: type },
      },
    });
  });

  it('that fan-out has not stored yet is a 404 which says to ask again', async () => {
    const { id } = world.subscribe(1);
    const { json: sent } = await test(id, 'task.created');
    const { delivery_id } = sent as { delivery_id?: string };

    const { status, json } = await world.call('GET', `/deliveries/${delivery_id}`);

    expect([status, json]).toEqual([
      404,
      expect.objectContaining({
        detail: 'What was published or tested just now is found within seconds: ask again.',
      }),
    ]);
  });

  it.each(['paused', 'disabled'] as const)('is refused while it is %s', async (status) => {
    const { id } = world.subscribe(1, { status });

    expect((await test(id, 'task.created')).status).toBe(409);
    expect(world.memory.put).toEqual([]);
  });

  it('is refused for a type that there is not, and a subscription that there is not', async () => {
    const { id } = world.subscribe(1);

    const answers = [await test(id, 'webhook.test'), await test(`${id}0`, 'task.created')];

    expect(answers.map(({ status }) => status)).toEqual([400, 404]);
  });
});
