// The delivery log and the feed over HTTP, on the real tables: what is shown, what is hidden, what is refused.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cursorOf } from '../../functions/admin/page.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import { deliveryIdOf } from '../../shared/identifiers.ts';
import type { Outcome } from '../../shared/outcome.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';
import { type Attempted, createLogWorld, type LogWorld, start } from './admin-log-setup.ts';

const later = (ms: number) => new Date(start.getTime() + ms);
const day = 86_400_000;
const good: Outcome = {
  kind: 'accepted',
  status: 204,
  startedAt: start,
  durationMs: 12,
  peerAddress: '93.184.216.34',
};
const bad: Outcome = {
  kind: 'refused',
  errorClass: 'http',
  status: 500,
  bodyExcerpt: 'Zut <b>',
  headers: { server: 'nginx' },
  startedAt: start,
  durationMs: 40,
  peerAddress: '93.184.216.34',
};
const dead: Outcome = {
  kind: 'unreachable',
  errorClass: 'dns',
  reason: 'Its name could not be resolved within 3 s.',
  startedAt: start,
  durationMs: 3_000,
};

let dynamodb: TestDynamoDb;
let world: LogWorld;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
beforeEach(() => {
  world = createLogWorld(dynamodb);
});
afterAll(() => dynamodb.close());

interface Page {
  readonly deliveries: { event_id: string }[];
  readonly next_cursor: string | null;
}

const get = async <Json = Record<string, unknown>>(path: string): Promise<Json> => {
  const { status, json } = await world.call('GET', path);
  expect(status).toBe(200);
  return json as Json;
};

const statusOf = async (method: string, path: string, body?: object) => {
  const { status, json } = await world.call(method, path, body);
  return [status, (json as { title?: string }).title];
};

describe('a subscription’s log', () => {
  const fill = async (outcomes: readonly Attempted[][]) => {
    const subscription = world.subscribe(1);
    for (const [index, attempts] of outcomes.entries()) {
      world.clock = later(index);
      await world.deliver(await world.store(`evt_${index}`), subscription, attempts);
    }
    return `/subscriptions/${subscription.id}/deliveries`;
  };
  const idsOf = ({ deliveries }: Page) => deliveries.map(({ event_id }) => event_id);

  it('is read newest first, page by page', async () => {
    const path = await fill([[good], [bad], [good], [dead], [good]]);

    const first = await get<Page>(`${path}?limit=2`);
    const second = await get<Page>(`${path}?limit=2&cursor=${first.next_cursor}`);
    const third = await get<Page>(`${path}?limit=2&cursor=${second.next_cursor}`);

    expect([first, second, third].map(idsOf)).toEqual([
      ['evt_4', 'evt_3'],
      ['evt_2', 'evt_1'],
      ['evt_0'],
    ]);
    expect(third.next_cursor).toBeNull();
  });

  it('tells of each delivery what became of it', async () => {
    const path = await fill([[bad]]);

    const { deliveries } = await get<Page>(path);

    expect(deliveries).toEqual([
      {
        id: deliveryIdOf('evt_0', `sub_001${'a'.repeat(20)}`),
        company_id: world.company,
        event_id: 'evt_0',
        event_type: 'candidate.moved',
        subscription_id: `sub_001${'a'.repeat(20)}`,
        variant: 'full@1',
        test: false,
        status: 'waiting',
        waits_for_circuit: false,
        attempt_count: 1,
        next_attempt_at: later(5_000).toISOString(),
        created_at: start.toISOString(),
        updated_at: start.toISOString(),
        last_attempt: {
          number: 1,
          trigger: 'scheduled',
          started_at: start.toISOString(),
          duration_ms: 40,
          peer_address: '93.184.216.34',
          status: 500,
          error_class: 'http',
        },
      },
    ]);
  });

  it.each([
    ['status=delivered', ['evt_4', 'evt_2', 'evt_0']],
    ['status=waiting', ['evt_3', 'evt_1']],
    ['status=held', []],
    ['event_type=candidate.moved&status=waiting', ['evt_3', 'evt_1']],
    ['event_type=task.created', []],
    [`from=${later(3).toISOString()}`, ['evt_4', 'evt_3']],
    [`to=${later(2).toISOString()}`, ['evt_1', 'evt_0']],
    [`from=${later(1).toISOString()}&to=${later(3).toISOString()}`, ['evt_2', 'evt_1']],
    [`from=${later(3).toISOString()}&to=${later(1).toISOString()}`, []],
  ])('shows what fits %s', async (query, expected) => {
    const path = await fill([[good], [bad], [good], [dead], [good]]);

    expect(idsOf(await get<Page>(`${path}?${query}`))).toEqual(expected);
  });

  it('goes on behind a page that a filter cut', async () => {
    const path = await fill([[good], [bad], [good], [bad], [good]]);

    const first = await get<Page>(`${path}?status=delivered&limit=2`);
    const second = await get<Page>(`${path}?status=delivered&limit=2&cursor=${first.next_cursor}`);

    expect([first, second].map(idsOf)).toEqual([['evt_4', 'evt_2'], ['evt_0']]);
  });

  it('refuses a cursor of another list, and an unknown filter', async () => {
    const path = await fill([[good], [good]]);
    const { next_cursor } = await get<Page>(`${path}?limit=1`);

    const answers = await Promise.all([
      statusOf('GET', `${path}?limit=1&status=held&cursor=${next_cursor}`),
      statusOf('GET', `${path}?cursor=e30`),
      statusOf('GET', `${path}?state=held`),
      statusOf('GET', `${path}?from=yesterday`),
    ]);

    expect(answers.map(([status]) => status)).toEqual([400, 400, 400, 400]);
  });

  it.each([
    ['an instant', ['x', 'evt_0']],
    ['an instant of a year that there is not', ['+99999-01-01T00:00:00.000Z', 'evt_0']],
    ['an event', [start.toISOString(), 'evt#0']],
    ['anything', []],
    ['a place outside of what is asked for', ['1999-01-01T00:00:00.000Z', 'evt_0']],
  ])('takes a forged cursor that does not name %s, and gives no fault', async (_, position) => {
    const path = await fill([[good]]);
    const from = start.toISOString();
    const id = `sub_001${'a'.repeat(20)}`;
    const list = ['log', world.company, id, undefined, undefined, start.getTime(), undefined];
    const cursor = cursorOf(list, position);

    expect((await statusOf('GET', `${path}?from=${from}&cursor=${cursor}`))[0]).toBe(200);
  });

  it('leaves out what has passed its time, whatever TTL has removed', async () => {
    const path = await fill([[good], [bad]]);
    world.clock = later(30 * day + 2_000);

    expect(await get(path)).toEqual({ deliveries: [], next_cursor: null });
  });

  it('is nobody’s of a subscription that there is not', async () => {
    const [status] = await statusOf('GET', `/subscriptions/sub_009${'a'.repeat(20)}/deliveries`);

    expect(status).toBe(404);
  });
});

