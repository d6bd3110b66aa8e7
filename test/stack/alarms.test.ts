// The alarms: every way in which deliveries could stop in silence has one, and each has its page in the runbook.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { routedEventTypes } from '../../shared/event-types.ts';
import { projectRoot } from '../support/source-files.ts';
import {
  resourcesOf,
  synthesizeTemplate,
  type TemplateResource,
} from '../support/synthesize-template.ts';

type Properties = TemplateResource['Properties'];

/** By name, without the stack's. */
let alarms: Map<string, Properties>;
let queues: string[];
beforeAll(() => {
  const template = synthesizeTemplate();
  const nameOf = (name: string) => name.replace(/^Rappel-/, '');
  alarms = new Map(
    Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => [
      nameOf(Properties.AlarmName),
      Properties,
    ]),
  );
  queues = Object.values(resourcesOf(template, 'AWS::SQS::Queue')).map(({ Properties }) =>
    nameOf(Properties.QueueName),
  );
});

const runbook = readFileSync(join(projectRoot, 'docs', 'operations.md'), 'utf8');

/** `## oldest-due`, and the row that leads there. */
const headings = [...runbook.matchAll(/^## ([a-z-]+)$/gm)].map(([, heading]) => heading!);

const headingOf = (name: string): string | undefined =>
  headings.find((heading) => name === heading || name.startsWith(`${heading}-`));

describe('every alarm', () => {
  it('has a name of its own', () => {
    expect([...alarms.keys()]).toHaveLength(new Set(alarms.keys()).size);
    expect([...alarms.keys()].filter((name) => name === undefined)).toEqual([]);
  });

  it('has its section in the runbook, its row there, and names it in its description', () => {
    for (const [name, { AlarmDescription }] of alarms) {
      const heading = headingOf(name);
      expect(heading, `docs/operations.md has no section for ${name}`).toBeDefined();
      expect(runbook).toContain(`\n| [${heading}](#${heading}) | `);
      expect(AlarmDescription).toMatch(new RegExp(`See docs/operations\\.md, ${heading}\\.$`));
    }
  });

  it('says what it means and what to do, within what CloudWatch keeps', () => {
    for (const { AlarmDescription } of alarms.values()) {
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
      expect(AlarmDescription.split(/[.:] /).length).toBeGreaterThanOrEqual(3);
    }
  });

  it('tells the topic when it begins and when it is over', () => {
    for (const { AlarmActions, OKActions } of alarms.values()) {
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
    }
  });
});

it('has no section in the runbook for an alarm that is gone', () => {
  const used = new Set([...alarms.keys()].map(headingOf));
  const rows = [...runbook.matchAll(/^\| \[([a-z-]+)\]\(#/gm)].map(([, heading]) => heading);

  expect(rows.filter((heading) => !used.has(heading))).toEqual([]);
});

describe('it rings', () => {
  it('when a delivery has been due for five minutes, and when no sweep tells', () => {
    expect(alarms.get('oldest-due')).toMatchObject({
      Namespace: 'Rappel',
      MetricName: 'OldestDueAge',
      Dimensions: [{ Name: 'Function', Value: { Ref: expect.stringMatching(/^Sweep/) } }],
      Statistic: 'Maximum',
      Period: 60,
      Threshold: 300,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it('when a message grows old, in every queue that is worked on', () => {
    const worked = queues.filter((name) => !/-dead$|^unrouted$/.test(name));
    const thresholds = worked.map((name) => {
      const alarm = alarms.get(`queue-age-${name}`);
      expect(alarm, name).toMatchObject({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateAgeOfOldestMessage',
        Statistic: 'Maximum',
      });
      return [name, alarm?.Threshold];
    });

    expect(thresholds.filter(([, seconds]) => seconds !== 300)).toEqual([
      ['deliveries-slow', 1800],
    ]);
  });

  it('at the first message in any dead letters, and at the first that no rule takes', () => {
    const kept = queues.filter((name) => /-dead$|^unrouted$/.test(name));

    for (const name of kept) {
      const alarm = name.endsWith('-dead') ? `dead-letters-${name.slice(0, -5)}` : name;
      expect(alarms.get(alarm), alarm).toMatchObject({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Threshold: 1,
        EvaluationPeriods: 1,
      });
    }
  });

  it('at the first event that a rule could put nowhere', () => {
    const routes = [...routedEventTypes.map((type) => type.replace('.', '-')), 'unrouted'];

    for (const name of routes) {
      expect(alarms.get(`lost-events-${name}`), name).toMatchObject({
        Namespace: 'AWS/Events',
        MetricName: 'InvocationsFailedToBeSentToDlq',
        Dimensions: [
          { Name: 'EventBusName', Value: { Ref: expect.stringMatching(/^Bus/) } },
          { Name: 'RuleName', Value: { Ref: expect.stringMatching(/Rule/) } },
        ],
        Statistic: 'Sum',
        Threshold: 1,
        EvaluationPeriods: 1,
      });
    }
  });

  it.each(['fan-out', 'deliver', 'sweep', 'admin'])(
    'when calls of %s are lost or refused',
    (fn) => {
      expect(alarms.get(`function-errors-${fn}`)).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
      });
      expect(alarms.get(`function-throttles-${fn}`)).toMatchObject({
        MetricName: 'Throttles',
        Threshold: 1,
      });
    },
  );

  it.each([
    ['sweep-errors', 'SweepErrors', 'Sweep', 1],
    ['circuit-openings', 'CircuitOpenings', 'Deliver', 20],
    ['forbidden-fields', 'ForbiddenFields', 'FanOut', 1],
    ['deviations', 'Deviations', 'FanOut', 1],
    ['broken-filters', 'BrokenFilters', 'FanOut', 1],
  ])('%s, on the figure that the function writes', (name, MetricName, construct, Threshold) => {
    expect(alarms.get(name)).toMatchObject({
      Namespace: 'Rappel',
      MetricName,
      Dimensions: [{ Name: 'Function', Value: { Ref: expect.stringMatching(`^${construct}`) } }],
      Statistic: 'Sum',
      Threshold,
      TreatMissingData: 'notBreaching',
    });
  });
});
