// The seeded random source.
import { expect, it } from 'vitest';
import { seededRandom } from '../../../../infra/local/aws/seeded-random.ts';

const numbers = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

it('gives the same numbers for the same seed, and others for another', () => {
  expect(numbers(1, 10)).toEqual(numbers(1, 10));
  expect(numbers(1, 10)).not.toEqual(numbers(2, 10));
});

it('spreads its numbers evenly from 0 up to 1', () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const number of numbers(3, 10_000)) {
    const tenth = Math.floor(number * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }

  for (const count of tenths) expect(count).toBeGreaterThan(900);
  for (const count of tenths) expect(count).toBeLessThan(1_100);
});
