// Probes through a slow lane of any latency: deliver and the sweep over one clock, a second at a time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliver } from '../../../functions/deliver/deliver.ts';
import { tendHealth } from '../../../functions/sweep/tend-health.ts';
import { afterFailure } from '../../../shared/circuit.ts';
import { type Delivery, newDelivery, park } from '../../../shared/delivery.ts';
import type { DeliveryMessage } from '../../../shared/delivery-message.ts';
import type { Health } from '../../../shared/health.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';
import { bad, good, healthWith, loadedWith, now, recordDeliver } from './deliver-setup.ts';

interface Weather {
  /** From a message's sending to its arrival in deliver. */
  readonly latencySeconds: number;
  /** What each message takes longer than that, in turn. */
  readonly laterSeconds: readonly number[];
  /** How much later than the minute each sweep comes, in turn. */
  readonly sweepLateSeconds: readonly number[];
  /** Of so many messages SQS brings one twice. */
  readonly copyEvery: number;
  readonly failsForSeconds: number;
}

const parkedCount = 60;

/** A circuit that has just opened, and what is parked behind it, until it is closed or `seconds` have passed. */
const simulate = async (weather: Weather, seconds: number) => {
  let clock = now.getTime();
  const at = () => new Date(clock);
  const secondsIn = () => (clock - now.getTime()) / 1000;
  let health: Health = healthWith({
    failures: 10,
    circuit: afterFailure({ state: 'closed' }, 10, new Date(clock - 60_000), at()),
  });
  const rows = new Map<string, Delivery>();
  for (let n = 0; n < parkedCount; n += 1) {
    const name = { companyId: 7, eventId: `e${n}`, subscriptionId: health.subscriptionId };
    const fresh = newDelivery({ ...name, eventType: 'candidate.moved', variant: 'full@1' }, now);
    rows.set(name.eventId, { ...park(fresh, new Date(clock - parkedCount + n)), revision: 1 });
  }
  let lane: { arrivesAt: number; message: DeliveryMessage }[] = [];
  const probes: { second: number; eventId: string }[] = [];
  let [sent, isProbe] = [0, false];
  const send = ({ body, delaySeconds = 0 }: QueueMessage): void => {
    sent += 1;
    const later = weather.laterSeconds[sent % weather.laterSeconds.length]!;
    const arrivesAt = clock + 1000 * (delaySeconds + weather.latencySeconds + later);
    const message = JSON.parse(body) as DeliveryMessage;
    lane.push({ arrivesAt, message });
    if (sent % weather.copyEvery === 0) lane.push({ arrivesAt: arrivesAt + 1_000, message });
  };
  const { deps } = recordDeliver(good, {
    now: at,
    getHealth: async () => health,
    putHealth: async (next) => {
      if (next.revision !== health.revision) return false;
      health = { ...next, revision: next.revision + 1 };
      return true;
    },
    putDelivery: async (delivery) => {
      rows.set(delivery.eventId, { ...delivery, revision: delivery.revision + 1 });
      return true;
    },
    enqueue: async (messages) => {
      for (const message of messages) send(message);
      return [];
    },
    attempt: async ({ delivery: { eventId } }) => {
      if (isProbe) probes.push({ second: secondsIn(), eventId });
      const outcome = secondsIn() < weather.failsForSeconds ? bad : good;
      return { ...outcome, startedAt: at() };
    },
  });
  const sweepDeps = {
    ...deps,
    getHealth: async () => health,
    getSubscription: async () => loadedWith().subscription,
    publish: async () => [],
    remainingMs: () => 30_000,
    findParked: async (_: Health, before: Date, limit: number) =>
      [...rows.values()]
        .filter(({ parked, dueAt }) => parked && dueAt! <= before)
        .toSorted((one, other) => Number(one.dueAt) - Number(other.dueAt))
        .slice(0, limit)
        .map(({ eventId, dueAt }) => ({ pk: eventId, sk: '', at: dueAt!.toISOString() })),
    claimParked: async ({ pk }: { pk: string }) => {
      rows.set(pk, { ...rows.get(pk)!, parked: false });
      return rows.get(pk);
    },
  };
  for (let second = 1, sweeps = 0, sweepAt = 60; second <= seconds; second += 1) {
    clock = now.getTime() + second * 1000;
    if (second >= sweepAt) {
      sweeps += 1;
      const timerAt = new Date(now.getTime() + sweeps * 60_000);
      const hints = health.circuit.tendAt! <= at() ? [{ pk: '', sk: '', at: '' }] : [];
      await tendHealth({ ...sweepDeps, timerAt }, hints);
      const late = weather.sweepLateSeconds[sweeps % weather.sweepLateSeconds.length]!;
      sweepAt = 60 * (sweeps + 1) + late;
    }
    const arrived = lane.filter(({ arrivesAt }) => arrivesAt <= clock);
    lane = lane.filter(({ arrivesAt }) => arrivesAt > clock);
    for (const { message } of arrived) {
      isProbe = health.circuit.state === 'open';
      const delivery = rows.get(message.event_id)!;
      await deliver(deps, message, loadedWith({ delivery, health }), 'slow');
    }
    if (health.circuit.state === 'closed') return { probes, closedAt: second };
  }
  return { probes, closedAt: undefined };
};

const steady = { laterSeconds: [0], sweepLateSeconds: [0], copyEvery: 1_000, failsForSeconds: 0 };

describe('the probes of an open circuit', () => {
  it.each([5, 45, 58, 65, 90, 130, 300, 600])(
    'close it once the receiver is well, when the slow lane is %i s behind',
    async (latencySeconds) => {
      const { probes, closedAt } = await simulate({ ...steady, latencySeconds }, 3_600);

      expect(probes.map(({ eventId }) => eventId)).toEqual(['e0']);
      expect(closedAt).toBeLessThanOrEqual(60 + latencySeconds + 60);
    },
  );

  it.each([5, 65, 300])(
    'go one a minute, the longest overdue first, while it fails and the lane is %i s behind',
    async (latencySeconds) => {
      const weather = { ...steady, latencySeconds, failsForSeconds: 1_800 };

      const { probes } = await simulate(weather, 1_800);

      const minutes = Math.floor((1_800 - latencySeconds) / 60);
      expect(probes.map(({ eventId }) => eventId)).toEqual(
        Array.from({ length: minutes }, (_, n) => `e${n}`),
      );
    },
  );

  it('close it, and never go two within 55 s, however late and uneven the slow lane is', async () => {
    const seconds = (max: number) =>
      fc.array(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 12 });
    const weathers = fc.record({
      latencySeconds: fc.integer({ min: 5, max: 600 }),
      laterSeconds: seconds(90),
      sweepLateSeconds: seconds(20),
      copyEvery: fc.integer({ min: 1, max: 5 }),
      failsForSeconds: fc.integer({ min: 0, max: 1_200 }),
    });

    await fc.assert(
      fc.asyncProperty(weathers, async (weather) => {
        const { probes, closedAt } = await simulate(weather, 7_200);
        const gaps = probes.slice(1).map(({ second }, n) => second - probes[n]!.second);

        expect(probes[0]!.second).toBeGreaterThanOrEqual(55);
        expect(gaps.filter((gap) => gap < 55)).toEqual([]);
        expect(closedAt).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });
});
