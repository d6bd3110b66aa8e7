// The renderings of an event: which one a subscription gets, and what is in it.
import { describe, expect, it } from 'vitest';
import { type AtsEvent, renderCallback } from '../../shared/event.ts';
import { stepDown } from '../../shared/event-types/data-at-version.ts';
import { sampleBytes, sampleCallback } from '../../shared/event-types/samples.ts';
import { thinData } from '../../shared/event-types/thin-data.ts';
import { type EventTypeName, eventTypes } from '../../shared/event-types.ts';
import { fullBodyFor, isOwnVariant, renderVariant, variantOf } from '../../shared/event-variant.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { subscription } from './fan-out/fan-out-setup.ts';

const types = Object.keys(eventTypes) as EventTypeName[];

const sampleEvent = (type: EventTypeName, change: Partial<AtsEvent> = {}): AtsEvent => {
  const { id, timestamp, company_id: companyId, data } = sampleCallback(type);
  return { id, type, timestamp, companyId, data, ...change };
};

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('the rendering that a subscription gets', () => {
  it.each([
    ['full@1', {}, 1],
    ['thin@1', { payload: 'thin' }, 1],
    ['down@1', {}, 2],
    ['down@1', { versions: { 'candidate.created': 2 } }, 2],
    ['full@2', { versions: { 'candidate.moved': 2 } }, 2],
    ['thin@2', { versions: { 'candidate.moved': 2 }, payload: 'thin' }, 3],
    ['full@1', { versions: { 'candidate.moved': 2 } }, 1],
  ] as [string, Partial<Subscription>, number][])(
    'is %s for %j, of an event of version %i',
    (variant, settings, version) => {
      const event = sampleEvent('candidate.moved', { version });

      expect(variantOf(subscription(0, settings), event)).toBe(variant);
    },
  );

  it('is the event’s own row where it is full, and that alone', () => {
    expect(['full@1', 'full@2', 'down@1', 'thin@2'].map(isOwnVariant)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe.each(types)('%s', (type) => {
  it('is rendered in full as documented', () => {
    expect(textOf(renderVariant(sampleEvent(type), 'full@1'))).toBe(textOf(sampleBytes(type)));
  });

  it('is rendered thin with its whole envelope, and of data what the allow-list lets pass', () => {
    const rendered = JSON.parse(textOf(renderVariant(sampleEvent(type), 'thin@1')));

    const sample = sampleCallback(type);
    expect(rendered).toEqual({ ...sample, data: thinData(type, sample.data) });
    expect(Object.keys(rendered)).toEqual(Object.keys(sample));
  });
});

describe('thin ids', () => {
  it('are those of the catalogue, and nothing else that stands beside them', () => {
    const ids = { vacancy: { plain: 7, secret: 'x' }, person: { name: 'Inès' } };

    const rendered = renderVariant(sampleEvent('candidate.moved', { ids }), 'thin@1');

    expect(JSON.parse(textOf(rendered)).ids).toEqual({ vacancy: { plain: 7 } });
  });
});

describe('an earlier version', () => {
  /** Version 2 calls `a` what version 1 called `b`; version 3 wraps it. */
  const steps = {
    stepsDown: [
      ({ a }: { a?: unknown }) => ({ b: a }),
      ({ wrapped }: { wrapped?: unknown }) => ({ a: (wrapped as { in?: unknown })?.in }),
    ],
  };
  const newest = { wrapped: { in: 5 } };

  it.each([
    [3, 3, newest],
    [3, 2, { a: 5 }],
    [3, 1, { b: 5 }],
    [2, 1, { b: undefined }],
    [1, 1, newest],
  ])('of data of version %i, as version %i had it', (from, to, expected) => {
    expect(stepDown(steps, { from, to }, newest)).toEqual(expected);
  });

  it('is what a subscription’s filter looks at, with nothing left out of it by `thin`', () => {
    const event = sampleEvent('candidate.moved');

    const body = fullBodyFor(subscription(0, { payload: 'thin' }), event);

    expect(JSON.stringify(body)).toBe(textOf(renderCallback(event)));
  });
});
