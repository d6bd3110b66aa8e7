// Jobs, pure: their pace, their passes, what is theirs.
import { describe, expect, it } from 'vitest';
import { type Delivery, erase, newDelivery, startRound } from '../../shared/delivery.ts';
import {
  afterPart,
  afterPass,
  cancelled,
  extendedUntil,
  isForJob,
  type Job,
  jobIdOf,
  markOf,
  newJob,
  slotsOf,
  untilNextSlot,
} from '../../shared/job.ts';
import { indexLagMsMax, jobPerMinute, lateWriteMsMax } from '../../shared/limits.ts';

const now = new Date('2026-11-24T09:00:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const day = 86_400_000;

const jobOf = (more: Partial<Job> = {}): Job => ({
  ...newJob(
    {
      companyId: 7,
      subscriptionId: `sub_001${'0'.repeat(20)}`,
      kind: 'release',
      createdBy: 'arn',
      tail: 'a'.repeat(16),
    },
    undefined,
    now,
  ),
  status: 'running',
  ...more,
});

const deliveryOf = (more: Partial<Delivery>): Delivery => ({
  ...newDelivery(
    {
      ...{ companyId: 7, eventId: 'e', subscriptionId: `sub_001${'0'.repeat(20)}` },
      ...{ eventType: 'candidate.moved', variant: 'full@1' },
    },
    later(-day),
  ),
  updatedAt: later(-60_000),
  ...more,
});

describe('the pace of a job', () => {
  it('is a minute’s worth of even slots from now', () => {
    const slots = slotsOf(jobOf(), now);

    expect(slots).toHaveLength(jobPerMinute);
    expect([slots[0], slots.at(-1)]).toEqual([now, later(59_900)]);
  });

  it('goes on from the slots that were used, and from no time that is past', () => {
    const used = { done: 600, deliveries: 600, slots: 600 };
    const job = afterPart(jobOf(), used, now);

    expect(job.nextSlotAt).toEqual(later(60_000));
    expect(slotsOf(job, later(50_000))[0]).toEqual(later(60_000));
    expect(slotsOf(job, later(50_000))).toHaveLength(500);
    expect(slotsOf(job, later(600_000))[0]).toEqual(later(600_000));
    expect(slotsOf(job, now)).toEqual([]);
  });

  it('has the sweep look again shortly before the next slot', () => {
    const job = jobOf({ nextSlotAt: later(60_000) });

    expect(untilNextSlot(job, now).dueAt).toEqual(later(50_000));
    expect(untilNextSlot(job, later(70_000)).dueAt).toEqual(later(70_000));
  });

  it('is handed on to the subscription’s next job', () => {
    const before = jobOf({ nextSlotAt: later(60_000), number: 4 });

    const next = newJob({ ...before, kind: 'replay' }, before, now);

    expect(next).toMatchObject({ number: 5, nextSlotAt: later(60_000), status: 'counting' });
  });
});

describe('the end of a pass', () => {
  it('that may have seen an old index is followed by one that cannot', () => {
    const job = afterPass(jobOf({ passBeganAt: later(indexLagMsMax - 1) }), later(indexLagMsMax));

    expect(job).toMatchObject({ status: 'checking', pass: 2, dueAt: later(indexLagMsMax) });
  });

  it('that began late enough is the end of the job', () => {
    const job = afterPass(jobOf({ passBeganAt: later(indexLagMsMax), done: 5, total: 7 }), now);

    expect(job).toMatchObject({ status: 'done', total: 5, done: 5 });
    expect(job.dueAt).toBeUndefined();
  });
});

describe('a delivery that a release is about', () => {
  it.each([
    ['held', {}, true],
    ['waiting', {}, false],
    ['exhausted', {}, false],
    ['erased', {}, false],
    ['held', { test: true }, false],
    ['held', { job: markOf(jobOf()) }, false],
    ['held', { job: markOf(jobOf({ number: 9 })) }, true],
    ['held', { updatedAt: later(lateWriteMsMax) }, true],
    ['held', { updatedAt: later(lateWriteMsMax + 1) }, false],
  ] as const)('is %s, with %j: %j', (status, more, expected) => {
    expect(isForJob(jobOf(), deliveryOf({ status, ...more }))).toBe(expected);
  });
});

describe('a new round', () => {
  const round = { job: 'job#1', dueAt: later(5) };

  it('gives a held or exhausted delivery its whole schedule, and goes on counting attempts', () => {
    const started = startRound(deliveryOf({ status: 'exhausted', attempts: 10 }), round, now);

    expect(started).toMatchObject({ status: 'waiting', attempts: 10, roundStart: 10, ...round });
  });

  it.each(['waiting', 'delivered', 'cancelled', 'erased', 'expired'] as const)(
    'is not for one that is %s',
    (status) => {
      const delivery = deliveryOf({ status });

      expect(startRound(delivery, round, now)).toBe(delivery);
    },
  );
});

describe('erasing a delivery', () => {
  it.each(['waiting', 'held', 'exhausted'] as const)('ends one that is %s for ever', (status) => {
    const erased = erase(deliveryOf({ status, dueAt: now, parked: true }), now);

    expect(erased).toMatchObject({ status: 'erased', parked: false });
    expect(erased.dueAt).toBeUndefined();
    expect(erase(erased, now)).toBe(erased);
    expect(startRound(erased, { job: 'j', dueAt: now }, now)).toBe(erased);
  });

  it.each(['delivered', 'cancelled', 'expired'] as const)('leaves one that is %s', (status) => {
    const delivery = deliveryOf({ status });

    expect(erase(delivery, now)).toBe(delivery);
  });
});

describe('a payload', () => {
  it.each([
    [0, undefined],
    [23, undefined],
    [24, 31],
    [38, 45],
    [44, 45],
  ])('stored %i days ago is kept until day %s', (age, until) => {
    const storedAt = later(-age * day);

    const kept = extendedUntil(storedAt, now);

    expect(kept).toEqual(until && new Date(storedAt.getTime() + until * day));
  });
});

describe('a job that is over', () => {
  it('is not cancelled', () => {
    const done = jobOf({ status: 'done' });

    expect(cancelled(done, 'asked', now)).toBe(done);
    expect(cancelled(jobOf(), 'asked', now)).toMatchObject({ status: 'cancelled' });
    expect(cancelled(jobOf({ status: 'checking' }), 'asked', now).status).toBe('done');
    expect(jobIdOf(done)).toBe(`job_000001${'a'.repeat(16)}`);
  });
});
