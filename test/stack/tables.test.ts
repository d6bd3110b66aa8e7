// The tables: what customers configured and are still owed must outlive mistakes.
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { Tables } from '../../infra/tables.ts';
import { resourcesOf, type TemplateResource } from '../support/synthesize-template.ts';

const names = ['Subscriptions', 'Keys', 'Events', 'Deliveries'];

let template: Template;
let tables: Record<string, TemplateResource>;
beforeAll(() => {
  const stack = new Stack(new App(), 'Rappel');
  new Tables(stack, 'Tables');
  template = Template.fromStack(stack);
  tables = resourcesOf(template, 'AWS::DynamoDB::Table');
});

const tableOf = (name: string): TemplateResource => {
  const found = Object.entries(tables).filter(([id]) => id.startsWith(`Tables${name}`));
  expect(found.length).toBe(1);
  return found[0]![1];
};

it('are these four', () => {
  template.resourceCountIs('AWS::DynamoDB::Table', names.length);
});

describe.each(names)('%s', (name) => {
  it('is paid by request, and restorable to any second of seven days', () => {
    expect(tableOf(name).Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 7,
      },
    });
  });

  it('forgets rows by their own date', () => {
    expect(tableOf(name).Properties.TimeToLiveSpecification).toEqual({
      AttributeName: 'expires_at',
      Enabled: true,
    });
  });

  it('outlives the stack, and its own replacement', () => {
    expect(tableOf(name)).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('has the keys that the edges in shared/ write', () => {
    expect(tableOf(name).Properties.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
  });

  it('has its name put out', () => {
    template.hasOutput(`${name}Table`, {});
  });
});
