// The generated JSON Schema, judged by a validator that is not zod: it takes what the catalogue takes, and no more.
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { callbackSchema } from '../../../shared/event-types/callback-schema.ts';
import { documented, sharedObject } from '../../../shared/event-types/field.ts';
import { deviationsFrom } from '../../../shared/event-types/find-deviations.ts';
import {
  callbackJsonSchema,
  detailJsonSchema,
  type JsonSchema,
} from '../../../shared/event-types/json-schema.ts';
import { text } from '../../../shared/event-types/kinds.ts';
import { sampleCallback, sampleDetail } from '../../../shared/event-types/samples.ts';
import { type EventTypeName, eventTypes } from '../../../shared/event-types.ts';
import { arbitraryOf } from './arbitrary-of.ts';

const types = Object.keys(eventTypes) as EventTypeName[];

/** Knows the formats' patterns from the schema itself, and our two keywords as words for people. */
const compile = (schema: JsonSchema) => {
  const ajv = new Ajv2020({ strict: true, validateFormats: false, allowUnionTypes: true });
  ajv.addVocabulary(['x-mark', 'x-personal']);
  return ajv.compile(schema);
};

describe.each(types)('the JSON Schema of %s', (type) => {
  const entry = eventTypes[type];
  const takesCallback = compile(callbackJsonSchema(entry, 'en'));
  const takesDetail = compile(detailJsonSchema(entry, 'fr'));
  const detailSchema = callbackSchema(entry).omit({ type: true, event: true, test: true });

  it('takes the sample', () => {
    expect(takesCallback(sampleCallback(type)), takesCallback.errors?.[0]?.message).toBe(true);
    expect(takesDetail(sampleDetail(type)), takesDetail.errors?.[0]?.message).toBe(true);
  });

  it('takes every callback that the catalogue allows', () => {
    fc.assert(
      fc.property(arbitraryOf(callbackSchema(entry)), (callback) => {
        const { type: _, event: __, test: ___, ...detail } = callback as Record<string, unknown>;

        expect(deviationsFrom(callbackSchema(entry), callback)).toEqual([]);
        expect(takesCallback(callback), JSON.stringify(takesCallback.errors)).toBe(true);
        expect(takesDetail(detail), JSON.stringify(takesDetail.errors)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('judges a detail with one value changed as the publisher does', () => {
    const verdicts = { taken: 0, refused: 0 };

    fc.assert(
      fc.property(changeOf(sampleDetail(type)), (detail) => {
        const taken = deviationsFrom(detailSchema, detail).length === 0;
        verdicts[taken ? 'taken' : 'refused'] += 1;

        expect(takesDetail(detail), JSON.stringify(deviationsFrom(detailSchema, detail))).toBe(
          taken,
        );
      }),
      { numRuns: 150 },
    );

    expect(verdicts.refused).toBeGreaterThan(10);
  });
});

/** The value with one of its fields, at any depth, gone, of another kind, or beside a new one. */
const changeOf = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .record({
      path: fc.constantFrom(...pathsOf(value)),
      change: fc.oneof(
        fc.constant('remove'),
        fc.constant('add'),
        fc.constantFrom(null, 0, -1, 1.5, '', 'x', true, [], {}, '2026-10-12', 2 ** 60),
      ),
    })
    .map(({ path, change }) => {
      const copy = structuredClone(value);
      const parent = path.slice(0, -1).reduce((at, key) => at[key] as Tree, copy as Tree);
      const key = path.at(-1)!;
      if (change === 'add') parent[Array.isArray(parent) ? parent.length : 'unknown'] = 1;
      else if (change !== 'remove') parent[key] = change;
      else if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      return copy;
    });

type Tree = Record<string, unknown>;

const pathsOf = (value: unknown): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [
        [key],
        ...pathsOf(inner).map((path) => [key, ...path]),
      ])
    : [];

describe('a receiver', () => {
  it('may take a field that the ATS adds later', () => {
    const takes = compile(callbackJsonSchema(eventTypes['member.added'], 'en'));
    const sample = sampleCallback('member.added');

    expect(takes({ ...sample, new: 1, data: { ...sample.data, new: 1 } })).toBe(true);
  });

  it('reads descriptions in its language, said once a field', () => {
    const french = JSON.stringify(callbackJsonSchema(eventTypes['member.added'], 'fr'));

    expect(french.split("Identifiant encodé de l'utilisateur de `user`")).toHaveLength(2);
    expect(french).not.toContain('First name');
  });

  it('finds each shared object once, by its name', () => {
    const { $defs } = callbackJsonSchema(eventTypes['candidate.moved'], 'en');

    expect(Object.keys($defs as object)).toEqual(
      expect.arrayContaining(['applicant', 'candidate', 'column', 'company', 'user', 'vacancy']),
    );
  });
});

it('refuses two different objects under one name', () => {
  const one = sharedObject('same', { a: documented(text, 'un', 'one') });
  const other = sharedObject('same', { b: documented(text, 'deux', 'two') });
  const entry = { ...eventTypes['member.added'], data: z.strictObject({ one, other }) };

  expect(() => callbackJsonSchema(entry, 'en')).toThrow('Two objects named same differ');
});

it('says what is personal', () => {
  const { $defs } = callbackJsonSchema(eventTypes['member.added'], 'en');
  const user = ($defs as Record<string, { properties: Tree }>).user?.properties;

  expect(user?.email).toMatchObject({ 'x-personal': true });
  expect(user?.id).not.toHaveProperty('x-personal');
});
