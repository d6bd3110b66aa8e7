// A subscription's health: what is written, what is slow, when it is disabled.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  afterEnabling,
  type Health,
  newHealth,
  takesSlowLane,
} from '../../shared/health.ts';
import type { Outcome } from '../../shared/outcome.ts';

const start = new Date('2026-11-24T09:00:00Z');
const atSecond = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const days = (count: number) => atSecond(count * 86_400);
const base = { startedAt: start, durationMs: 40 };
const good: Outcome = { ...base, kind: 'accepted', status: 200 };
const bad: Outcome = { ...base, kind: 'unreachable', errorClass: 'connect', reason: '' };
const slow: Outcome = { ...good, durationMs: 2_001 };
const timedOut: Outcome = { ...bad, errorClass: 'timeout', durationMs: 10_000 };
const refused = (request: 'abort-delivery' | 'disable-subscription'): Outcome => ({
  ...base,
  kind: 'refused',
  errorClass: 'http',
  status: 410,
  bodyExcerpt: '',
  headers: {},
  request,
});
const fresh = newHealth(7, 'sub');
const failedTimes = (count: number, health: Health = fresh, at = start): Health => {
  let next = health;
  for (let left = count; left > 0; left -= 1) next = afterAnswer(next, bad, at);
  return next;
};
const kinds = (health: Health) => health.notices.map(({ kind }) => kind);

describe('the health of a subscription', () => {
  it('is not written for a success of a healthy one', () => {
    expect(afterAnswer(fresh, good, start)).toBe(fresh);
  });

  it('counts failures until a success ends them', () => {
    const failing = failedTimes(4);
    const well = afterAnswer(failing, good, atSecond(60));

    expect([failing.failures, failing.failingSince]).toEqual([4, start]);
    expect([well.failures, well.failingSince, well.lastSuccessAt]).toEqual([
      0,
      undefined,
      atSecond(60),
    ]);
  });

  it('counts neither way for a receiver that says abort', () => {
    const failing = failedTimes(4);

    expect(afterAnswer(failing, refused('abort-delivery'), atSecond(60))).toBe(failing);
  });

  it('counts a failure where an answer that says abort is cut off', () => {
    const cutOff: Outcome = { ...bad, errorClass: 'protocol', request: 'abort-delivery' };

    expect(afterAnswer(fresh, cutOff, start).failures).toBe(1);
  });

  it.each([
    { name: 'healthy', health: fresh, lane: false },
    { name: 'failed twice', health: failedTimes(2), lane: false },
    { name: 'failed three times', health: failedTimes(3), lane: true },
    { name: 'timed out once', health: afterAnswer(fresh, timedOut, start), lane: true },
  ])('decides the lane: $name', ({ health, lane }) => {
    expect(takesSlowLane(health, atSecond(1))).toBe(lane);
  });

  it('is slow after three answers over 2 s within five minutes, until five clean minutes have passed', () => {
    const two = afterAnswer(afterAnswer(fresh, slow, start), slow, atSecond(100));
    const three = afterAnswer(two, slow, atSecond(200));

    expect(takesSlowLane(two, atSecond(101))).toBe(false);
    expect(takesSlowLane(three, atSecond(201))).toBe(true);
    expect(takesSlowLane(three, atSecond(499))).toBe(true);
    expect(takesSlowLane(three, atSecond(500))).toBe(false);
  });

  it('is not slow after three slow answers over more than five minutes', () => {
    const spread = [0, 200, 400].reduce(
      (health, at) => afterAnswer(health, slow, atSecond(at)),
      fresh,
    );

    expect(takesSlowLane(spread, atSecond(401))).toBe(false);
  });

  it('writes the mark of a slow receiver at most twice a minute', () => {
    const marked = afterAnswer(fresh, timedOut, start).slowUntil;
    const slowHealth = { ...fresh, slowUntil: marked };

    expect(afterAnswer(slowHealth, slow, atSecond(29))).toBe(slowHealth);
    expect(afterAnswer(slowHealth, slow, atSecond(30)).slowUntil).toEqual(atSecond(330));
  });

  it('warns at half and at nine tenths of the way, then asks to be disabled, each once', () => {
    const half = failedTimes(1, failedTimes(9), days(2.5));
    const nine = failedTimes(1, failedTimes(8, half, days(4)), days(4.5));
    const all = failedTimes(5, failedTimes(1, nine, days(5)), days(6));

    expect(kinds(half)).toEqual(['failing']);
    expect(half.notices[0]).toMatchObject({ share: 0.5, failures: 10 });
    expect(nine.notices.map((notice) => notice.kind === 'failing' && notice.share)).toEqual([
      0.5, 0.9,
    ]);
    expect(kinds(all)).toEqual(['failing', 'failing', 'disabled']);
  });

  it.each([
    { name: 'nineteen failures over six days', health: failedTimes(1, failedTimes(18), days(6)) },
    {
      name: 'a hundred failures in less than five days',
      health: failedTimes(50, failedTimes(50), days(4.9)),
    },
  ])('is not disabled by $name', ({ health }) => {
    expect(kinds(health)).not.toContain('disabled');
  });

  it('asks to be disabled at once when the receiver says so', () => {
    const health = afterAnswer(fresh, refused('disable-subscription'), start);

    expect(health.notices).toMatchObject([{ kind: 'disabled', reason: 'receiver' }]);
  });

  it('begins anew when its subscription is enabled again, but keeps the timer of what is parked', () => {
    const circuit = { state: 'open', tendAt: atSecond(60) } as const;
    const kept = { circuit, lastProbe: 8, revision: 9 };
    const health = afterEnabling({ ...failedTimes(30, fresh, days(6)), ...kept });

    expect(health).toEqual({ ...fresh, ...kept });
  });

  it('opens its circuit after any run of ten failures over a minute, and never before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40 }),
        (gaps) => {
          let [health, seconds] = [fresh, 0];
          for (const [index, gap] of gaps.entries()) {
            seconds += gap;
            health = afterAnswer(
              health,
              { ...bad, startedAt: atSecond(seconds) },
              atSecond(seconds),
            );
            const dead = index + 1 >= 10 && seconds - gaps[0]! >= 60;
            if (health.circuit.state !== (dead ? 'open' : 'closed')) return false;
          }
          return true;
        },
      ),
    );
  });
});
