// The roads of the events: every type its own, and what none takes is kept.
import type { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compilePattern } from '../../shared/event-pattern.ts';
import { routedEventTypes } from '../../shared/event-types.ts';
import { patternCharactersMax } from '../../shared/limits.ts';
import {
  resourcesOf,
  synthesizeOnForeignBus,
  synthesizeTemplate,
  type TemplateResource,
} from '../support/synthesize-template.ts';

let own: Template;
let foreign: Template;
beforeAll(() => {
  own = synthesizeTemplate();
  foreign = synthesizeOnForeignBus({ source: 'recruiting' });
});

/** Rules that match events; the sweep's is a schedule. */
const patternRules = (template: Template): [string, TemplateResource][] =>
  Object.entries(resourcesOf(template, 'AWS::Events::Rule')).filter(
    ([, { Properties }]) => Properties.EventPattern !== undefined,
  );

const isCatchAll = ([, { Properties }]: [string, TemplateResource]): boolean =>
  Properties.Description === 'What no event type takes';

const typeRuleOf = (template: Template, type: string): TemplateResource => {
  const found = patternRules(template).filter(
    ([, { Properties }]) => Properties.Description === `${type} to its queue`,
  );
  expect(found.length).toBe(1);
  return found[0]![1];
};

const logicalIdOf = (getAtt: { 'Fn::GetAtt': [string, string] }): string => getAtt['Fn::GetAtt'][0];

