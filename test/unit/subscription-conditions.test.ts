// The plain settings as patterns: whichever id an event has, wherever it has it, and for the types that they concern.
import { describe, expect, it } from 'vitest';
import { readOnce } from '../../shared/event-pattern/collect-event.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import { type EventTypeName, eventTypes } from '../../shared/event-types.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { compileConditions, settingPatterns } from '../../shared/subscription-conditions.ts';
import { subscription } from './fan-out/fan-out-setup.ts';

const types = Object.keys(eventTypes) as EventTypeName[];

/** Whether the only condition of these settings lets a body pass. */
const passes = (settings: Partial<Subscription>, body: object): boolean => {
  const [condition, ...others] = compileConditions(subscription(0, settings));
  expect(others).toEqual([]);
  return condition!.isMetBy(readOnce(body));
};

describe.each([
  ['vacancyIds', 'vacancy'],
  ['columnIds', 'column'],
] as const)('%s', (setting, object) => {
  const encoded = 'k2Wn8VbQz6TcP4Lr';

  it.each([
    ['the encoded id in data', { data: { [`${object}_id`]: encoded } }],
    ['the plain id in data', { data: { [object]: { id: 7 } } }],
    ['the encoded id in the object', { data: { [object]: { id: encoded } } }],
    ['the plain id in ids', { data: {}, ids: { [object]: { plain: 7 } } }],
    ['the encoded id in ids', { data: {}, ids: { [object]: { encoded } } }],
  ])('match %s', (_, body) => {
    expect(passes({ [setting]: [1, 7, encoded] }, body)).toBe(true);
    expect(passes({ [setting]: [1, 8, 'k2Wn8VbQz6TcP4LR'] }, body)).toBe(false);
  });

  it.each([
    ['the id of another object', { data: { applicant_id: 7, candidate: { id: 7 } } }],
    ['the digits of an id as a text', { data: { [object]: { id: '7' } } }],
    ['no object', { data: { [object]: null, [`${object}_id`]: null } }],
    ['nothing', { data: {} }],
  ])('do not match %s', (_, body) => {
    expect(passes({ [setting]: [7] }, body)).toBe(false);
  });
});

describe('every type that a setting concerns', () => {
  it.each(types.filter((type) => eventTypes[type].options.some((name) => name === 'vacancy_ids')))(
    '%s is found by either id of its listing',
    (type) => {
      const body = sampleCallback(type);
      const { vacancy_id, vacancy } = body.data as { vacancy_id: string; vacancy: { id: number } };

      expect(passes({ vacancyIds: [vacancy_id] }, body)).toBe(true);
      expect(passes({ vacancyIds: [vacancy.id] }, body)).toBe(true);
      expect(passes({ vacancyIds: [vacancy.id + 1, 'AAAAAAAAAAAAAAAA'] }, body)).toBe(false);
    },
  );

  it.each(types.filter((type) => eventTypes[type].options.some((name) => name === 'column_ids')))(
    '%s is found by either id of its column',
    (type) => {
      const body = sampleCallback(type);
      const { column_id, column } = body.data as { column_id: string; column: { id: number } };

      expect(passes({ columnIds: [column_id] }, body)).toBe(true);
      expect(passes({ columnIds: [column.id] }, body)).toBe(true);
      expect(passes({ columnIds: [column.id + 1, 'AAAAAAAAAAAAAAAA'] }, body)).toBe(false);
    },
  );

  it('is told by its entry in the catalogue; a filter concerns all', () => {
    const all: Partial<Subscription> = {
      vacancyIds: [1],
      columnIds: [1],
      hiredOnly: true,
      filter: '{"type":["x"]}',
    };

    const conditions = compileConditions(subscription(0, all));

    for (const type of types) {
      const concerned = conditions.filter(({ concerns }) => concerns(type)).map(({ name }) => name);
      const own = eventTypes[type].options.filter((name) => name !== 'include_private_comments');
      expect(concerned).toEqual([...own, 'filter']);
    }
  });
});

describe('hired_only', () => {
  it.each([
    [true, { hired: true }],
    [false, { hired: false }],
    [false, { hired: 'true' }],
    [false, null],
  ])('%s for a column %j', (expected, column) => {
    expect(passes({ hiredOnly: true }, { data: { column } })).toBe(expected);
  });

  it('asks nothing where it is false', () => {
    expect(settingPatterns(subscription(0, { hiredOnly: false }))).toEqual([]);
  });
});
