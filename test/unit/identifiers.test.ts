// Identifiers: what they may be, and that no two things share one.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deliveryIdOf,
  deliveryNameOf,
  eventKey,
  identifierPattern,
  slotOf,
  subscriptionIdOf,
} from '../../shared/identifiers.ts';

const identifier = fc.stringMatching(identifierPattern);
const companyId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const hex = fc.stringMatching(/^[0-9a-f]{20}$/);

describe('an event’s id', () => {
  it.each(['a', 'evt_01JA02VERLAINE000002', 'A-b_9', 'x'.repeat(64), '__proto__'])(
    'may be %s',
    (id) => {
      expect(identifierPattern.test(id)).toBe(true);
    },
  );

  it.each(['', 'a.b', 'a#b', 'a b', 'a\n', '\na', 'é', 'a/b', '𝐚', 'x'.repeat(65)])(
    'may not be %j',
    (id) => {
      expect(identifierPattern.test(id)).toBe(false);
    },
  );

  it('and its company make a key that no other pair makes', () => {
    fc.assert(
      fc.property(companyId, identifier, companyId, identifier, (companyA, a, companyB, b) => {
        const isSame = companyA === companyB && a === b;

        expect(eventKey(companyA, a) === eventKey(companyB, b)).toBe(isSame);
      }),
    );
  });
});

describe('a subscription’s id', () => {
  it('names its slot', () => {
    fc.assert(
      fc.property(fc.nat(999), hex, (slot, tail) => {
        expect(slotOf(subscriptionIdOf(slot, tail))).toBe(slot);
      }),
    );
  });

  it.each([
    '',
    'sub_',
    'sub_000',
    `sub_0000${'a'.repeat(20)}`,
    `sub_000${'a'.repeat(19)}`,
    `sub_000${'A'.repeat(20)}`,
    `sub_000${'g'.repeat(20)}`,
    `sub_-01${'a'.repeat(20)}`,
    `SUB_000${'a'.repeat(20)}`,
    ` sub_000${'a'.repeat(20)}`,
    `sub_000${'a'.repeat(20)}\n`,
    `sub_٠٠٠${'a'.repeat(20)}`,
  ])('is not %j', (text) => {
    expect(slotOf(text)).toBeUndefined();
  });
});

describe('a delivery’s id', () => {
  const subscriptionId = `sub_007${'a1'.repeat(10)}`;

  it('names its subscription and its event', () => {
    const id = deliveryIdOf('evt_1', subscriptionId);

    expect(id).toBe(`del_007${'a1'.repeat(10)}_evt_1`);
    expect(deliveryNameOf(id)).toEqual({ eventId: 'evt_1', subscriptionId });
  });

  it.each([
    '',
    'del_',
    'del_evt_1',
    `del_007${'a1'.repeat(10)}_`,
    `del_007${'a1'.repeat(10)}_a.b`,
    `${subscriptionId}_evt_1`,
  ])('is not %j', (text) => {
    expect(deliveryNameOf(text)).toBeUndefined();
  });
});
