// The life of a delivery, transition by transition.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterAttempt,
  type Delivery,
  endWithoutAttempt,
  mayAttempt,
  newDelivery,
  park,
  type RetryPolicy,
} from '../../shared/delivery.ts';
import { retryDelaysMs } from '../../shared/limits.ts';
import type { Outcome, ReceiverRequest } from '../../shared/outcome.ts';

const now = new Date('2026-11-24T09:00:00Z');
const hour = 3_600_000;
const base = { startedAt: now, durationMs: 40 };
const accepted: Outcome = { ...base, kind: 'accepted', status: 200 };
const refused = (status: number, more: object = {}): Outcome => ({
  ...base,
  kind: 'refused',
  errorClass: 'http',
  status,
  bodyExcerpt: '',
  headers: {},
  ...more,
});
const unreachable: Outcome = { ...base, kind: 'unreachable', errorClass: 'dns', reason: '' };
const cutOff = (request: ReceiverRequest): Outcome => ({
  ...unreachable,
  errorClass: 'protocol',
  status: 200,
  request,
});
const policy: RetryPolicy = { delaysMs: retryDelaysMs, random: () => 0.5 };
const fresh = newDelivery(
  {
    companyId: 7,
    eventId: 'e',
    subscriptionId: 's',
    eventType: 'candidate.moved',
    variant: 'full@1',
  },
  now,
);
const made = (attempts: number, more: Partial<Delivery> = {}): Delivery => ({
  ...fresh,
  attempts,
  ...more,
});
const waitOf = (delivery: Delivery) => delivery.dueAt && delivery.dueAt.getTime() - now.getTime();

describe('a delivery', () => {
  it.each([
    { name: 'a 2xx', outcome: accepted, status: 'delivered' },
    { name: 'a redirect', outcome: refused(302), status: 'waiting' },
    { name: 'a 404', outcome: refused(404), status: 'waiting' },
    { name: 'a 500', outcome: refused(500), status: 'waiting' },
    { name: 'a dead name', outcome: unreachable, status: 'waiting' },
    { name: '410', outcome: refused(410, { request: 'disable-subscription' }), status: 'held' },
    { name: 'abort', outcome: refused(400, { request: 'abort-delivery' }), status: 'cancelled' },
    { name: 'disable, cut off', outcome: cutOff('disable-subscription'), status: 'held' },
    { name: 'abort, cut off', outcome: cutOff('abort-delivery'), status: 'cancelled' },
  ])('is $status after $name', ({ outcome, status }) => {
    const next = afterAttempt(fresh, 1, outcome, now, policy);

    expect(next.status).toBe(status);
    expect(next.attempts).toBe(1);
    expect(next.dueAt === undefined).toBe(status !== 'waiting');
  });

  it('has ten attempts over about 75 hours, then is exhausted', () => {
    const waits: number[] = [];
    let delivery = fresh;
    for (let attempt = 1; delivery.status === 'waiting'; attempt += 1) {
      delivery = afterAttempt(delivery, attempt, unreachable, now, policy);
      waits.push(waitOf(delivery) ?? 0);
    }

    expect(delivery).toMatchObject({ status: 'exhausted', attempts: 10 });
    expect(waits.slice(0, -1)).toEqual([...retryDelaysMs]);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / hour).toBeCloseTo(75.6, 1);
  });

  it('begins the schedule anew with a new round', () => {
    const resent = made(10, { roundStart: 10 });

    expect(waitOf(afterAttempt(resent, 11, unreachable, now, policy))).toBe(5_000);
  });

  it.each([
    { share: 0.8, name: 'a fifth less', random: 0 },
    { share: 1, name: 'as long', random: 0.5 },
    { share: 1.2, name: 'a fifth more', random: 1 - 2 ** -53 },
  ])('waits $name than each step of the schedule, at this end of chance', ({ share, random }) => {
    const [second, minute] = [1_000, 60_000];
    const steps = [
      5 * second,
      5 * minute,
      30 * minute,
      ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour),
    ];

    const waits = steps.map((_, made_) =>
      waitOf(
        afterAttempt(made(made_), made_ + 1, unreachable, now, { ...policy, random: () => random }),
      ),
    );

    expect(waits).toEqual(steps.map((step) => Math.round(step * share)));
  });

  it('waits between these ends, whatever chance says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const next = afterAttempt(made(attempt - 1), attempt, unreachable, now, {
            ...policy,
            random: () => random,
          });
          const share = waitOf(next)! / retryDelaysMs[attempt - 1]!;
          expect(share).toBeCloseTo(0.8 + 0.4 * random, 3);
        },
      ),
    );
  });

  it.each([
    { name: 'longer than the schedule', retryAfterMs: 2 * hour, wait: 2 * hour },
    { name: 'shorter than the schedule', retryAfterMs: 1_000, wait: 5_000 },
    { name: 'longer than a day', retryAfterMs: 1_000 * hour, wait: 24 * hour },
  ])('obeys a Retry-After $name', ({ retryAfterMs, wait }) => {
    expect(waitOf(afterAttempt(fresh, 1, refused(503, { retryAfterMs }), now, policy))).toBe(wait);
  });

  it('starts an attempt only while waiting, and only the next one', () => {
    const statuses = ['delivered', 'exhausted', 'held', 'cancelled', 'erased', 'expired'] as const;

    expect(mayAttempt(made(3), 4)).toBe(true);
    expect([1, 3, 5].map((attempt) => mayAttempt(made(3), attempt))).toEqual([false, false, false]);
    expect(statuses.map((status) => mayAttempt(made(3, { status }), 4))).not.toContain(true);
  });

  it('takes a late success of a copy, and no late failure', () => {
    const ahead = made(2, { dueAt: now });

    expect(afterAttempt(ahead, 1, accepted, now, policy)).toMatchObject({
      status: 'delivered',
      attempts: 2,
    });
    expect(afterAttempt(ahead, 2, unreachable, now, policy)).toBe(ahead);
  });

  it('stays as it ended, whatever comes late', () => {
    const ended = made(1, { status: 'erased' });

    expect(afterAttempt(ended, 2, accepted, now, policy)).toBe(ended);
    expect(endWithoutAttempt(ended, 'held', now)).toBe(ended);
    expect(park(ended, now)).toBe(ended);
  });

  it('keeps its place in the schedule while parked, and spends no attempt', () => {
    const dueAt = new Date(now.getTime() - hour);
    const parked = park(made(3, { dueAt }), now);

    expect(parked).toMatchObject({ parked: true, dueAt, attempts: 3, status: 'waiting' });
    expect(park(parked, now)).toBe(parked);
    expect(park(fresh, now)).toMatchObject({ dueAt: now });
    expect(afterAttempt(parked, 4, unreachable, now, policy).parked).toBe(false);
  });

  it('keeps the last twenty summaries', () => {
    const lastAttempts = Array.from({ length: 20 }, (_, n) => ({
      number: n + 1,
      at: now,
      durationMs: 1,
      met: '500',
      trigger: 'scheduled' as const,
    }));

    const next = afterAttempt(
      made(20, { roundStart: 20, lastAttempts }),
      21,
      unreachable,
      now,
      policy,
    );

    expect(next.lastAttempts.map(({ number }) => number)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 2),
    );
    expect(next.lastAttempts.at(-1)).toMatchObject({ met: 'dns' });
  });
});
