// What the sweep does with a subscription's health: probes and drains its circuit, disables it, tells the ATS.
import { describe, expect, it } from 'vitest';
import type { Subscription } from '../../../shared/subscription.ts';
import { healthShard } from '../../../shared/timers-table.ts';
import {
  deliveryOf,
  disabled,
  enabled,
  healthOf,
  hintOf,
  later,
  now,
  open,
  run,
  subscriptionId,
} from './sweep-setup.ts';

describe('the sweep', () => {
  it('lets one probe through an open circuit, after it wrote the next minute', async () => {
    const { sent, put } = await run({ [healthShard]: ['h'] });

    expect(put).toMatchObject([{ circuit: { state: 'open', tendAt: later(60) } }]);
    expect(sent.map(({ body }) => JSON.parse(body))).toMatchObject([{ event_id: 'p1', probe: 5 }]);
  });

  it('releases nothing where another sweep tended the circuit first', async () => {
    const { sent } = await run({ [healthShard]: ['h'] }, { putHealth: async () => false });

    expect(sent).toEqual([]);
  });

  it('leaves a circuit to the next sweep when too little time is left to release anything', async () => {
    let remaining = 30_000;

    const { put, sent } = await run(
      {},
      {
        remainingMs: () => remaining,
        findDue: async (shard) => {
          if (shard !== healthShard) return { hints: [] };
          remaining = 4_999;
          return { hints: [hintOf('h')] };
        },
      },
    );

    expect([put, sent]).toEqual([[], []]);
  });

  it('stops releasing where the queue takes nothing, and claims no more', async () => {
    const claims: string[] = [];
    const health = healthOf({ circuit: { state: 'half-open', tendAt: now } });

    const { done, lines } = await run(
      { [healthShard]: ['h1', 'h2', 'h3'] },
      {
        getHealth: async ({ pk }) => ({ ...health, subscriptionId: pk }),
        findParked: async (_health, _now, limit) =>
          Array.from({ length: limit }, (_, n) => hintOf(`p${n}`)),
        claimParked: async ({ pk }) => {
          claims.push(pk);
          return deliveryOf(pk);
        },
        enqueue: async (messages) => {
          if (messages.length > 0) throw new Error('SQS is down');
          return [];
        },
      },
    );

    expect(claims).toHaveLength(100);
    expect(done).toMatchObject({ faults: 1 });
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'sweep.fault', shard: healthShard }),
    );
  });

  it('does not tend a circuit before its minute, whatever the index says', async () => {
    const health = healthOf({ circuit: { state: 'open', tendAt: later(1) } });

    const { sent, put } = await run({ [healthShard]: ['h'] }, { getHealth: async () => health });

    expect([sent, put]).toEqual([[], []]);
  });

  it('drains evenly over the minute once the receiver is back', async () => {
    const health = healthOf({ circuit: { state: 'half-open', tendAt: now } });

    const { sent, put } = await run({ [healthShard]: ['h'] }, { getHealth: async () => health });

    expect(put).toMatchObject([{ circuit: { state: 'closed', drainStep: 0 } }]);
    expect(sent.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 20, 40]);
    expect(sent.map(({ body }) => JSON.parse(body).probe)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('lets all go for a subscription that is not enabled: deliver holds them', async () => {
    const { events, put } = await run(
      { [healthShard]: ['h'] },
      {
        getSubscription: async () => ({ ...enabled, status: 'paused' }),
      },
    );

    expect(events).toEqual(['p1', 'p2', 'p3']);
    expect(put).toMatchObject([{ circuit: { state: 'closed' } }]);
  });

  it('disables a subscription that failed for five days, and says so once', async () => {
    const asked: string[] = [];
    let status: Subscription['status'] = 'enabled';

    const { told, put } = await run(
      { [healthShard]: ['h'] },
      {
        getHealth: async () => healthOf({ notices: [disabled] }),
        getSubscription: async () => ({ ...enabled, status }),
        disableSubscription: async ({ id }) => {
          status = 'disabled';
          return asked.push(id) > 0;
        },
      },
    );

    expect(asked).toEqual([subscriptionId]);
    expect(told).toMatchObject([
      { type: 'webhook.subscription.disabled', companyId: 7, data: { reason: 'failures' } },
    ]);
    expect(put).toMatchObject([{ notices: [] }]);
  });

  it.each([
    { name: 'changed by the company since', subscription: { ...enabled, updatedAt: later(1) } },
    { name: 'paused', subscription: { ...enabled, status: 'paused' as const } },
    { name: 'deleted', subscription: undefined },
  ])('neither disables nor announces a subscription that is $name', async ({ subscription }) => {
    const { told, put } = await run(
      { [healthShard]: ['h'] },
      {
        getHealth: async () => healthOf({ notices: [disabled] }),
        getSubscription: async () => subscription,
        disableSubscription: async () => {
          throw new Error('must not be called');
        },
      },
    );

    expect(told).toEqual([]);
    expect(put).toMatchObject([{ notices: [] }]);
  });

  const failing = {
    kind: 'failing',
    share: 0.5,
    at: now,
    failures: 10,
    failingSince: later(-9),
  } as const;

  it('keeps a notice that the bus did not take, and tends the circuit all the same', async () => {
    const { put, events } = await run(
      { [healthShard]: ['h'] },
      {
        getHealth: async () => healthOf({ circuit: open, notices: [failing] }),
        publish: async () => {
          throw new Error('EventBridge is down');
        },
      },
    );

    expect(put).toMatchObject([{ notices: [failing], circuit: { tendAt: later(60) } }]);
    expect(events).toEqual(['p1']);
  });

  it('lets a probe go before it tells what the bus may take its time for', async () => {
    const order: string[] = [];

    await run(
      { [healthShard]: ['h'] },
      {
        getHealth: async () => healthOf({ circuit: open, notices: [failing] }),
        enqueue: async (messages) => {
          order.push(...messages.map(() => 'probe'));
          return [];
        },
        publish: async (events) => {
          order.push(...events.map(() => 'news'));
          return [];
        },
      },
    );

    expect(order).toEqual(['probe', 'news']);
  });

  it.each([
    ['from when it was to begin, and is in time for it a minute later', -30, 57],
    ['from the last one where sweeps come sooner', -1, 59],
  ])('times the next probe %s', async (_, dueSeconds, nextSeconds) => {
    const circuit = { ...open, tendAt: later(dueSeconds) };

    const { put } = await run(
      { [healthShard]: ['h'] },
      { timerAt: later(-3), getHealth: async () => healthOf({ circuit }) },
    );

    expect(put[0]?.circuit.tendAt).toEqual(later(nextSeconds));
  });
});
