// A subscription's own limit: never more callbacks in a second than it says, and everything delivered in the end.
import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeliverDeps, deliver } from '../../../functions/deliver/deliver.ts';
import { tendHealth } from '../../../functions/sweep/tend-health.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import { type DeliveryMessage, readDeliveryMessage } from '../../../shared/delivery-message.ts';
import type { Health } from '../../../shared/health.ts';
import { createMetrics } from '../../../shared/metrics.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import {
  good,
  healthWith,
  later,
  loadedWith,
  messageOf,
  recordDeliver,
  now as startedAt,
  subscriptionId,
} from './deliver-setup.ts';

const { subscription } = loadedWith() as { subscription: Subscription };
const sweepEveryMs = 60_000;

/** One subscription, its rows, its two lanes and its sweep, on a clock that every call moves a little. */
const createWorld = (maxPerSecond: number, jitter: () => number) => {
  const rows = new Map<string, Delivery>();
  const turns = new Map<number, number>();
  const lanes: { at: number; lane: 'fast' | 'slow'; message: DeliveryMessage }[] = [];
  const timers: { at: number; wake: () => void }[] = [];
  const calledInSecond = new Map<number, number>();
  let health: Health | undefined;
  let healthWrites = 0;
  let clock = startedAt.getTime();
  const limited = { ...subscription, maxPerSecond };
  const until = (at: number) =>
    new Promise<void>((resolve) => timers.push({ at, wake: () => resolve() }));
  const tick = () => until(clock + jitter());
  const putHealth = async (next: Health) => {
    await tick();
    if ((health?.revision ?? 0) !== next.revision) return false;
    health = { ...next, revision: next.revision + 1 };
    healthWrites += 1;
    return true;
  };
  const enqueue: DeliverDeps['enqueue'] = async (messages) => {
    for (const { body, delaySeconds = 0 } of messages) {
      const at = clock + delaySeconds * 1000;
      lanes.push({ at, lane: 'slow', message: readDeliveryMessage(body) });
    }
    return [];
  };
  const shared = {
    putHealth,
    enqueue,
    now: () => new Date(clock),
    log: () => {},
    metrics: createMetrics(
      () => startedAt,
      () => {},
    ),
  };
  const { deps } = recordDeliver(good, {
    ...shared,
    getHealth: async () => health,
    takeTurn: async (_, second, max) => {
      await tick();
      const taken = turns.get(second) ?? 0;
      if (taken < max) turns.set(second, taken + 1);
      await tick();
      return taken < max;
    },
    waitUntil: (at) => until(at.getTime()),
    attempt: async () => {
      const second = Math.floor(clock / 1000);
      calledInSecond.set(second, (calledInSecond.get(second) ?? 0) + 1);
      await tick();
      return { ...good, startedAt: new Date(clock) };
    },
    putDelivery: async (delivery) => {
      rows.set(delivery.eventId, { ...delivery, revision: delivery.revision + 1 });
      return true;
    },
  });
  const sweep = () =>
    tendHealth(
      {
        ...shared,
        getHealth: async () => health,
        getSubscription: async () => limited,
        disableSubscription: async () => false,
        findParked: async (_, before, limit) =>
          [...rows.values()]
            .filter(({ parked, dueAt }) => parked && dueAt! <= before)
            .toSorted((one, other) => Number(one.dueAt) - Number(other.dueAt))
            .slice(0, limit)
            .map(({ eventId, dueAt }) => ({ pk: eventId, sk: '', at: dueAt!.toISOString() })),
        claimParked: async ({ pk }) => {
          const row = { ...rows.get(pk)!, parked: false };
          rows.set(pk, row);
          return row;
        },
        publish: async () => [],
        remainingMs: () => 30_000,
        timerAt: new Date(clock),
      },
      [{ pk: '', sk: '', at: '' }],
    );
  return {
    rows,
    calledInSecond,
    /** Publishes so many events at each of these times, and runs until everything has ended. */
    run: async (bursts: readonly { atMs: number; count: number }[]) => {
      for (const [index, { atMs, count }] of bursts.entries()) {
        for (let n = 0; n < count; n += 1) {
          const message = messageOf({ event_id: `e${index}_${n}` });
          lanes.push({ at: startedAt.getTime() + atMs, lane: 'fast', message });
        }
      }
      const running = new Set<Promise<void>>();
      const start = (work: Promise<unknown>) => {
        const done = work.then(() => void running.delete(done));
        running.add(done);
      };
      const isOver = () =>
        lanes.length + running.size === 0 &&
        [...rows.values()].every(({ status }) => status !== 'waiting');
      let sweepAt = clock + sweepEveryMs;
      // Every worker comes to its next wait before the clock moves on.
      for (let steps = 0; !isOver(); await setImmediate(), steps += 1) {
        expect(steps).toBeLessThan(20_000);
        const due = Math.min(sweepAt, ...timers.map(({ at }) => at), ...lanes.map(({ at }) => at));
        clock = Math.max(clock, due);
        for (const { wake } of takeOut(timers, ({ at }) => at <= clock)) wake();
        for (const { message, lane } of takeOut(lanes, ({ at }) => at <= clock)) {
          const delivery = rows.get(message.event_id);
          const loaded = { ...loadedWith({ delivery, health }), subscription: limited };
          start(deliver(deps, message, loaded, lane));
        }
        if (sweepAt > clock) continue;
        start(sweep());
        sweepAt = clock + sweepEveryMs;
      }
      return { health, healthWrites, endedAt: new Date(clock) };
    },
  };
};

