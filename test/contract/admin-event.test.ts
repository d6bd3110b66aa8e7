// One event over HTTP, and the feed of a company, on the real tables.
import { describe, expect, it } from 'vitest';
import { erasePayload } from '../../shared/erase-event-table.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import {
  beginLogWorlds,
  createLogWorld,
  day,
  dynamodb,
  good,
  later,
  start,
  world,
} from './admin-log-setup.ts';

beginLogWorlds();

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

    const event =
      await world.get<Record<'deliveries' | 'not_delivered', object[]>>('/events/evt_1');

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

    const { callback } = await world.get('/events/evt_1?include=data');

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

    expect(await world.get('/events/test_1')).toMatchObject({
      test: true,
      deliveries: [{ subscription_id: tested.id, status: 'waiting', test: true }],
      not_delivered: [{ subscription_id: other.id, reason: 'test' }],
    });
  });

  it('that is erased is shown as such, without its callback and without reasons', async () => {
    world.subscribe(1, { eventTypes: ['task.created'] });
    const ours = world.subscribe(2);
    await world.deliver(await world.store('evt_1'), ours, [good]);
    await erasePayload(dynamodb.client, dynamodb.tables.events, world.company, 'evt_1', start);
    world.clock = later(60_001);

    const event = await world.get('/events/evt_1?include=data');
    const feed = await world.get('/events');

    expect(event).toMatchObject({
      erased: true,
      callback: null,
      deliveries: [{ subscription_id: ours.id, status: 'delivered' }],
      not_delivered: [],
    });
    expect(feed.events).toEqual([
      {
        id: 'evt_1',
        type: 'candidate.moved',
        arrived_at: start.toISOString(),
        erased: true,
        callback: null,
      },
    ]);
  });

  it('is absent once it has passed its time, whatever TTL has removed', async () => {
    await world.store('evt_1');
    world.clock = later(30 * day);

    expect((await world.call('GET', '/events/evt_1')).status).toBe(404);
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
    const none = await world.get<Feed>('/events');
    world.clock = later(60_001);
    await world.store('evt_3');

    const first = await world.get<Feed>('/events?limit=1');
    const second = await world.get<Feed>(`/events?limit=1&after=${first.next_cursor}`);
    const end = await world.get<Feed>(`/events?after=${second.resume_cursor}`);
    world.clock = later(200_000);
    const more = await world.get<Feed>(`/events?after=${end.resume_cursor}`);

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

  it('refuses a cursor of another company', async () => {
    await world.store('evt_1');
    world.clock = later(100_000);
    const { resume_cursor } = await world.get<Feed>('/events');

    const theirs = createLogWorld();
    const { status } = await theirs.call('GET', `/events?after=${resume_cursor}`);

    expect(status).toBe(400);
  });
});
