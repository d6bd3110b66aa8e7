// Between items and rows.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import {
  dated,
  expirySeconds,
  fromItem,
  hasExpired,
  isConditionFailure,
  toItem,
} from '../../shared/row.ts';

it('gives back what it was given, less what is undefined', () => {
  const row = {
    pk: 'a',
    count: 9_007_199_254_740_991,
    list: ['x'],
    nothing: null,
    body: Uint8Array.of(0, 255),
  };

  const again = fromItem(toItem({ ...row, gone: undefined }));

  expect(again).toEqual(row);
});

it('refuses a number that DynamoDB would give back changed', () => {
  expect(() => toItem({ n: 9_007_199_254_740_992 })).toThrow();
  expect(() => toItem({ n: Number.NaN })).toThrow();
});

it('counts a row’s days in whole seconds', () => {
  expect(expirySeconds(new Date('2026-10-12T00:00:00.999Z'), 30)).toBe(
    Date.parse('2026-11-11T00:00:00Z') / 1000,
  );
});

it('takes a row for expired from its second on, not before', () => {
  const row = { expires_at: Date.parse('2026-10-12T00:00:00Z') / 1000 };

  expect(hasExpired(row, new Date('2026-10-11T23:59:59.999Z'))).toBe(false);
  expect(hasExpired(row, new Date('2026-10-12T00:00:00Z'))).toBe(true);
});

it('gives an instant that a row has, and no field for one that it has not', () => {
  expect(dated('dueAt', '2026-10-12T08:15:30.240Z')).toEqual({
    dueAt: new Date('2026-10-12T08:15:30.240Z'),
  });
  expect(Object.keys(dated('dueAt', undefined))).toEqual([]);
});

it('tells a refused condition from a fault', () => {
  const refused = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });

  expect(isConditionFailure(refused)).toBe(true);
  expect(isConditionFailure(new Error('ConditionalCheckFailedException'))).toBe(false);
  expect(isConditionFailure(undefined)).toBe(false);
});
