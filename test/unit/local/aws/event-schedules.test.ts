// Rates of schedule rules.
import { expect, it } from 'vitest';
import { rateMs } from '../../../../infra/local/aws/event-schedules.ts';

const rule = (scheduleExpression: string) => ({ name: 'tick', scheduleExpression });

it.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(1 hour)', 3_600_000],
  ['rate(2 days)', 172_800_000],
])('reads %s', (expression, ms) => {
  expect(rateMs(rule(expression))).toBe(ms);
});

it.each(['rate(1 minutes)', 'rate(5 minute)', 'rate(0 minutes)', 'cron(0 12 * * ? *)', ''])(
  'refuses %j, and names the rule',
  (expression) => {
    expect(() => rateMs(rule(expression))).toThrow('Rule tick has the schedule');
  },
);
