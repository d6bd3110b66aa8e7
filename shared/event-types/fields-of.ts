// The fields of a schema as a flat list: for the documentation's tables, and for tests that look at every field.
import * as z from 'zod';
import { bareOf, type FieldNotes, isOptional, notesOf } from './field.ts';

export interface Field {
  /** From `data` on: `applicant.applies[].id`. */
  readonly path: string;
  /** Without its `nullable` and `optional`. */
  readonly schema: z.ZodType;
  readonly notes: FieldNotes;
  readonly nullable: boolean;
  /** May be absent. */
  readonly optional: boolean;
  /** The field is marked so, or something that it is part of. */
  readonly personal: boolean;
}

/** Every field of an object schema and of the objects in it, each after the object that has it. */
export const fieldsOf = (schema: z.ZodType, path = '', personal = false): Field[] => {
  const bare = bareOf(schema);
  const within = personal || notesOf(schema).personal === true;
  if (bare instanceof z.ZodArray) {
    return fieldsOf(bare.element as z.ZodType, `${path}[]`, within);
  }
  if (bare instanceof z.ZodUnion) {
    return bare.options.flatMap((option) => fieldsOf(option as z.ZodType, path, within));
  }
  if (!(bare instanceof z.ZodObject)) return [];
  return Object.entries(bare.shape as Record<string, z.ZodType>).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const notes = notesOf(value);
    const own: Field = {
      path: at,
      schema: bareOf(value),
      notes,
      nullable: value.safeParse(null).success,
      optional: isOptional(value),
      personal: within || notes.personal === true,
    };
    return [own, ...fieldsOf(value, at, within)];
  });
};
