// One delivery through deliver: which way it takes, in which order what is written.
import { describe, expect, it } from 'vitest';
import { deliver } from '../../../functions/deliver/deliver.ts';
import type { Lane } from '../../../functions/deliver/gate.ts';
import type { Loaded } from '../../../functions/deliver/load-batch.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import type { DeliveryMessage } from '../../../shared/delivery-message.ts';
import { ConflictError } from '../../../shared/errors.ts';
import {
  bad,
  good,
  healthWith,
  later,
  loadedWith,
  messageOf,
  now,
  openHealth,
  type Recorded,
  recordDeliver,
} from './deliver-setup.ts';

const run = async (
  recorded: Recorded,
  loaded: Partial<Loaded> = {},
  message: Partial<DeliveryMessage> = {},
  lane: Lane = 'fast',
) => deliver(recorded.deps, messageOf(message), loadedWith(loaded), lane);

const failing = healthWith({ failures: 3, failingSince: now });
const paused = { ...loadedWith().subscription!, status: 'paused' as const };
const waiting = (more: Partial<Delivery>): Delivery => ({
  companyId: 7,
  eventId: 'e1',
  subscriptionId: messageOf().subscription_id,
  eventType: 'candidate.moved',
  variant: 'full@1',
  status: 'waiting',
  attempts: 0,
  roundStart: 0,
  parked: false,
  createdAt: now,
  updatedAt: now,
  lastAttempts: [],
  revision: 1,
  ...more,
});

