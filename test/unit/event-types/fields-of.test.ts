// Every field of every type says what it means, in both languages, and where it is known from.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fieldsOf } from '../../../shared/event-types/fields-of.ts';
import { type EventTypeName, eventTypes } from '../../../shared/event-types.ts';

const types = Object.keys(eventTypes) as EventTypeName[];

describe.each(types)('the fields of %s', (type) => {
  const fields = fieldsOf(eventTypes[type].data);

  it('are described in French and in English, each with its mark', () => {
    const bare = fields.filter(
      ({ notes }) => !notes.description?.fr || !notes.description.en || !notes.mark,
    );

    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  it('say how a string is written wherever not any string will do', () => {
    const strict = fields.filter(
      ({ schema }) =>
        schema instanceof z.ZodISODateTime ||
        (schema instanceof z.ZodString && (schema.def.checks ?? []).length > 0),
    );

    const unsaid = strict.filter(({ notes }) => !notes.format?.fr || !notes.format.en);

    expect(strict.map(({ path }) => path)).toContain('company.id');
    expect(unsaid.map(({ path }) => path)).toEqual([]);
  });

  it('are personal wherever the name says so', () => {
    const names =
      /(firstname|lastname|email|phone|signature|comment\.text|mail\.\w+|cv|external_id)$/;
    const unmarked = fields.filter(
      ({ path, personal, schema }) =>
        names.test(path) &&
        !/^(vacancy|applicant\.vacancy|previous)\./.test(path) &&
        !path.endsWith('use_email') &&
        !path.endsWith('slug_mail') &&
        schema.type !== 'object' &&
        path !== 'message.mail.status' &&
        !personal,
    );

    expect(unmarked.map(({ path }) => path)).toEqual([]);
  });
});

it('tells a field that may be null from one that may be absent', () => {
  const fields = fieldsOf(eventTypes['message.sent'].data);
  const flagsOf = (path: string) => {
    const field = fields.find((candidate) => candidate.path === path);
    return { nullable: field?.nullable, optional: field?.optional };
  };

  expect(flagsOf('message.author')).toEqual({ nullable: true, optional: false });
  expect(flagsOf('column')).toEqual({ nullable: false, optional: true });
  expect(flagsOf('candidate.summary')).toEqual({ nullable: true, optional: false });
  expect(flagsOf('user_id')).toEqual({ nullable: false, optional: false });
});
