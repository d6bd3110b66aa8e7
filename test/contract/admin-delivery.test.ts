// One delivery over HTTP, on the real tables: its attempts; what it is before it has a row; where there is none.
import { describe, expect, it } from 'vitest';
import { deliveryIdOf } from '../../shared/identifiers.ts';
import { bad, beginLogWorlds, day, dead, good, later, start, world } from './admin-log-setup.ts';

beginLogWorlds();

describe('one delivery', () => {
  const pathOf = (eventId: string, { id }: { id: string }) =>
    `/deliveries/${deliveryIdOf(eventId, id)}`;

  it('has its attempts, with what its receiver answered', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    await world.deliver(event, subscription, [bad, { manual: dead }, good]);

    const { attempts, ...rest } = await world.get(pathOf('evt_1', subscription));

    expect(rest).toMatchObject({ status: 'delivered', attempt_count: 3, next_attempt_at: null });
    const attempt = {
      trigger: 'scheduled',
      started_at: start.toISOString(),
      duration_ms: 40,
      peer_address: '93.184.216.34',
      status: 500,
      error_class: 'http',
      reason: null,
      response_headers: { server: 'nginx' },
      response_body: 'Zut <b>',
    };
    const none = { response_headers: null, response_body: null };
    expect(attempts).toEqual([
      { ...attempt, number: 1 },
      {
        ...attempt,
        ...none,
        number: 2,
        trigger: 'manual',
        duration_ms: 3_000,
        peer_address: null,
        status: null,
        error_class: 'dns',
        reason: 'Its name could not be resolved within 3 s.',
      },
      { ...attempt, ...none, number: 3, duration_ms: 12, status: 204, error_class: null },
    ]);
  });

  it('has each attempt with its own detail, where others beside it left theirs under the same number', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    const delivery = await world.deliver(event, subscription, [{ manual: bad, request: 'a' }]);
    const which = { number: 1, trigger: 'manual' } as const;
    await world.leaveDetail(delivery, { ...which, request: 'b' }, dead);
    await world.leaveDetail(delivery, { ...which, request: 'a' }, { ...dead, startedAt: later(1) });

    expect(await world.get(pathOf('evt_1', subscription))).toMatchObject({
      attempts: [{ number: 1, response_body: 'Zut <b>' }],
    });
  });

  it('takes no failure beside a success for it', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    const delivery = await world.deliver(event, subscription, [{ manual: good, request: 'a' }]);
    await world.leaveDetail(delivery, { number: 1, trigger: 'manual', request: 'b' }, bad);

    expect(await world.get(pathOf('evt_1', subscription))).toMatchObject({
      attempts: [{ number: 1, status: 204, error_class: null, response_body: null }],
    });
  });

  it('has an attempt once, whatever number it had tried for, where no summary is left of it', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    const outcomes = Array.from({ length: 25 }, (_, second) => ({
      manual: { ...bad, startedAt: later(second * 1_000) },
      request: String(second),
    }));
    const delivery = await world.deliver(event, subscription, outcomes);
    // Attempt 3 had tried for 2 before.
    const which = { number: 2, trigger: 'manual', request: '2' } as const;
    await world.leaveDetail(delivery, which, { ...dead, startedAt: later(2_000) });

    const { attempts } = await world.get<{ attempts: { number: number; status: number }[] }>(
      pathOf('evt_1', subscription),
    );

    expect(attempts.map(({ number }) => number)).toEqual(outcomes.map((_, index) => index + 1));
    expect(attempts.map(({ status }) => status)).toEqual(outcomes.map(() => 500));
  });

  it('shows forty attempts at most, the last ones', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    await world.deliver(
      event,
      subscription,
      Array.from({ length: 45 }, (_, index) => ({
        manual: { ...bad, startedAt: later(index * 1_000) },
      })),
    );

    const { attempts } = await world.get<{ attempts: { number: number; response_body: string }[] }>(
      pathOf('evt_1', subscription),
    );

    expect(attempts.map(({ number }) => number)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 6),
    );
    expect(attempts[0]?.response_body).toBe('Zut <b>');
  });

  it('is waiting before it has a row', async () => {
    const subscription = world.subscribe(1, { payload: 'thin' });
    await world.store('evt_1');

    expect(await world.get(pathOf('evt_1', subscription))).toMatchObject({
      status: 'waiting',
      variant: 'thin@1',
      attempt_count: 0,
      next_attempt_at: null,
      attempts: [],
      created_at: start.toISOString(),
    });
  });

  it.each([
    ['its subscription takes another type', { eventTypes: ['task.created'] }],
    ['its subscription was made later', { createdAt: later(1) }],
    ['its subscription is deleted', { deletedAt: start }],
    ['its subscription cannot be filtered by', { filter: '{' }],
  ] as const)('is none where %s', async (_, change) => {
    const subscription = world.subscribe(1, change as object);
    await world.store('evt_1');

    expect((await world.call('GET', pathOf('evt_1', subscription))).status).toBe(404);
  });

  it.each(['del_1', 'evt_1', deliveryIdOf('evt_9', `sub_001${'a'.repeat(20)}`), '%00'])(
    'is none by the id %s',
    async (id) => {
      world.subscribe(1);

      expect((await world.call('GET', `/deliveries/${id}`)).status).toBe(404);
    },
  );

  it('is absent once it has passed its time, whatever TTL has removed', async () => {
    const subscription = world.subscribe(1);
    await world.deliver(await world.store('evt_1'), subscription, [bad]);
    world.clock = later(30 * day);

    expect((await world.call('GET', pathOf('evt_1', subscription))).status).toBe(404);
  });

  it('is there as long as a job has had it kept, and its old attempts are not', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    await world.deliver(event, subscription, [bad], { keptUntil: later(40 * day) });
    world.clock = later(31 * day);

    const { attempts } = await world.get<{ attempts: object[] }>(pathOf('evt_1', subscription));

    expect(attempts).toMatchObject([{ number: 1, status: 500, response_body: null }]);
  });
});
