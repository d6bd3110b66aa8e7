// Many circuits that drain at once, over ports that take time: what one sweep cannot release, the following ones do.
import { expect, it } from 'vitest';
import { type SweepDeps, sweep } from '../../../functions/sweep/sweep.ts';
import type { Circuit } from '../../../shared/circuit.ts';
import type { Health } from '../../../shared/health.ts';
import { functionTimeoutSeconds } from '../../../shared/limits.ts';
import { createMetrics } from '../../../shared/metrics.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { type Hint, healthShard } from '../../../shared/timers-table.ts';
import { deliveryOf, enabled, healthOf, hintOf, now as start } from './sweep-setup.ts';

/** Every call of any port takes its share of a second: so many end in one. */
const callsPerSecond = 150;
const subscriptions = 24;
const parkedEach = 400;
const maxPerSecond = 5;

const createWorld = () => {
  let [clock, endsAt] = [start.getTime(), 0];
  const health = new Map<string, Health>();
  const parked = new Map<string, string[]>();
  const claimed = new Set<string>();
  const arrivals = new Map<string, number[]>();
  for (let n = 0; n < subscriptions; n += 1) {
    const id = `sub${n}`;
    const circuit: Circuit = { state: 'closed', tendAt: start };
    // Every other one waits for its own limit, the rest for their receivers, which are back.
    const waits = n % 2 === 0 ? { paced: true } : { drainStep: 3 };
    health.set(id, healthOf({ subscriptionId: id, circuit: { ...circuit, ...waits } }));
    parked.set(
      id,
      Array.from({ length: parkedEach }, (_, row) => `${id}-${row}`),
    );
    arrivals.set(id, []);
  }
  const call = async <Result>(act: () => Result): Promise<Result> => {
    clock += 1000 / callsPerSecond;
    if (clock > endsAt) throw new Error('Lambda ended the sweep');
    await Promise.resolve();
    return act();
  };
  const lines: string[] = [];
  const deps: SweepDeps = {
    findDue: (shard, before) =>
      call(() => {
        const due = [...health.values()]
          .filter(({ circuit: { tendAt } }) => tendAt !== undefined && tendAt <= before)
          .toSorted((one, other) => Number(one.circuit.tendAt) - Number(other.circuit.tendAt));
        return { hints: shard === healthShard ? due.map((it) => hintOf(it.subscriptionId)) : [] };
      }),
    getHealth: ({ pk }) => call(() => health.get(pk)),
    putHealth: (next) =>
      call(() => {
        health.set(next.subscriptionId, { ...next, revision: next.revision + 1 });
        return true;
      }),
    getSubscription: (_, id) => {
      const limit = health.get(id)?.circuit.paced ? { maxPerSecond } : {};
      return call((): Subscription => ({ ...enabled, id, ...limit }));
    },
    findParked: ({ subscriptionId }, _, limit) =>
      call((): Hint[] => parked.get(subscriptionId)!.slice(0, limit).map(hintOf)),
    claimParked: ({ pk }) =>
      call(() => {
        const id = pk.split('-')[0]!;
        parked.set(
          id,
          parked.get(id)!.filter((row) => row !== pk),
        );
        claimed.add(pk);
        return deliveryOf(pk, { subscriptionId: id });
      }),
    enqueue: (messages) =>
      call(() => {
        for (const { body, group, delaySeconds = 0 } of messages) {
          claimed.delete(JSON.parse(body).event_id);
          arrivals.get(group!)!.push(clock + delaySeconds * 1000);
        }
        return [];
      }),
    claimDue: async () => undefined,
    clearDue: async () => false,
    disableSubscription: async () => false,
    publish: async () => [],
    erases: () => false,
    tendJob: async () => undefined,
    remainingMs: () => endsAt - clock,
    timerAt: new Date(clock),
    now: () => new Date(clock),
    log: ({ event }) => void lines.push(event),
    metrics: createMetrics(
      () => start,
      () => {},
    ),
  };
  const sweepOnce = async (minute: number): Promise<{ tookMs: number }> => {
    const startedAt = start.getTime() + minute * 60_000;
    clock = Math.max(clock, startedAt);
    endsAt = clock + functionTimeoutSeconds * 1000;
    await sweep(deps);
    return { tookMs: clock - startedAt };
  };
  const left = () => [...parked.values()].flat().length;
  return { sweepOnce, claimed, arrivals, lines, left };
};

/** The most that arrive within ten seconds. */
const mostWithinTenSeconds = (times: readonly number[]): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 10_000).length));

it('releases what its time allows, leaves no claimed row without its message, and goes on the next minute', async () => {
  const { sweepOnce, claimed, arrivals, lines, left } = createWorld();
  const leftAfter: number[] = [];

  for (let minute = 0; left() > 0 && minute < 10; minute += 1) {
    const { tookMs } = await sweepOnce(minute);

    expect(tookMs).toBeLessThan(functionTimeoutSeconds * 1000 - 1_000);
    expect([...claimed]).toEqual([]);
    leftAfter.push(left());
  }

  expect(leftAfter.length).toBeGreaterThan(2);
  expect(left()).toBe(0);
  expect(lines).not.toContain('sweep.fault');
  expect(lines).not.toContain('sweep.row-fault');
  for (const [id, times] of arrivals) {
    const perSecond = Number(id.slice(3)) % 2 === 0 ? maxPerSecond : 10;
    expect(times).toHaveLength(parkedEach);
    // Ten of one batch may be a second early, and a minute may begin while the one before ends.
    expect(mostWithinTenSeconds(times.toSorted((a, b) => a - b))).toBeLessThanOrEqual(
      perSecond * 10 + 11,
    );
  }
});

it('gives each its share where there is not time for all', async () => {
  const { sweepOnce, arrivals } = createWorld();

  await sweepOnce(0);

  const counts = [...arrivals.values()].map(({ length }) => length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(10);
  expect(Math.min(...counts)).toBeGreaterThan(50);
});
