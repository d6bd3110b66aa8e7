// The schema registry: there where it is asked for, with a schema of each event that is on the bus.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../infra/draft-4-schema.ts';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import { eventTypes, routedEventTypes } from '../../shared/event-types.ts';
import {
  resourcesOf,
  synthesizeTemplate,
  type TemplateResource,
} from '../support/synthesize-template.ts';
import { arbitraryOf } from '../unit/event-types/arbitrary-of.ts';
import { isValidDraft4 } from '../unit/infra/draft-4-validator.ts';

const contents = new Map<string, JsonSchema>();
let published: TemplateResource[] = [];

beforeAll(() => {
  const template = synthesizeTemplate({ schemaRegistry: true, source: 'recruiting' });
  published = Object.values(resourcesOf(template, 'AWS::EventSchemas::Schema'));
  for (const { Properties } of published) {
    contents.set(Properties.SchemaName, JSON.parse(Properties.Content));
  }
});

/** An event as EventBridge hands it to a rule. */
const onTheBus = (type: string, detail: unknown) => ({
  version: '0',
  id: '7b2f4c1e-0f5a-4f0e-9d3c-2a1b0c9d8e7f',
  'detail-type': type,
  source: 'recruiting',
  account: '123456789012',
  time: '2026-10-12T07:55:02Z',
  region: 'eu-west-3',
  resources: [],
  detail,
});

it('is not made unless it is asked for', () => {
  const template = synthesizeTemplate();

  expect(resourcesOf(template, 'AWS::EventSchemas::Registry')).toEqual({});
});

describe('the registry', () => {
  it('has a schema of draft 4 for each type that the ATS publishes, under the name that EventBridge would give', () => {
    expect([...contents.keys()].sort()).toEqual(
      routedEventTypes.map((type) => `recruiting@${type}`).sort(),
    );
    expect(published.map(({ Properties }) => Properties.Type)).toEqual(
      published.map(() => 'JSONSchemaDraft4'),
    );
  });

  it('keeps each schema within the 100,000 characters that a registry takes', () => {
    const longest = Math.max(...published.map(({ Properties }) => Properties.Content.length));

    expect(longest).toBeLessThanOrEqual(100_000);
  });
});

describe.each(routedEventTypes)('the schema of %s', (type) => {
  const takes = (event: unknown): boolean =>
    isValidDraft4(contents.get(`recruiting@${type}`)!, event);

  it('takes the sample as it is on the bus', () => {
    expect(takes(onTheBus(type, sampleDetail(type)))).toBe(true);
  });

  it('takes every data that the catalogue allows', () => {
    fc.assert(
      fc.property(arbitraryOf(eventTypes[type].data), (data) =>
        takes(onTheBus(type, { ...sampleDetail(type), data })),
      ),
      { numRuns: 30 },
    );
  });

  it('refuses what the publisher would refuse', () => {
    const detail = sampleDetail(type);

    expect(takes(onTheBus(type, { ...detail, company_id: 'q7Rk2VbXm4TzN9Ld' }))).toBe(false);
    expect(takes(onTheBus(type, { ...detail, data: {} }))).toBe(false);
    expect(takes(onTheBus(type, { ...detail, data: { ...detail.data, new: 1 } }))).toBe(false);
    expect(takes(onTheBus('candidate.renamed', detail))).toBe(false);
  });
});
