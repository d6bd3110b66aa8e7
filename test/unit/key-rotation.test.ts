// Which keys sign when: for any history of rotations, and at each edge of an overlap.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DatedKey, nextExpiry, rotateKeys, signingAt } from '../../shared/key-rotation.ts';
import { keyOverlapMsMax, signingKeysMax } from '../../shared/limits.ts';

const start = new Date('2026-11-24T09:00:00Z');
const later = (ms: number) => new Date(start.getTime() + ms);
const hour = 3_600_000;
const first: DatedKey[] = [{ secret: 'first' }];
const rotate = (keys: readonly DatedKey[], secret: string, overlapMs: number, now = start) =>
  rotateKeys(keys, { newKey: { secret }, overlapMs }, now);
const secretsAt = (keys: readonly DatedKey[], at: Date) =>
  signingAt(keys, at).map(({ secret }) => secret);

describe('a rotation', () => {
  it('puts the new key first, and lets the old one sign until the overlap is over', () => {
    const keys = rotate(first, 'second', hour)!;

    expect(secretsAt(keys, later(0))).toEqual(['second', 'first']);
    expect(secretsAt(keys, later(hour - 1))).toEqual(['second', 'first']);
    expect(secretsAt(keys, later(hour))).toEqual(['second']);
    expect(secretsAt(keys, later(1_000 * hour))).toEqual(['second']);
  });

  it('without an overlap ends every older key at once, and forgets it', () => {
    const overlapping = rotate(first, 'second', keyOverlapMsMax)!;

    const keys = rotate(overlapping, 'third', 0);

    expect(keys).toEqual([{ secret: 'third' }]);
  });

  it('shortens the time of a key that was to end later, and lengthens none', () => {
    const week = rotate(first, 'second', keyOverlapMsMax)!;
    const short = rotate(week, 'third', hour)!;
    const long = rotate(short, 'fourth', keyOverlapMsMax)!;

    expect(short.map(({ expiresAt }) => expiresAt)).toEqual([undefined, later(hour), later(hour)]);
    expect(long.map(({ expiresAt }) => expiresAt)).toEqual([
      undefined,
      later(keyOverlapMsMax),
      later(hour),
      later(hour),
    ]);
  });

  it('is refused where a fifth key would sign, until one has ended or all shall end', () => {
    let keys: readonly DatedKey[] = first;
    for (const secret of ['second', 'third', 'fourth']) keys = rotate(keys, secret, hour)!;

    expect(keys).toHaveLength(signingKeysMax);
    expect(rotate(keys, 'fifth', hour)).toBeUndefined();
    expect(rotate(keys, 'fifth', 1)).toBeUndefined();
    expect(nextExpiry(keys, start)).toEqual(later(hour));
    expect(secretsAt(rotate(keys, 'fifth', hour, later(hour))!, later(hour))).toEqual([
      'fifth',
      'fourth',
    ]);
    expect(rotate(keys, 'fifth', 0)).toEqual([{ secret: 'fifth' }]);
  });

  it.each([-1, keyOverlapMsMax + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'does not take an overlap of %d ms',
    (overlapMs) => {
      expect(() => rotate(first, 'second', overlapMs)).toThrow('it must be 0 to 604800000');
    },
  );
});

it('in any history the newest key signs for ever, the older ones as long as promised, never five', () => {
  const step = fc.record({
    waitMs: fc.nat(2 * keyOverlapMsMax),
    overlapMs: fc.oneof(fc.constant(0), fc.nat(keyOverlapMsMax)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let keys: readonly DatedKey[] = first;
      let now = start;
      /** Until when each secret was promised to sign, as rotations so far have it. */
      const promised = new Map<string, number>([['first', Number.POSITIVE_INFINITY]]);
      for (const [index, { waitMs, overlapMs }] of steps.entries()) {
        now = new Date(now.getTime() + waitMs);
        const secret = `key ${index}`;
        const rotated = rotate(keys, secret, overlapMs, now);
        if (rotated === undefined) continue;
        keys = rotated;
        const end = now.getTime() + overlapMs;
        for (const [older, until] of promised) promised.set(older, Math.min(until, end));
        promised.set(secret, Number.POSITIVE_INFINITY);

        for (const at of [now, new Date(end), new Date(end - 1), new Date(end + 1)]) {
          if (at < now) continue;
          const wanted = [...promised].filter(([, until]) => at.getTime() < until);
          expect(secretsAt(keys, at).toSorted()).toEqual(wanted.map(([name]) => name).toSorted());
        }
        expect(keys[0]).toEqual({ secret });
        expect(keys.length).toBeLessThanOrEqual(signingKeysMax);
      }
    }),
  );
});
