// Retry-After: seconds or a date, and nothing in between.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRetryAfter } from '../../../functions/deliver/retry-after.ts';
import { retryAfterMsMax } from '../../../shared/limits.ts';

const now = new Date('2026-11-24T09:00:00.250Z');

it.each([
  ['0', 0],
  ['1', 1_000],
  ['007', 7_000],
  ['86400', 86_400_000],
  ['86401', retryAfterMsMax],
  ['9'.repeat(400), retryAfterMsMax],
])('"%s" asks to wait that many seconds, a day at most: %i ms', (value, waitMs) => {
  expect(parseRetryAfter(value, now)).toBe(waitMs);
});

it.each([
  ['Tue, 24 Nov 2026 09:01:00 GMT', 59_750],
  ['Tuesday, 24-Nov-26 09:01:00 GMT', 59_750],
  ['Tue Nov 24 09:01:00 2026', 59_750],
  ['Wed Nov  4 09:01:00 2026', undefined],
  ['Fri Dec  4 09:01:00 2026', retryAfterMsMax],
  ['Tue, 24 Nov 2026 09:00:60 GMT', 58_750],
  ['Fri, 31 Dec 9999 23:59:59 GMT', retryAfterMsMax],
  ['Tue, 24 Nov 2026 09:00:00 GMT', undefined],
  ['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
  ['Sunday, 06-Nov-94 08:49:37 GMT', undefined],
  ['Saturday, 24-Nov-76 09:01:00 GMT', retryAfterMsMax],
  ['Thursday, 24-Nov-77 09:01:00 GMT', undefined],
])('"%s" asks to wait until then, if it is to come: %s ms', (value, waitMs) => {
  expect(parseRetryAfter(value, now)).toBe(waitMs);
});

it.each([
  ...['', ' ', '-1', '+1', '1.5', '1,5', '1e3', '0x10', '10s', '10 20', 'Infinity', 'NaN', '١٢'],
  ...['soon', 'null', '2026-11-24T09:01:00Z', '24 Nov 2026 09:01:00 GMT', '1800000000000Z'],
  ...[
    'Tue, 24 Nov 2026 09:01:00',
    'Tue, 24 Nov 2026 09:01:00 CET',
    'tue, 24 nov 2026 09:01:00 gmt',
  ],
  ...[
    'Tue, 24 Nov 2026 09:01:00 +0100',
    'Tue, 24 Nov 2026 9:01:00 GMT',
    'Xyz, 24 Nov 2026 09:01 GMT',
  ],
  ...[
    'Tue, 31 Nov 2026 09:01:00 GMT',
    'Tue, 00 Nov 2026 09:01:00 GMT',
    'Tue, 24 Foo 2026 09:01:00 GMT',
  ],
  ...[
    'Tue, 24 Nov 2026 24:00:00 GMT',
    'Tue, 24 Nov 2026 09:60:00 GMT',
    'Tue, 24 Nov 2026 09:01:61 GMT',
  ],
  ...[
    'Xyz, 24 Nov 2026 09:01:00 GMT',
    'Someday, 24-Nov-26 09:01:00 GMT',
    '123 Nov 24 09:01:00 2026',
  ],
  ...['Tue, 24 Nov 2026 09:01:00 GMT\n', 'Tue, 24 Nov 2026 09:01:00 GMT; x'],
])('"%s" counts for nothing', (value) => {
  expect(parseRetryAfter(value, now)).toBeUndefined();
});

it('reads back any date to come that is written as HTTP writes it, within the limit', () => {
  const dates = fc.date({ min: now, max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      const wait = parseRetryAfter(date.toUTCString(), now);

      const exact = Math.floor(date.getTime() / 1000) * 1000 - now.getTime();
      expect(wait).toBe(exact > 0 ? Math.min(exact, retryAfterMsMax) : undefined);
    }),
  );
});

it('never throws, and never gives a wait that is negative, endless or above the limit', () => {
  const digits = fc.stringMatching(/^[0-9:., \-+A-Za-z]{0,30}$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), digits), (value) => {
      const wait = parseRetryAfter(value, now);

      if (wait !== undefined) expect(wait).toBeGreaterThanOrEqual(0);
      if (wait !== undefined) expect(wait).toBeLessThanOrEqual(retryAfterMsMax);
    }),
  );
});
