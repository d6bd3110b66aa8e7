// A value that a schema allows, made from the schema: the sample of a type that nobody wrote one for.
import * as z from 'zod';
import { bareOf, notesOf } from './field.ts';

/** Always the same value. Every optional field is there, and nothing is null that need not be. */
export const composeSample = (schema: z.ZodType): unknown => {
  const { example } = notesOf(schema);
  if (example !== undefined) return example;
  const bare = bareOf(schema);
  if (bare instanceof z.ZodObject) {
    const fields = Object.entries(bare.shape as Record<string, z.ZodType>);
    return Object.fromEntries(fields.map(([key, field]) => [key, composeSample(field)]));
  }
  if (bare instanceof z.ZodArray) return [composeSample(bare.element as z.ZodType)];
  if (bare instanceof z.ZodUnion) return composeSample(bare.options[0] as z.ZodType);
  if (bare instanceof z.ZodEnum) return bare.options[0];
  if (bare instanceof z.ZodLiteral) return bare.value;
  if (bare instanceof z.ZodString) return 'texte';
  if (bare instanceof z.ZodNumber) return bare.minValue && bare.minValue > 0 ? bare.minValue : 1;
  if (bare instanceof z.ZodBoolean) return false;
  if (bare instanceof z.ZodRecord) return {};
  if (bare instanceof z.ZodNull) return null;
  throw new Error(`A field of kind ${bare.type} needs an example in its notes`);
};
