// How many subscriptions a company may have, as the stack says, reaches admin; a number that cannot be kept stops the synthesis.
import { expect, it } from 'vitest';
import { resourcesOf, synthesizeTemplate } from '../support/synthesize-template.ts';

const variableOf = (subscriptionsPerCompany: number): string => {
  const template = synthesizeTemplate({ subscriptionsPerCompany });
  const functions = Object.entries(resourcesOf(template, 'AWS::Lambda::Function'));
  const [, admin] = functions.find(([id]) => id.startsWith('AdminFunction'))!;
  return admin.Properties.Environment.Variables.SUBSCRIPTIONS_PER_COMPANY;
};

it('as many subscriptions as the stack’s property says may be a company’s, a thousand at most', () => {
  expect(variableOf(1_000)).toBe('1000');
  expect(() => variableOf(1_001)).toThrow(/is 1001; it must be 1 to 1000/);
});
