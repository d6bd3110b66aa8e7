// Every value that a schema of the catalogue allows, as a fast-check arbitrary made from the schema.
import fc from 'fast-check';
import * as z from 'zod';
import { bareOf, innerOf, isOptional } from '../../../shared/event-types/field.ts';

/** Values are JSON data: what a receiver could read. */
export const arbitraryOf = (schema: z.ZodType): fc.Arbitrary<unknown> => {
  const inner = innerOf(schema);
  if (schema instanceof z.ZodNullable) return fc.option(arbitraryOf(inner!), { nil: null });
  if (inner) return arbitraryOf(inner);
  if (schema instanceof z.ZodObject) return arbitraryObject(schema);
  if (schema instanceof z.ZodArray) return arbitraryArray(schema);
  if (schema instanceof z.ZodUnion) {
    return fc.oneof(...schema.options.map((option) => arbitraryOf(option as z.ZodType)));
  }
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodNull) return fc.constant(null);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodRecord) return arbitraryRecord(schema);
  if (schema instanceof z.ZodUnknown) return anyJson;
  if (schema instanceof z.ZodNumber) return arbitraryInteger(schema);
  if (schema instanceof z.ZodISODateTime) return anyInstant;
  if (schema instanceof z.ZodString) return arbitraryString(schema);
  throw new Error(`No arbitrary is written for a schema of kind ${schema.type}`);
};

/** Without `-0`, which JSON cannot say. */
const anyJson = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)));

const anyInstant = fc
  .date({
    min: new Date('0000-01-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());

const arbitraryObject = (schema: z.ZodObject): fc.Arbitrary<unknown> => {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
  const required = fields.filter(([, field]) => !isOptional(field));
  return fc.record(Object.fromEntries(fields.map(([key, field]) => [key, arbitraryOf(field)])), {
    requiredKeys: required.map(([key]) => key),
    noNullPrototype: true,
  });
};

const arbitraryArray = (schema: z.ZodArray): fc.Arbitrary<unknown> =>
  fc.array(arbitraryOf(schema.element as z.ZodType), {
    minLength: schema.safeParse([]).success ? 0 : 1,
    maxLength: 3,
  });

const arbitraryRecord = (schema: z.ZodRecord): fc.Arbitrary<unknown> =>
  bareOf(schema.valueType as z.ZodType) instanceof z.ZodNever
    ? fc.constant({})
    : fc.dictionary(fc.string(), anyJson, { maxKeys: 3, noNullPrototype: true });

const arbitraryInteger = (schema: z.ZodNumber): fc.Arbitrary<unknown> =>
  fc.integer({
    min: Math.max(schema.minValue ?? Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
    max: Number.MAX_SAFE_INTEGER,
  });

const arbitraryString = (schema: z.ZodString): fc.Arbitrary<unknown> => {
  const checks = (schema.def.checks ?? []).map(({ _zod }) => _zod.def);
  const [pattern, ...others] = checks.map((check) => (check as { pattern?: RegExp }).pattern);
  if (others.length > 0) throw new Error('No arbitrary is written for two checks at once');
  return pattern ? fc.stringMatching(pattern) : fc.string({ unit: 'grapheme' });
};