describe('deliver', () => {
  it('writes one row for a success of a healthy subscription, and no health', async () => {
    const recorded = recordDeliver(good);

    await run(recorded);

    expect(recorded.calls).toEqual(['attempt', 'putDelivery']);
    expect(recorded.puts[0]).toMatchObject({ delivery: { status: 'delivered', attempts: 1 } });
    expect(recorded.puts[0]?.wakeAt).toBeUndefined();
  });

  it('records a failure with its detail first, then the row, the next attempt, the health', async () => {
    const recorded = recordDeliver(bad);

    await run(recorded);

    expect(recorded.calls).toEqual([
      'attempt',
      'putFailedAttempt',
      'putDelivery',
      'enqueue',
      'putHealth',
    ]);
    expect(recorded.sent[0]).toMatchObject({ delaySeconds: 5 });
    expect(JSON.parse(recorded.sent[0]!.body)).toMatchObject({ attempt: 2 });
    expect(recorded.puts[0]?.wakeAt).toEqual(later(5_000 + 120_000));
  });

  it('leaves waits over fifteen minutes to the due row alone', async () => {
    const recorded = recordDeliver(bad);

    await run(recorded, { delivery: waiting({ attempts: 2 }) }, { attempt: 3 });

    expect(recorded.sent).toEqual([]);
    expect(recorded.puts[0]?.wakeAt).toEqual(later(1_800_000));
  });

  it('wakes the sweep at once for an exhausted delivery, which has news for the ATS', async () => {
    const recorded = recordDeliver(bad);

    await run(recorded, { delivery: waiting({ attempts: 3 }) }, { attempt: 4 });

    expect(recorded.puts[0]).toMatchObject({ delivery: { status: 'exhausted' }, wakeAt: now });
  });

  it.each([
    { name: 'done already', delivery: waiting({ status: 'delivered', attempts: 1 }), attempt: 2 },
    { name: 'attempted already', delivery: waiting({ attempts: 1 }), attempt: 1 },
    { name: 'erased', delivery: waiting({ status: 'erased' }), attempt: 1 },
  ])('drops a message of a delivery that is $name', async ({ delivery, attempt }) => {
    const recorded = recordDeliver(good);

    await run(recorded, { delivery }, { attempt });

    expect(recorded.calls).toEqual([]);
    expect(recorded.lines).toMatchObject([
      { event: 'delivery.dropped', eventId: 'e1', companyId: 7, attempt },
    ]);
  });

  it.each([
    { name: 'no subscription', loaded: { subscription: undefined }, status: 'cancelled' },
    { name: 'no keys', loaded: { keys: undefined }, status: 'cancelled' },
    { name: 'a paused subscription', loaded: { subscription: paused }, status: 'held' },
    { name: 'an emergency stop', loaded: { stopped: true }, status: 'held' },
    { name: 'no payload any more', loaded: { event: undefined }, status: 'expired' },
  ])('calls nobody with $name: $status', async ({ loaded, status }) => {
    const recorded = recordDeliver(good);

    await run(recorded, loaded);

    expect(recorded.calls).toEqual(['putDelivery']);
    expect(recorded.puts[0]?.delivery).toMatchObject({ status, attempts: 0 });
  });

  it('forwards a message of a failing subscription unattempted, and only from the fast lane', async () => {
    const fast = recordDeliver(good);
    const slow = recordDeliver(good);

    await run(fast, { health: failing });
    await run(slow, { health: failing }, {}, 'slow');

    expect(fast.calls).toEqual(['enqueue']);
    expect(JSON.parse(fast.sent[0]!.body)).toEqual(messageOf());
    expect(fast.sent[0]!.group).toBe(messageOf().subscription_id);
    expect(fast.lines).toMatchObject([
      { event: 'delivery.forwarded', eventId: 'e1', companyId: 7, attempt: 1, durationMs: 0 },
    ]);
    expect(slow.calls).toContain('attempt');
  });

  it.each(['fast', 'slow'] as const)(
    'parks behind an open circuit, from the %s lane',
    async (lane) => {
      const recorded = recordDeliver(good);

      await run(recorded, { health: openHealth }, {}, lane);

      expect(recorded.calls).toEqual(['putDelivery']);
      expect(recorded.puts[0]).toMatchObject({
        delivery: { parked: true, attempts: 0, dueAt: now },
      });
      expect(recorded.puts[0]?.wakeAt).toBeUndefined();
    },
  );

  it.each([
    ['half-open', { state: 'half-open', tendAt: now }],
    ['open, and seen empty', { ...openHealth.circuit, emptySince: later(-60_000) }],
  ] as const)(
    'sends a parked delivery round again when its circuit, %s, lost its timer meanwhile',
    async (_, circuit) => {
      const recorded = recordDeliver(good, { getHealth: async () => healthWith({}) });

      await run(recorded, { health: healthWith({ circuit, lastProbe: 3 }) }, { probe: 3 }, 'slow');

      expect(recorded.calls).toEqual(['putDelivery', 'enqueue']);
      expect(JSON.parse(recorded.sent[0]!.body)).toEqual(messageOf());
    },
  );

  it('reads no health again behind a circuit that is open and has something to probe with', async () => {
    let reads = 0;
    const getHealth = async () => {
      reads += 1;
      return healthWith({});
    };
    const recorded = recordDeliver(good, { getHealth });

    await run(recorded, { health: openHealth }, {}, 'slow');

    expect(recorded.calls).toEqual(['putDelivery']);
    expect(reads).toBe(0);
  });

  it.each([
    { name: 'lets a probe through', agoSeconds: 55, lastProbe: 3, attempts: true },
    { name: 'parks a probe less than a minute after another', agoSeconds: 54, attempts: false },
    { name: 'parks a copy of the last probe', agoSeconds: 600, lastProbe: 4, attempts: false },
    { name: 'parks a probe sent before the last', agoSeconds: 600, lastProbe: 5, attempts: false },
  ])('$name', async ({ agoSeconds, lastProbe = 0, attempts }) => {
    const circuit = { ...openHealth.circuit, probedAt: later(-agoSeconds * 1000) };
    const recorded = recordDeliver(good);

    await run(recorded, { health: { ...openHealth, circuit, lastProbe } }, { probe: 4 }, 'slow');

    expect(recorded.calls.includes('attempt')).toBe(attempts);
    expect(recorded.health[0]?.lastProbe).toBe(attempts ? 4 : undefined);
  });

  it.each([
    { name: 'parks a probe where another was quicker', by: { probedAt: now }, attempts: false },
    { name: 'takes a probe though the sweep has just tended its circuit', by: {}, attempts: true },
  ])('$name', async ({ by, attempts }) => {
    const written = { ...openHealth, circuit: { ...openHealth.circuit, ...by }, revision: 5 };
    const recorded = recordDeliver(good, {
      getHealth: async () => written,
      putHealth: async ({ revision }) => revision === 5,
    });

    await run(recorded, { health: openHealth }, { probe: 4 }, 'slow');

    expect(recorded.calls.includes('attempt')).toBe(attempts);
  });

  it('records health after a failure whose next attempt no queue took: the row’s timer is its net', async () => {
    const recorded = recordDeliver(bad, { enqueue: async (messages) => messages });

    await run(recorded);

    expect(recorded.health).toMatchObject([{ failures: 1 }]);
    expect(recorded.puts[0]?.wakeAt).toEqual(later(5_000 + 120_000));
  });

  it.each([
    ['is delivered anew where its event came again after its time', 30, ['attempt', 'putDelivery']],
    ['is known while that time lasts', 29, []],
  ])('a row that was delivered %s', async (_, days, calls) => {
    const recorded = recordDeliver(good);
    const createdAt = later(-days * 86_400_000);

    await run(recorded, {
      delivery: waiting({ status: 'delivered', attempts: 1, createdAt, revision: 7 }),
    });

    expect(recorded.calls).toEqual(calls);
    expect(recorded.puts.map(({ delivery }) => [delivery.attempts, delivery.revision])).toEqual(
      calls.length === 0 ? [] : [[1, 7]],
    );
  });

  it('decides again over what another writer made of the row', async () => {
    let first = true;
    const erased = waiting({ status: 'erased', revision: 2 });
    const recorded = recordDeliver(good, {
      putDelivery: async () => !first,
      getDelivery: async () => {
        first = false;
        return erased;
      },
    });

    await run(recorded);

    expect(recorded.calls).toEqual(['attempt']);
  });

  it('gives a message back when writers keep changing its row', async () => {
    const recorded = recordDeliver(good, {
      putDelivery: async () => false,
      getDelivery: async () => waiting({}),
    });

    await expect(run(recorded)).rejects.toThrow(ConflictError);
  });

  it('keeps a delivery that was recorded when its health cannot be, and says so', async () => {
    const recorded = recordDeliver(bad, { putHealth: async () => false });

    await run(recorded);

    expect(recorded.puts).toHaveLength(1);
    expect(recorded.lines.at(-1)).toMatchObject({ event: 'health.conflict' });
  });

  it('counts a failure over six others that were first, and pauses after each', async () => {
    const pauses: number[] = [];
    let revision = 4;
    const recorded = recordDeliver(bad, {
      getHealth: async () => healthWith({ revision, failures: revision }),
      putHealth: async (health) => {
        recorded.health.push(health);
        revision += 1;
        return revision === 11;
      },
      backOff: async (round) => void pauses.push(round),
    });

    await run(recorded, { health: healthWith({ failures: 4 }) }, {}, 'slow');

    expect(pauses).toEqual([1, 2, 3, 4, 5, 6]);
    expect(recorded.health.at(-1)).toMatchObject({ failures: 11, revision: 10 });
  });
});
