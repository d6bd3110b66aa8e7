// Manual attempts and tests: what one attempt beside the schedule does to a delivery, and what it must not do.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterAttempt,
  afterManualAttempt,
  type Delivery,
  endWithoutAttempt,
  mayAttempt,
  mayAttemptManually,
  newDelivery,
  park,
  type RetryPolicy,
} from '../../shared/delivery.ts';
import type { Outcome } from '../../shared/outcome.ts';

const now = new Date('2026-11-24T09:00:00Z');
const accepted: Outcome = { kind: 'accepted', status: 200, startedAt: now, durationMs: 40 };
const failed: Outcome = {
  kind: 'unreachable',
  errorClass: 'dns',
  reason: '',
  startedAt: now,
  durationMs: 40,
};
const policy: RetryPolicy = { delaysMs: [5_000, 300_000, 1_800_000], random: () => 0.5 };
const name = {
  companyId: 7,
  eventId: 'e',
  subscriptionId: 's',
  eventType: 'candidate.moved',
  variant: 'full@1',
};
const fresh = newDelivery(name, now);
const scheduled = (delivery: Delivery, outcome: Outcome = failed) =>
  afterAttempt(delivery, delivery.attempts + 1, outcome, now, policy);
const manual = (delivery: Delivery, outcome: Outcome = failed, attempt = delivery.attempts + 1) =>
  afterManualAttempt(delivery, attempt, outcome, now);
const exhausted = scheduled(scheduled(scheduled(scheduled(fresh))));
const delivered = scheduled(scheduled(fresh), accepted);
const triggersOf = ({ lastAttempts }: Delivery) =>
  lastAttempts.map(({ number, trigger }) => [number, trigger]);

describe('a manual attempt that succeeds', () => {
  it.each([
    ['waiting', scheduled(fresh)],
    ['parked', park(scheduled(fresh), now)],
    ['exhausted', exhausted],
    ['held', endWithoutAttempt(fresh, 'held', now)],
    ['cancelled', endWithoutAttempt(fresh, 'cancelled', now)],
    ['delivered', delivered],
  ])('delivers what is %s, and leaves it no timer', (_, delivery) => {
    const next = manual(delivery, accepted);

    expect(next).toMatchObject({
      status: 'delivered',
      parked: false,
      attempts: delivery.attempts + 1,
    });
    expect(next.dueAt).toBeUndefined();
    expect(triggersOf(next).at(-1)).toEqual([delivery.attempts + 1, 'manual']);
  });
});

describe('a manual attempt that fails', () => {
  it.each([
    ['exhausted', exhausted],
    ['held', endWithoutAttempt(scheduled(fresh), 'held', now)],
    ['delivered', delivered],
  ])('leaves what is %s as it is, with one attempt more', (status, delivery) => {
    const next = manual(delivery);

    expect(next).toMatchObject({ status, attempts: delivery.attempts + 1 });
    expect(next.dueAt).toBeUndefined();
  });

  it('leaves a waiting delivery its place in the schedule', () => {
    const waiting = scheduled(fresh);

    const next = manual(waiting);

    expect(next).toMatchObject({ status: 'waiting', dueAt: waiting.dueAt, attempts: 2 });
  });

  it('leaves a parked one parked', () => {
    const parked = park(scheduled(fresh), now);

    expect(manual(parked)).toMatchObject({ parked: true, dueAt: parked.dueAt });
  });

  it('gives a time to a delivery that still waited for its first attempt: its message is void now', () => {
    const next = manual(fresh);

    expect(next).toMatchObject({ status: 'waiting', dueAt: now, attempts: 1 });
    expect(mayAttempt(next, 1)).toBe(false);
    expect(mayAttempt(next, 2)).toBe(true);
  });

  it('spends none of the schedule’s attempts, whenever it is made', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 12 }), (manuals) => {
        let delivery = fresh;
        for (const isManual of manuals)
          delivery = isManual ? manual(delivery) : scheduled(delivery);
        while (delivery.status === 'waiting') delivery = scheduled(delivery);

        const made = triggersOf(delivery).filter(([, trigger]) => trigger === 'scheduled').length;
        expect(made).toBe(policy.delaysMs.length + 1);
        expect(triggersOf(delivery).map(([number]) => number)).toEqual(
          Array.from({ length: delivery.attempts }, (_, index) => index + 1),
        );
      }),
    );
  });
});

