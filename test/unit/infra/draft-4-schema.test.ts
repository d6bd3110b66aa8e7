// The conversion to draft 4: whatever a schema of 2020-12 takes or refuses, the converted one does too.
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonSchema, toDraft4 } from '../../../infra/draft-4-schema.ts';
import { isValidDraft4 } from './draft-4-validator.ts';

describe('toDraft4', () => {
  it.each<[string, JsonSchema, JsonSchema]>([
    ['const', { const: 'task' }, { enum: ['task'] }],
    ['const null', { const: null }, { enum: [null] }],
    ['a list of types', { type: ['string', 'null'] }, { type: ['string', 'null'] }],
    [
      'null beside a shared object',
      { anyOf: [{ $ref: '#/$defs/cv' }, { type: 'null' }], $defs: { cv: { type: 'object' } } },
      {
        anyOf: [{ $ref: '#/definitions/cv' }, { type: 'null' }],
        definitions: { cv: { type: 'object' } },
      },
    ],
    ['an exclusive bound', { exclusiveMinimum: 0 }, { minimum: 0, exclusiveMinimum: true }],
    [
      'two bounds, the exclusive one narrower',
      { maximum: 9, exclusiveMaximum: 5 },
      { maximum: 5, exclusiveMaximum: true },
    ],
    ['two bounds, the inclusive one narrower', { minimum: 9, exclusiveMinimum: 5 }, { minimum: 9 }],
    [
      'a tuple',
      { prefixItems: [{ const: 1 }, true], items: false },
      { items: [{ enum: [1] }, {}], additionalItems: false },
    ],
    [
      'a schema that is true or false',
      { not: true, anyOf: [false] },
      { not: {}, anyOf: [{ not: {} }] },
    ],
    [
      'properties named like keywords',
      { properties: { const: { type: 'string' }, $ref: { const: 1 } } },
      { properties: { const: { type: 'string' }, $ref: { enum: [1] } } },
    ],
    ['names that are strings, as all are', { propertyNames: { type: 'string' } }, {}],
    [
      'words beside a reference, which draft 4 would pass over',
      { $ref: '#/$defs/a', description: 'A' },
      { allOf: [{ $ref: '#/definitions/a' }], description: 'A' },
    ],
  ])('says %s', (_, schema, expected) => {
    expect(toDraft4(schema)).toEqual({
      $schema: 'http://json-schema.org/draft-04/schema#',
      ...expected,
    });
  });

  it.each([
    { contains: {} },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, awaited by nobody
    { if: {}, then: false },
    { unevaluatedProperties: false },
    { properties: { a: { propertyNames: { pattern: 'x' } } } },
    { anyOf: [{ $dynamicRef: '#a' }] },
  ])('refuses %j, which draft 4 cannot say', (schema) => {
    expect(() => toDraft4(schema)).toThrow('JSON Schema draft 4 has no');
  });

  it('gives a schema that judges every value as before', () => {
    const verdicts = { taken: 0, refused: 0 };

    fc.assert(
      fc.property(schemas, fc.array(values, { minLength: 5, maxLength: 20 }), (schema, some) => {
        const ajv = new Ajv2020({ strict: false, validateFormats: false });
        const document = { ...schema, $defs: { shared: { type: ['integer', 'object'] } } };
        const takes = ajv.compile(document);
        const converted = toDraft4(document);

        for (const value of some) {
          const taken = takes(value);
          verdicts[taken ? 'taken' : 'refused'] += 1;
          expect(isValidDraft4(converted, value), JSON.stringify({ schema, value })).toBe(taken);
        }
      }),
      { numRuns: process.env.RAPPEL_FULL === '1' ? 2_000 : 150 },
    );

    expect(Math.min(verdicts.taken, verdicts.refused)).toBeGreaterThan(150);
  });
});

const small = fc.integer({ min: -3, max: 3 });
const names = fc.constantFrom('a', 'b', 'const');

const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, '', 'x', 'task', 1.5),
    small,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 3 }),
  ),
})).value;

const kinds = fc.constantFrom('string', 'integer', 'number', 'boolean', 'object', 'array', 'null');

/** Every keyword that the conversion knows, alone and together. */
const schemas: fc.Arbitrary<JsonSchema> = fc.letrec<{
  schema: JsonSchema;
  open: boolean | JsonSchema;
}>((tie) => ({
  open: fc.oneof(fc.boolean(), tie('schema')),
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<JsonSchema>(
      {},
      { $ref: '#/$defs/shared' },
      { $ref: '#/$defs/shared', minimum: 1 },
    ),
    fc.record({ const: fc.constantFrom(1, null, 'task', 'x') }),
    fc.record({ type: fc.oneof(kinds, fc.uniqueArray(kinds, { minLength: 1 })) }),
    fc.record(
      { minimum: small, exclusiveMinimum: small, maximum: small, exclusiveMaximum: small },
      { requiredKeys: [] },
    ),
    fc.record(
      {
        properties: fc.dictionary(names, tie('open')),
        required: fc.uniqueArray(names),
        additionalProperties: tie('open'),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      {
        prefixItems: fc.array(tie('open'), { minLength: 1, maxLength: 2 }),
        items: tie('open'),
        minItems: fc.nat(2),
      },
      { requiredKeys: [] },
    ),
    fc.record({ anyOf: fc.array(tie('open'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ oneOf: fc.array(tie('open'), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      allOf: fc.array(tie('open'), { minLength: 1, maxLength: 2 }),
      $ref: fc.constant('#/$defs/shared'),
    }),
    fc.record({ not: tie('open') }),
  ),
})).schema;
