// What deliver does with a manual attempt, and with a test: made whatever the circuit says, on record, and no more.
import { describe, expect, it } from 'vitest';
import { deliver } from '../../../functions/deliver/deliver.ts';
import type { Loaded } from '../../../functions/deliver/load-batch.ts';
import { afterAttempt, type Delivery, newDelivery } from '../../../shared/delivery.ts';
import type { DeliveryMessage } from '../../../shared/delivery-message.ts';
import { delayNetMs } from '../../../shared/limits.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import {
  bad,
  gone,
  good,
  healthWith,
  later,
  loadedWith,
  messageOf,
  now,
  openHealth,
  recordDeliver,
  subscriptionId,
} from './deliver-setup.ts';

const fresh = newDelivery(
  { companyId: 7, eventId: 'e1', subscriptionId, eventType: 'candidate.moved', variant: 'full@1' },
  now,
);
const attempted = (outcome: Outcome, delaysMs: number[]): Delivery => ({
  ...afterAttempt(fresh, 1, outcome, now, { delaysMs, random: () => 0.5 }),
  revision: 1,
});
const waiting = attempted(bad, [600_000]);
const exhausted = attempted(bad, []);
const delivered = attempted(good, []);

const run = async (
  outcome: Outcome,
  message: Partial<DeliveryMessage>,
  loaded: Partial<Loaded>,
  lane: 'fast' | 'slow' = 'fast',
) => {
  const recorded = recordDeliver(outcome);
  await deliver(recorded.deps, messageOf(message), loadedWith(loaded), lane);
  return recorded;
};
const request = 'ab'.repeat(8);
const resend = (outcome: Outcome, loaded: Partial<Loaded>, lane?: 'fast' | 'slow') =>
  run(outcome, { trigger: 'manual', request, attempt: 2 }, loaded, lane);