describe('what a receiver asks for in its answer to a manual attempt', () => {
  const hourMs = 3_600_000;
  const refused = (status: number, more: object): Outcome => ({
    kind: 'refused',
    errorClass: 'http',
    status,
    bodyExcerpt: '',
    headers: {},
    startedAt: now,
    durationMs: 40,
    ...more,
  });
  const abort = refused(400, { request: 'abort-delivery' });
  const afterMs = (ms: number) => new Date(now.getTime() + ms);
  const waitFor = (retryAfterMs: number) => refused(503, { retryAfterMs });

  it.each([
    ['waiting', scheduled(fresh)],
    ['parked', park(scheduled(fresh), now)],
    ['waiting for its first attempt', fresh],
  ])('ends what is %s as cancelled, where it says abort', (_, delivery) => {
    const next = manual(delivery, abort);

    expect(next).toMatchObject({ status: 'cancelled', parked: false });
    expect(next.dueAt).toBeUndefined();
  });

  it.each([
    ['exhausted', exhausted],
    ['held', endWithoutAttempt(scheduled(fresh), 'held', now)],
    ['delivered', delivered],
  ])('leaves what is %s as it is, where it says abort', (status, delivery) => {
    expect(manual(delivery, abort).status).toBe(status);
  });

  it.each([
    ['later than the schedule', hourMs, hourMs],
    ['no later than the schedule', 1_000, 5_000],
    ['in more than a day', 48 * hourMs, 24 * hourMs],
  ])('puts off the scheduled attempt where it wants to be called %s', (_, asked, wait) => {
    expect(manual(scheduled(fresh), waitFor(asked)).dueAt).toEqual(afterMs(wait));
  });

  it('puts off the first attempt, and a parked one, whose circuit would not see it until then', () => {
    expect(manual(fresh, waitFor(hourMs)).dueAt).toEqual(afterMs(hourMs));
    expect(manual(park(scheduled(fresh), now), waitFor(hourMs))).toMatchObject({
      status: 'waiting',
      parked: false,
      dueAt: afterMs(hourMs),
    });
  });

  it('leaves what is overdue its place in the line, where it asks for nothing', () => {
    const overdue = { ...scheduled(fresh), dueAt: afterMs(-hourMs) };

    expect(manual(overdue).dueAt).toEqual(afterMs(-hourMs));
  });

  it('gives what has ended no time, where it wants to be called later', () => {
    expect(manual(exhausted, waitFor(hourMs)).dueAt).toBeUndefined();
  });
});

describe('two manual attempts side by side that two requests asked for', () => {
  const [one, other] = ['1'.repeat(16), '2'.repeat(16)];
  const manualOf = (delivery: Delivery, request: string, outcome: Outcome = failed) =>
    afterManualAttempt(delivery, 5, outcome, now, request);

  it('get a number each, though both asked for the same one, and are both on record', () => {
    const next = manualOf(manualOf(exhausted, one), other, accepted);

    expect(next).toMatchObject({ status: 'delivered', attempts: 6 });
    expect(next.lastAttempts.slice(-2)).toMatchObject([
      { number: 5, trigger: 'manual', request: one, met: 'dns' },
      { number: 6, trigger: 'manual', request: other, met: '200' },
    ]);
  });

  it('may both be made, and of each no copy', () => {
    const once = manualOf(exhausted, one);
    const both = manualOf(once, other);

    expect(mayAttemptManually(once, 5, other)).toBe(true);
    expect(mayAttemptManually(once, 5, one)).toBe(false);
    expect([one, other].map((request) => mayAttemptManually(both, 5, request))).toEqual([
      false,
      false,
    ]);
    expect([one, other].map((request) => manualOf(both, request))).toEqual([both, both]);
  });
});

describe('copies of a manual attempt’s message', () => {
  it('are told from the attempt that was asked for', () => {
    const once = manual(exhausted);

    expect(mayAttemptManually(exhausted, 5)).toBe(true);
    expect(mayAttemptManually(once, 5)).toBe(false);
    expect(manual(once, failed, 5)).toBe(once);
  });

  it('asked for twice by one number are one attempt; by the next number another', () => {
    const once = manual(exhausted);

    expect(mayAttemptManually(once, 6)).toBe(true);
  });

  it('are known however many attempts came between, and let go when nobody can know', () => {
    let delivery = manual(exhausted);
    for (let more = 0; more < 30; more += 1) {
      expect(mayAttemptManually(delivery, 5)).toBe(false);
      delivery = manual(delivery);
    }
  });
});

describe('a manual and a scheduled attempt side by side', () => {
  const waiting = scheduled(fresh);

  it('get a number each: the manual one on record first', () => {
    const next = afterAttempt(manual(waiting), 2, failed, now, policy);

    expect(triggersOf(next)).toEqual([
      [1, 'scheduled'],
      [2, 'manual'],
      [3, 'scheduled'],
    ]);
    expect(next.dueAt).toEqual(new Date(now.getTime() + 300_000));
  });

  it('get a number each: the scheduled one on record first', () => {
    const next = manual(scheduled(waiting), failed, 2);

    expect(triggersOf(next)).toEqual([
      [1, 'scheduled'],
      [2, 'scheduled'],
      [3, 'manual'],
    ]);
    expect(next.dueAt).toEqual(new Date(now.getTime() + 300_000));
  });
});

describe('an erased delivery', () => {
  it('takes no manual attempt, and none that began before', () => {
    const erased: Delivery = { ...exhausted, status: 'erased' };

    expect(mayAttemptManually(erased, 5)).toBe(false);
    expect(manual(erased, accepted)).toBe(erased);
  });
});

describe('a test', () => {
  const test = newDelivery({ ...name, test: true }, now);
  const gone: Outcome = {
    kind: 'refused',
    errorClass: 'http',
    status: 410,
    request: 'disable-subscription',
    bodyExcerpt: '',
    headers: {},
    startedAt: now,
    durationMs: 40,
  };

  it('is attempted once, whatever the receiver asks for', () => {
    expect(scheduled(test, accepted)).toMatchObject({ status: 'delivered' });
    expect(scheduled(test, failed)).toMatchObject({ status: 'exhausted', attempts: 1 });
    expect(scheduled(test, gone)).toMatchObject({ status: 'exhausted', attempts: 1 });
  });

  it('is cancelled where another delivery would be held', () => {
    expect(endWithoutAttempt(test, 'held', now).status).toBe('cancelled');
    expect(endWithoutAttempt(test, 'expired', now).status).toBe('expired');
  });
});
