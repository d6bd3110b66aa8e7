// A subscription's log over HTTP, on the real tables: in order, by pages, by filters, and nothing that is past.
import { describe, expect, it } from 'vitest';
import { cursorOf } from '../../functions/admin/page.ts';
import { deliveryIdOf } from '../../shared/identifiers.ts';
import {
  type Attempted,
  bad,
  beginLogWorlds,
  day,
  dead,
  good,
  later,
  start,
  world,
} from './admin-log-setup.ts';

beginLogWorlds();

interface Page {
  readonly deliveries: { event_id: string }[];
  readonly next_cursor: string | null;
}

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

    const first = await world.get<Page>(`${path}?limit=2`);
    const second = await world.get<Page>(`${path}?limit=2&cursor=${first.next_cursor}`);
    const third = await world.get<Page>(`${path}?limit=2&cursor=${second.next_cursor}`);

    expect([first, second, third].map(idsOf)).toEqual([
      ['evt_4', 'evt_3'],
      ['evt_2', 'evt_1'],
      ['evt_0'],
    ]);
    expect(third.next_cursor).toBeNull();
  });

  it('tells of each delivery what became of it', async () => {
    const path = await fill([[bad]]);

    const { deliveries } = await world.get<Page>(path);

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
        parked: false,
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

    expect(idsOf(await world.get<Page>(`${path}?${query}`))).toEqual(expected);
  });

  it('goes on behind a page that a filter cut', async () => {
    const path = await fill([[good], [bad], [good], [bad], [good]]);

    const first = await world.get<Page>(`${path}?status=delivered&limit=2`);
    const second = await world.get<Page>(
      `${path}?status=delivered&limit=2&cursor=${first.next_cursor}`,
    );

    expect([first, second].map(idsOf)).toEqual([['evt_4', 'evt_2'], ['evt_0']]);
  });

  it('refuses a cursor of another list, and an unknown filter', async () => {
    const path = await fill([[good], [good]]);
    const { next_cursor } = await world.get<Page>(`${path}?limit=1`);

    const answers = await Promise.all([
      world.call('GET', `${path}?limit=1&status=held&cursor=${next_cursor}`),
      world.call('GET', `${path}?cursor=e30`),
      world.call('GET', `${path}?state=held`),
      world.call('GET', `${path}?from=yesterday`),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  });

  it('finds nothing behind a forged cursor that names a place outside of what is asked for', async () => {
    const path = await fill([[good]]);
    const from = start.toISOString();
    const id = `sub_001${'a'.repeat(20)}`;
    const list = ['log', world.company, id, undefined, undefined, start.getTime(), undefined];
    const cursor = cursorOf(list, ['1999-01-01T00:00:00.000Z', 'evt_0']);

    expect((await world.call('GET', `${path}?from=${from}&cursor=${cursor}`)).status).toBe(200);
  });

  it('leaves out what has passed its time, whatever TTL has removed', async () => {
    const path = await fill([[good], [bad]]);
    world.clock = later(30 * day + 2_000);

    expect(await world.get(path)).toEqual({ deliveries: [], next_cursor: null });
  });

  it('is nobody’s of a subscription that there is not', async () => {
    const { status } = await world.call(
      'GET',
      `/subscriptions/sub_009${'a'.repeat(20)}/deliveries`,
    );

    expect(status).toBe(404);
  });
});