describe('a manual attempt', () => {
  it('is made of what was delivered, and put on record as manual, with the request that asked for it', async () => {
    const { puts, calls } = await resend(good, { delivery: delivered });

    expect(calls).toEqual(['attempt', 'putDelivery']);
    expect(puts[0]?.delivery).toMatchObject({ status: 'delivered', attempts: 2 });
    expect(puts[0]?.delivery.lastAttempts.at(-1)).toMatchObject({
      number: 2,
      trigger: 'manual',
      request,
    });
  });

  it('goes through an open circuit, whose success it is', async () => {
    const { calls, health } = await resend(
      good,
      { delivery: exhausted, health: openHealth },
      'slow',
    );

    expect(calls).toContain('attempt');
    expect(health).toMatchObject([{ circuit: { state: 'half-open' }, failures: 0 }]);
  });

  it('leaves the fast lane where its receiver is in trouble', async () => {
    const { calls, sent } = await resend(good, { health: healthWith({ failures: 5 }) });

    expect(calls).toEqual(['enqueue']);
    expect(JSON.parse(sent[0]!.body)).toMatchObject({ trigger: 'manual', attempt: 2 });
  });

  it('that fails leaves a waiting delivery its time, with a message and a net for it', async () => {
    const { puts, sent } = await resend(bad, { delivery: waiting });

    expect(puts).toMatchObject([
      {
        delivery: { status: 'waiting', dueAt: later(600_000) },
        wakeAt: later(600_000 + delayNetMs),
      },
    ]);
    expect(sent).toMatchObject([{ delaySeconds: 600 }]);
    expect(JSON.parse(sent[0]!.body)).toMatchObject({ attempt: 3 });
  });

  it('that fails before the first one leaves that to the sweep: its message is void now', async () => {
    const { puts, sent } = await run(bad, { trigger: 'manual', attempt: 1 }, {});

    expect(puts).toMatchObject([
      { delivery: { status: 'waiting', attempts: 1, dueAt: now }, wakeAt: later(delayNetMs) },
    ]);
    expect(sent).toEqual([]);
  });

  it('that fails after the end tells the ATS nothing that it has been told', async () => {
    const { puts } = await resend(bad, { delivery: exhausted });

    expect(puts[0]?.delivery.status).toBe('exhausted');
    expect(puts[0]?.wakeAt).toBeUndefined();
  });

  it('that fails after the end keeps the notice that has yet to be given', async () => {
    const { puts } = await resend(bad, { delivery: { ...exhausted, untold: true } });

    expect(puts[0]?.wakeAt).toEqual(now);
  });

  it('keeps what the receiver answered under its own number, and beside a scheduled one of that number', async () => {
    const recorded = recordDeliver(bad);
    const details: unknown[] = [];
    const putFailedAttempt = async (_: Delivery, summary: object) => void details.push(summary);

    await deliver(
      { ...recorded.deps, putFailedAttempt },
      messageOf({ trigger: 'manual', attempt: 2 }),
      loadedWith({ delivery: exhausted }),
      'fast',
    );

    expect(details).toMatchObject([{ number: 2, trigger: 'manual' }]);
  });

  it.each([
    [
      'the subscription is paused',
      { subscription: { ...loadedWith().subscription!, status: 'paused' } },
    ],
    ['the subscription is deleted', { subscription: undefined }],
    ['the payload has passed its time', { event: undefined }],
    ['an emergency stop stands', { stopped: true }],
    ['it is erased', { delivery: { ...exhausted, status: 'erased' } }],
  ] as [string, Partial<Loaded>][])(
    'is not made where %s, and changes nothing',
    async (_, change) => {
      const { calls, lines } = await resend(good, { delivery: exhausted, ...change });

      expect(calls).toEqual([]);
      expect(lines).toMatchObject([{ event: 'delivery.dropped' }]);
    },
  );

  it('is made, and on record, where another request took the number that it asks for', async () => {
    const first = await resend(bad, { delivery: exhausted });
    const after = { ...first.puts[0]!.delivery, revision: 2 };

    const other = await run(
      good,
      { trigger: 'manual', request: 'cd'.repeat(8), attempt: 2 },
      { delivery: after },
    );

    expect(other.calls).toEqual(['attempt', 'putDelivery']);
    expect(other.puts[0]?.delivery.lastAttempts.slice(-2)).toMatchObject([
      { number: 2, request },
      { number: 3, request: 'cd'.repeat(8) },
    ]);
  });

  it('whose receiver wants to be called later puts off the next one, and its message and net with it', async () => {
    const busy: Outcome = {
      kind: 'refused',
      errorClass: 'http',
      status: 503,
      retryAfterMs: 700_000,
      bodyExcerpt: '',
      headers: {},
      startedAt: now,
      durationMs: 40,
    };

    const { puts, sent } = await resend(busy, { delivery: waiting });

    expect(puts).toMatchObject([
      { delivery: { dueAt: later(700_000) }, wakeAt: later(700_000 + delayNetMs) },
    ]);
    expect(sent).toMatchObject([{ delaySeconds: 700 }]);
  });

  it('is not made again by a copy of its message', async () => {
    const first = await resend(bad, { delivery: exhausted });
    const after = { ...first.puts[0]!.delivery, revision: 2 };

    const copy = await resend(bad, { delivery: after });

    expect(copy.calls).toEqual([]);
  });
});

describe('a test', () => {
  const test = (outcome: Outcome, loaded: Partial<Loaded> = {}) =>
    run(outcome, { test: true }, loaded, 'slow');

  it.each([
    ['a success', good, 'delivered'],
    ['a failure', bad, 'exhausted'],
    ['the wish to be disabled', gone, 'exhausted'],
  ])('ends with %s, and touches no health', async (_, outcome, status) => {
    const { puts, calls, health, sent } = await test(outcome, { health: openHealth });

    expect(puts).toMatchObject([{ delivery: { status, attempts: 1, test: true } }]);
    expect(puts[0]?.wakeAt).toBeUndefined();
    expect(calls).not.toContain('disableSubscription');
    expect([...health, ...sent]).toEqual([]);
  });

  it('is cancelled where an emergency stop stands', async () => {
    const { puts, calls } = await test(good, { stopped: true });

    expect(calls).toEqual(['putDelivery']);
    expect(puts).toMatchObject([{ delivery: { status: 'cancelled' } }]);
  });
});
