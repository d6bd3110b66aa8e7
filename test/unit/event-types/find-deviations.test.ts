// Where data deviates from the catalogue: each deviation by its path, none with a value.
import { describe, expect, it } from 'vitest';
import { deviationsMax, findDeviations } from '../../../shared/event-types/find-deviations.ts';
import { sampleCallback } from '../../../shared/event-types/samples.ts';
import { type EventTypeName, eventTypes } from '../../../shared/event-types.ts';

/** Data as tests change it. */
// biome-ignore lint/suspicious/noExplicitAny: reaching into six levels of unknown data
type Loose = Record<string, any>;

const changed = (type: EventTypeName, change: (data: Loose) => void): Loose => {
  const { data } = sampleCallback(type);
  change(data);
  return data;
};

describe('the schemas', () => {
  it.each(Object.keys(eventTypes) as EventTypeName[])('take the sample of %s as it is', (type) => {
    expect(findDeviations(type, sampleCallback(type).data)).toEqual([]);
  });

  it.each<[string, EventTypeName, (data: Loose) => void]>([
    ['an empty user of a candidate who applied alone', 'candidate.created', (d) => (d.user = {})],
    ['no user', 'candidate.created', (d) => (d.user = null)],
    ['an unknown origin of a move', 'candidate.moved', (d) => (d.previous_column = null)],
    ['a move by an automation', 'candidate.moved', (d) => (d.user = d.user_id = null)],
    ['remote work as a word', 'candidate.moved', (d) => (d.vacancy.remote = 'parttime')],
    ['a salary as a number', 'candidate.moved', (d) => (d.vacancy.salary = 28_000)],
    ['a sent message without a column', 'message.sent', (d) => delete d.column],
    ['a task about a member', 'task.created', (d) => (d.applicant = d.applicant_id = null)],
  ])('take %s', (_, type, change) => {
    expect(findDeviations(type, changed(type, change))).toEqual([]);
  });

  it.each<[string, EventTypeName, (data: Loose) => void, string, string]>([
    [
      'a missing field',
      'candidate.moved',
      (d) => delete d.candidate.email,
      'candidate.email',
      'is missing',
    ],
    [
      'an unknown field',
      'candidate.moved',
      (d) => (d.applicant.applies[0].note = 1),
      'applicant.applies.0.note',
      'is not in the catalogue',
    ],
    [
      'a null where there is none',
      'candidate.moved',
      (d) => (d.column.hired = null),
      'column.hired',
      'must be true or false, not null',
    ],
    [
      'an id of the other family',
      'candidate.moved',
      (d) => (d.applicant.id = 'b9FzQ6nLr4DsX1Ke'),
      'applicant.id',
      'must be an integer, not a string',
    ],
    [
      'an encoded id with a wrong length',
      'candidate.moved',
      (d) => (d.vacancy_id = 'M3xWp8'),
      'vacancy_id',
      'must be 16 letters or digits',
    ],
    [
      'a time of another style',
      'candidate.moved',
      (d) => (d.column.created_at = '12/10/26'),
      'column.created_at',
      'must be an ISO 8601 instant in UTC with milliseconds, such as 2026-10-10T09:16:00.120Z',
    ],
    [
      'a word outside its list',
      'vacancy.created',
      (d) => (d.vacancy.mensuality = 'w'),
      'vacancy.mensuality',
      'must be "y" or "m" or "d" or "h"',
    ],
    [
      'neither of two kinds',
      'vacancy.created',
      (d) => (d.vacancy.salary = false),
      'vacancy.salary',
      'must be a string or an integer, not a boolean',
    ],
    [
      'a user that lacks a field, not an empty one that has too many',
      'candidate.created',
      (d) => {
        d.user = sampleCallback('candidate.moved').data.user;
        delete d.user.email;
      },
      'user.email',
      'is missing',
    ],
    [
      'an update without a change',
      'vacancy.updated',
      (d) => (d.changed = []),
      'changed',
      'must have 1 or more items',
    ],
    [
      'an unknown name among the fields that changed',
      'vacancy.updated',
      (d) => (d.changed = ['colour']),
      'changed.0',
      'must be "id" or "company_id"',
    ],
  ])('report %s', (_, type, change, path, problem) => {
    const deviations = findDeviations(type, changed(type, change));

    expect(deviations).toEqual([{ path, problem: expect.stringContaining(problem) }]);
  });

  it.each([null, undefined, 7, 'text', []])('report data that is no object: %s', (data) => {
    expect(findDeviations('member.added', data)).toEqual([
      { path: '', problem: expect.stringMatching(/^(is missing|must be an object, not .+)$/) },
    ]);
  });
});

describe('a report', () => {
  it('names a missing and an unknown field of an object that might have been empty', () => {
    const data = changed('candidate.created', (d) => {
      d.user = { ...(sampleCallback('candidate.moved').data.user as object), nickname: 'x' };
      delete d.user.email;
    });

    expect(findDeviations('candidate.created', data)).toEqual([
      { path: 'user.email', problem: 'is missing' },
      { path: 'user.nickname', problem: 'is not in the catalogue' },
    ]);
  });

  it('names no value, which may be personal', () => {
    const data = changed('candidate.moved', (d) => {
      d.candidate.firstname = { secret: 'Inès' };
      d.candidate.id = 'Inès';
      d.vacancy.currency = 'Inès';
    });

    const report = findDeviations('candidate.moved', data);

    expect(report).toHaveLength(3);
    expect(JSON.stringify(report)).not.toContain('Inès');
  });

  it('stays short when everything deviates', () => {
    const data = changed('candidate.moved', (d) => {
      for (let index = 0; index < 1_000; index += 1) d[`${index}${'x'.repeat(300)}`] = index;
    });

    const report = findDeviations('candidate.moved', data);

    expect(report).toHaveLength(deviationsMax);
    expect(Math.max(...report.map(({ path }) => path.length))).toBeLessThanOrEqual(200);
  });
});
