// The schedule that a stack asks for reaches deliver, and one that cannot be kept stops the synthesis.
import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { retryDelaysMsOf } from '../../infra/retry-schedule.ts';
import { retryDelaysMs } from '../../shared/limits.ts';
import { resourcesOf, synthesizeTemplate } from '../support/synthesize-template.ts';

const variableOf = (retryDelays?: readonly Duration[]): string => {
  const template = synthesizeTemplate(retryDelays && { retryDelays });
  const functions = Object.entries(resourcesOf(template, 'AWS::Lambda::Function'));
  const [, deliver] = functions.find(([id]) => id.startsWith('DeliverFunction'))!;
  return deliver.Properties.Environment.Variables.RETRY_DELAYS_MS;
};

describe('the retry schedule', () => {
  it('is 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: ten attempts over about 75 hours', () => {
    const [second, minute, hour] = [1_000, 60_000, 3_600_000];

    expect(variableOf()).toBe(
      [
        ...[5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour],
        ...[10 * hour, 14 * hour, 20 * hour, 24 * hour],
      ].join(','),
    );
    expect(retryDelaysMs.reduce((sum, ms) => sum + ms, 0) / hour).toBeCloseTo(75.6, 1);
  });

  it('is the one that the stack’s property gives', () => {
    expect(variableOf([Duration.seconds(1), Duration.minutes(2)])).toBe('1000,120000');
  });
});

describe('a schedule', () => {
  it.each([
    ['without a wait', [], /1 to 50/],
    ['of 51 waits', Array.from({ length: 51 }, () => Duration.seconds(1)), /1 to 50/],
    [
      'with a wait under a second',
      [Duration.seconds(5), Duration.millis(999)],
      /retryDelays has a wait of 0\.999 s/,
    ],
    ['with a wait over a day', [Duration.hours(25)], /a wait of 90000 s; .*24 h/],
    [
      'that outlasts the payloads',
      Array.from({ length: 25 }, () => Duration.hours(24)),
      /30\.0 days .*kept for 30/,
    ],
  ])('%s is refused', (_, delays, message) => {
    expect(() => retryDelaysMsOf(delays)).toThrow(message);
  });

  it('at the limits is taken', () => {
    expect(retryDelaysMsOf(Array.from({ length: 50 }, () => Duration.hours(11)))).toHaveLength(50);
    expect(retryDelaysMsOf([Duration.seconds(1), Duration.hours(24)])).toEqual([1_000, 86_400_000]);
  });
});