const takeOut = <Item>(items: Item[], isTaken: (item: Item) => boolean): Item[] => {
  const taken = items.filter(isTaken);
  for (const item of taken) items.splice(items.indexOf(item), 1);
  return taken;
};

describe('a limit of callbacks a second', () => {
  it('is kept in every second, spends no attempt, and holds nothing for ever', async () => {
    const burst = fc.record({ atMs: fc.nat(150_000), count: fc.integer({ min: 1, max: 40 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(burst, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 40 })),
        async (max, bursts, jitters) => {
          const world = createWorld(max, () => jitters.next().value);

          await world.run(bursts);

          expect(Math.max(...world.calledInSecond.values())).toBeLessThanOrEqual(max);
          const ended = [...world.rows.values()].map(({ status, attempts }) => [status, attempts]);
          expect(ended.length).toBe(bursts.reduce((sum, { count }) => sum + count, 0));
          expect(
            ended.every(([status, attempts]) => status === 'delivered' && attempts === 1),
          ).toBe(true);
        },
      ),
      { numRuns: process.env.RAPPEL_FULL ? 500 : 30 },
    );
  });

  it('that a burst keeps within two seconds parks nothing, and writes no health', async () => {
    const world = createWorld(5, () => 1);

    const { healthWrites, endedAt } = await world.run([{ atMs: 0, count: 10 }]);

    expect(healthWrites).toBe(0);
    expect(endedAt.getTime()).toBeLessThan(later(2_000).getTime());
  });

  it('lets a backlog through at its own pace, with one write of health for all that is parked', async () => {
    const world = createWorld(2, () => 1);

    const { health, healthWrites, endedAt } = await world.run([{ atMs: 0, count: 200 }]);

    // The first minute passes until the sweep; then two a second.
    expect(endedAt.getTime() - startedAt.getTime()).toBeLessThan(4 * 60_000);
    expect(health?.circuit).toMatchObject({ state: 'closed', paced: true });
    expect(healthWrites).toBeLessThanOrEqual(5);
  });
});

describe('a delivery', () => {
  const limited = { ...subscription, maxPerSecond: 1 };
  const paced = healthWith({ circuit: { state: 'closed', tendAt: later(60_000), paced: true } });

  it('that comes while others wait lines up behind them, and takes no turn', async () => {
    const { deps, calls } = recordDeliver(good);

    await deliver(deps, messageOf(), loadedWith({ health: paced, subscription: limited }), 'fast');

    expect(calls).toEqual(['putDelivery']);
  });

  it('that waits is parked before its timer is set: no crash in between loses it', async () => {
    const { deps, calls, puts, health } = recordDeliver(good, {
      takeTurn: async () => false,
      getHealth: async () => undefined,
    });

    await deliver(deps, messageOf(), loadedWith({ subscription: limited }), 'fast');

    expect(calls).toEqual(['putDelivery', 'putHealth']);
    expect(puts[0]?.delivery).toMatchObject({ status: 'waiting', parked: true, attempts: 0 });
    expect(health[0]).toMatchObject({
      subscriptionId,
      circuit: { paced: true, tendAt: startedAt },
    });
  });

  it('of a subscription without a limit takes no turn', async () => {
    const { deps, calls } = recordDeliver(good);

    await deliver(deps, messageOf(), loadedWith(), 'fast');

    expect(calls).not.toContain('takeTurn');
  });

  it('that a person asked for waits for no turn', async () => {
    const { deps, calls } = recordDeliver(good, { takeTurn: async () => false });

    await deliver(
      deps,
      messageOf({ trigger: 'manual' }),
      loadedWith({ health: paced, subscription: limited }),
      'fast',
    );

    expect(calls).toContain('attempt');
  });

  it('of a subscription that fails while others wait opens its circuit no sooner than else', async () => {
    const { deps, health } = recordDeliver({
      kind: 'unreachable',
      errorClass: 'connect',
      reason: '',
      startedAt,
      durationMs: 40,
    });

    await deliver(deps, messageOf(), loadedWith({ health: paced, subscription: limited }), 'slow');

    expect(health[0]).toMatchObject({ failures: 1, circuit: { state: 'closed', paced: true } });
  });
});