describe('one delivery', () => {
  const pathOf = (eventId: string, { id }: { id: string }) =>
    `/deliveries/${deliveryIdOf(eventId, id)}`;

  it('has its attempts, with what its receiver answered', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    await world.deliver(event, subscription, [bad, { manual: dead }, good]);

    const { attempts, ...rest } = await get(pathOf('evt_1', subscription));

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

  it('shows forty attempts at most, the last ones', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    await world.deliver(
      event,
      subscription,
      Array.from({ length: 45 }, () => ({ manual: bad })),
    );

    const { attempts } = await get<{ attempts: { number: number; response_body: string }[] }>(
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

    expect(await get(pathOf('evt_1', subscription))).toMatchObject({
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

    expect((await statusOf('GET', pathOf('evt_1', subscription)))[0]).toBe(404);
  });

  it.each(['del_1', 'evt_1', deliveryIdOf('evt_9', `sub_001${'a'.repeat(20)}`), '%00'])(
    'is none by the id %s',
    async (id) => {
      world.subscribe(1);

      expect((await statusOf('GET', `/deliveries/${id}`))[0]).toBe(404);
    },
  );

  it('is absent once it has passed its time, whatever TTL has removed', async () => {
    const subscription = world.subscribe(1);
    await world.deliver(await world.store('evt_1'), subscription, [bad]);
    world.clock = later(30 * day);

    expect((await statusOf('GET', pathOf('evt_1', subscription)))[0]).toBe(404);
  });

  it('is there as long as a job has had it kept, and its old attempts are not', async () => {
    const subscription = world.subscribe(1);
    const event = await world.store('evt_1');
    await world.deliver(event, subscription, [bad], { keptUntil: later(40 * day) });
    world.clock = later(31 * day);

    const { attempts } = await get<{ attempts: object[] }>(pathOf('evt_1', subscription));

    expect(attempts).toMatchObject([{ number: 1, status: 500, response_body: null }]);
  });
});

describe('an event', () => {
  it('has its deliveries, and for the others the reason', async () => {
    const ours = world.subscribe(1);
    const underWay = world.subscribe(2);
    const other = world.subscribe(3, { eventTypes: ['task.created'] });
    const filtered = world.subscribe(4, {
      filter: '{"data":{"column":{"id":["nowhere"]}}}',
      updatedAt: later(5),
    });
    const young = world.subscribe(5, { createdAt: later(1) });
    world.subscribe(6, { deletedAt: start });
    await world.deliver(await world.store('evt_1'), ours, [good]);

    const event = await get<Record<'deliveries' | 'not_delivered', object[]>>('/events/evt_1');

    expect(event).toMatchObject({
      id: 'evt_1',
      type: 'candidate.moved',
      stored_at: start.toISOString(),
      expires_at: later(30 * day).toISOString(),
      test: false,
      erased: false,
    });
    expect(event.deliveries).toMatchObject([
      { subscription_id: ours.id, status: 'delivered', attempt_count: 1 },
      { subscription_id: underWay.id, status: 'waiting', attempt_count: 0 },
    ]);
    expect(event.not_delivered).toEqual([
      { subscription_id: other.id, reason: 'event_types', failed: [], changed_since: false },
      {
        subscription_id: filtered.id,
        reason: 'filter',
        failed: [{ path: 'data.column.id', expected: '["nowhere"]', reason: 'differs' }],
        changed_since: true,
      },
      { subscription_id: young.id, reason: 'created_later', failed: [], changed_since: false },
    ]);
    expect(event).not.toHaveProperty('callback');
  });

  it('shows the callback where it is asked to', async () => {
    await world.store('evt_1');

    const { callback } = await get('/events/evt_1?include=data');

    expect(callback).toEqual({
      ...sampleCallback('candidate.moved'),
      id: 'evt_1',
      company_id: world.company,
    });
  });

  it('that is a test names the one subscription', async () => {
    const [tested, other] = [world.subscribe(1), world.subscribe(2)];
    const test = { subscriptionId: tested.id, type: 'candidate.moved' } as const;
    await world.store('test_1', { test });

    expect(await get('/events/test_1')).toMatchObject({
      test: true,
      deliveries: [{ subscription_id: tested.id, status: 'waiting', test: true }],
      not_delivered: [{ subscription_id: other.id, reason: 'test' }],
    });
  });

  it('is absent once it has passed its time, whatever TTL has removed', async () => {
    await world.store('evt_1');
    world.clock = later(30 * day);

    expect((await statusOf('GET', '/events/evt_1'))[0]).toBe(404);
  });
});

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
        },
        subscription.id,
      ],
    ]);
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

    expect([status, (json as { title: string }).title]).toEqual([409, title]);
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

    expect([status, (json as { title: string }).title]).toEqual([
      409,
      'The payload has passed its time.',
    ]);
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

    const [put] = world.memory.put as { type: string; detail: Record<string, unknown> }[];
    const eventId = `${put?.detail.id}${suffix}`;
    expect([status, json]).toEqual([
      202,
      { event_id: eventId, delivery_id: deliveryIdOf(eventId, id) },
    ]);
    expect(put).toEqual({
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

describe('the feed', () => {
  interface Feed {
    readonly events: { id: string; callback: object }[];
    readonly next_cursor: string | null;
    readonly resume_cursor: string | null;
  }
  const idsOf = ({ events }: Feed) => events.map(({ id }) => id);

  it('gives every event that is a minute old, and goes on where it ended', async () => {
    await world.store('evt_1');
    await world.store('evt_2');
    const none = await get<Feed>('/events');
    world.clock = later(60_001);
    await world.store('evt_3');

    const first = await get<Feed>('/events?limit=1');
    const second = await get<Feed>(`/events?limit=1&after=${first.next_cursor}`);
    const end = await get<Feed>(`/events?after=${second.resume_cursor}`);
    world.clock = later(200_000);
    const more = await get<Feed>(`/events?after=${end.resume_cursor}`);

    expect([none, first, second, end, more].map(idsOf)).toEqual([
      [],
      ['evt_1'],
      ['evt_2'],
      [],
      ['evt_3'],
    ]);
    expect(none).toEqual({ events: [], next_cursor: null, resume_cursor: null });
    expect([end.next_cursor, more.next_cursor]).toEqual([null, null]);
    expect(first.events).toEqual([
      {
        id: 'evt_1',
        type: 'candidate.moved',
        arrived_at: start.toISOString(),
        erased: false,
        callback: expect.objectContaining({ id: 'evt_1', type: 'candidate.moved', test: false }),
      },
    ]);
  });

  it.each([['x'.repeat(700)], ['\u0000'], ['9999'], ['2026-10-12T08:00:00.000Z#é']])(
    'takes a forged cursor for none, and gives no fault',
    async (position) => {
      const cursor = cursorOf(['feed', world.company], [position]);

      expect((await statusOf('GET', `/events?after=${cursor}`))[0]).toBe(200);
    },
  );

  it('refuses a cursor of another company', async () => {
    await world.store('evt_1');
    world.clock = later(100_000);
    const { resume_cursor } = await get<Feed>('/events');

    const theirs = createLogWorld(dynamodb);
    const { status } = await theirs.call('GET', `/events?after=${resume_cursor}`);

    expect(status).toBe(400);
  });
});