describe.each(routedEventTypes)('%s', (type) => {
  it('has a rule for its source and type on the bus', () => {
    const { Properties } = typeRuleOf(own, type);

    expect(Properties.EventPattern).toEqual({ source: ['ats'], 'detail-type': [type] });
    expect(Properties.State).toBe('ENABLED');
    expect(Properties.EventBusName).toEqual({ Ref: expect.stringMatching(/^Bus/) });
  });

  it('has a queue of its own as the only target, and dead letters for what cannot be put', () => {
    const [target, ...others] = typeRuleOf(own, type).Properties.Targets;
    const queues = resourcesOf(own, 'AWS::SQS::Queue');
    const name = `Rappel-${type.replaceAll('.', '-')}`;

    expect(others).toEqual([]);
    expect(queues[logicalIdOf(target.Arn)]?.Properties.QueueName).toBe(name);
    expect(queues[logicalIdOf(target.DeadLetterConfig.Arn)]?.Properties.QueueName).toBe(
      `${name}-dead`,
    );
    expect(target.RetryPolicy).toEqual({
      MaximumEventAgeInSeconds: 86_400,
      MaximumRetryAttempts: 185,
    });
  });

  it('has the URLs of its queue and of its dead letters put out', () => {
    const name = type.replaceAll(/(?:^|\.)([a-z])/g, (_, letter) => letter.toUpperCase());
    const { Arn, DeadLetterConfig } = typeRuleOf(own, type).Properties.Targets[0];

    own.hasOutput(`${name}QueueUrl`, { Value: { Ref: logicalIdOf(Arn) } });
    own.hasOutput(`${name}DeadLettersUrl`, { Value: { Ref: logicalIdOf(DeadLetterConfig.Arn) } });
  });

  it('has its queue mapped to fan-out, two calls at once', () => {
    const target = typeRuleOf(own, type).Properties.Targets[0];
    const mappings = Object.values(resourcesOf(own, 'AWS::Lambda::EventSourceMapping')).filter(
      ({ Properties }) => logicalIdOf(Properties.EventSourceArn) === logicalIdOf(target.Arn),
    );

    expect(mappings.map(({ Properties }) => Properties)).toMatchObject([
      {
        FunctionName: { Ref: expect.stringMatching(/^FanOut/) },
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    ]);
  });
});

describe('the rules together', () => {
  const matched = (template: Template) => {
    const rules = patternRules(template);
    const catchAll = compilePattern(rules.find(isCatchAll)![1].Properties.EventPattern);
    const typeRules = rules
      .filter((rule) => !isCatchAll(rule))
      .map(([, { Properties }]) => compilePattern(Properties.EventPattern));
    return (source: string, type: string) => {
      const event = { source, 'detail-type': type, account: '000000000000', detail: { id: 'a' } };
      return { types: typeRules.filter((rule) => rule(event)).length, catchAll: catchAll(event) };
    };
  };

  const type = fc.oneof(
    fc.constantFrom<string>(...routedEventTypes),
    fc.constantFrom('candidate.hired', 'Candidate.moved', 'candidate.moved ', '', '*', 'webhook.x'),
    fc.string(),
  );
  const source = fc.oneof(
    fc.constantFrom('ats', 'recruiting', 'rappel', 'aws.events', 'ATS', 'ats ', ''),
    fc.string(),
  );

  it('take every event of our own bus exactly once, but Rappel’s own never', () => {
    const match = matched(own);

    fc.assert(
      fc.property(source, type, (source, type) => {
        const isOurs = source === 'ats' && (routedEventTypes as readonly string[]).includes(type);
        expect(match(source, type)).toEqual({
          types: isOurs ? 1 : 0,
          catchAll: !isOurs && source !== 'rappel',
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('take of a caller’s bus the configured source’s events exactly once, and nobody else’s', () => {
    const match = matched(foreign);

    fc.assert(
      fc.property(source, type, (source, type) => {
        const isOurs = source === 'recruiting';
        const isKnown = (routedEventTypes as readonly string[]).includes(type);
        expect(match(source, type)).toEqual({
          types: isOurs && isKnown ? 1 : 0,
          catchAll: isOurs && !isKnown,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('have patterns that EventBridge takes', () => {
    for (const [, { Properties }] of [...patternRules(own), ...patternRules(foreign)]) {
      expect(JSON.stringify(Properties.EventPattern).length).toBeLessThanOrEqual(
        patternCharactersMax,
      );
    }
  });
});

describe('the catch-all', () => {
  const catchAllOf = (template: Template) => patternRules(template).find(isCatchAll)!;

  it('keeps what it takes in a queue, with dead letters for what cannot be put', () => {
    const target = catchAllOf(own)[1].Properties.Targets[0];
    const queues = resourcesOf(own, 'AWS::SQS::Queue');

    expect(queues[logicalIdOf(target.Arn)]?.Properties.QueueName).toBe('Rappel-unrouted');
    expect(queues[logicalIdOf(target.DeadLetterConfig.Arn)]?.Properties.QueueName).toBe(
      'Rappel-unrouted-dead',
    );
  });

  it('is updated after every type’s rule and every policy that lets it put', () => {
    const [, { DependsOn = [] }] = catchAllOf(own);
    const rules = patternRules(own).filter((rule) => !isCatchAll(rule));
    const policies = Object.entries(resourcesOf(own, 'AWS::SQS::QueuePolicy')).filter(
      ([, policy]) => rules.some(([id]) => JSON.stringify(policy).includes(`"${id}"`)),
    );

    expect(rules.length).toBe(routedEventTypes.length);
    expect(policies.length).toBe(2 * routedEventTypes.length);
    expect(DependsOn).toEqual(expect.arrayContaining([...rules, ...policies].map(([id]) => id)));
  });

  it('goes to nobody: no function consumes it', () => {
    const mapped = Object.values(resourcesOf(own, 'AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => logicalIdOf(Properties.EventSourceArn),
    );

    expect(mapped).not.toContain(logicalIdOf(catchAllOf(own)[1].Properties.Targets[0].Arn));
  });
});

describe('the bus', () => {
  it('is ours, with an archive of every event for seven days', () => {
    own.resourceCountIs('AWS::Events::EventBus', 1);
    const [archive, ...others] = Object.values(resourcesOf(own, 'AWS::Events::Archive'));

    expect(others).toEqual([]);
    expect(archive?.Properties).toMatchObject({
      RetentionDays: 7,
      SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] },
      // Every event has the account of its publisher: on our bus, ours.
      EventPattern: { account: [{ Ref: 'AWS::AccountId' }] },
    });
  });

  it('may be the caller’s: then none is made, nor an archive, and its name is put out', () => {
    foreign.resourceCountIs('AWS::Events::EventBus', 0);
    foreign.resourceCountIs('AWS::Events::Archive', 0);
    const rules = patternRules(foreign);

    expect(rules.length).toBe(routedEventTypes.length + 1);
    for (const [, { Properties }] of rules) expect(Properties.EventBusName).toBe('ats-events');
    foreign.hasOutput('EventBusName', { Value: 'ats-events' });
  });
});

describe('one more entry in the catalogue', () => {
  const countsOf = (template: Template): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { Type } of Object.values(
      template.toJSON().Resources as Record<string, TemplateResource>,
    )) {
      counts[Type] = (counts[Type] ?? 0) + 1;
    }
    return counts;
  };

  it('adds a rule, a queue, its dead letters, their policies, a mapping and three alarms, and nothing else', () => {
    const catalogue = routedEventTypes as unknown as string[];
    catalogue.push('candidate.hugged');
    const larger = synthesizeTemplate();
    catalogue.pop();

    const before = countsOf(own);
    const added = Object.entries(countsOf(larger))
      .map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const)
      .filter(([, count]) => count !== 0);

    expect(Object.fromEntries(added)).toEqual({
      'AWS::Events::Rule': 1,
      'AWS::SQS::Queue': 2,
      'AWS::SQS::QueuePolicy': 2,
      'AWS::Lambda::EventSourceMapping': 1,
      'AWS::CloudWatch::Alarm': 3,
    });
    expect(typeRuleOf(larger, 'candidate.hugged').Properties.EventPattern).toEqual({
      source: ['ats'],
      'detail-type': ['candidate.hugged'],
    });
  });
});
