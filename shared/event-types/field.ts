// What the catalogue says of a field beside its schema: in two languages, where it is known from, and whether it is personal.
import * as z from 'zod';
import type { Bilingual } from './define-event-type.ts';

/** Where a field is known from: the ATS's webhook documentation, its REST API's documentation, or our proposal. */
export type Mark = 'documented' | 'rest' | 'proposed';

export interface FieldNotes {
  readonly description?: Bilingual;
  readonly mark?: Mark;
  /** The field tells something of a person: a name, a way to reach them, their words, a judgement. Ids do not. */
  readonly personal?: true;
  /** May travel in a thin payload, as one of the two things that may. */
  readonly thin?: 'id' | 'link';
  /** How the value is written, or its unit. */
  readonly format?: Bilingual;
  /** A value for a sample that no file gives. */
  readonly example?: unknown;
  /** The name of a shared object, such as `vacancy`. */
  readonly object?: string;
}

/** Not zod's global registry: this one's words stay out of what zod generates by itself. */
const registry = z.registry<FieldNotes>();

/** The schema with more notes, as a copy: one kind of value serves many fields. */
export const annotate = <Schema extends z.ZodType>(schema: Schema, notes: FieldNotes): Schema => {
  const copy = schema.clone();
  registry.add(copy, { ...registry.get(schema), ...notes });
  return copy;
};

/** All that is known of a field; what is said outside `nullable` or `optional` wins over what is said inside. */
export const notesOf = (schema: z.ZodType): FieldNotes => {
  const inner = innerOf(schema);
  return { ...(inner && notesOf(inner)), ...registry.get(schema) };
};

/** What `nullable` or `optional` wraps, or undefined. */
export const innerOf = (schema: z.ZodType): z.ZodType | undefined =>
  schema instanceof z.ZodNullable || schema instanceof z.ZodOptional
    ? (schema.unwrap() as z.ZodType)
    : undefined;

/** The schema within every `nullable` and `optional`. */
export const bareOf = (schema: z.ZodType): z.ZodType => {
  const inner = innerOf(schema);
  return inner ? bareOf(inner) : schema;
};

/** May be absent from its object. What is of unknown shape must be there all the same. */
export const isOptional = (schema: z.ZodType): boolean => {
  const inner = innerOf(schema);
  return schema instanceof z.ZodOptional || (inner !== undefined && isOptional(inner));
};

/** Says of a field what it means, and by its name where the field is known from. */
export type Describe = <Schema extends z.ZodType>(schema: Schema, fr: string, en: string) => Schema;

const describeAs =
  (mark: Mark): Describe =>
  (schema, fr, en) =>
    annotate(schema, { description: { fr, en }, mark });

/** A field of the ATS's webhook documentation: its table or its sample. */
export const documented = describeAs('documented');

/** A field that the ATS documents for the same object of its REST API, not for webhooks. */
export const rest = describeAs('rest');

/** A field that the ATS documents nowhere. */
export const proposed = describeAs('proposed');

/** Marks a field as personal data. */
export const personal = <Schema extends z.ZodType>(schema: Schema): Schema =>
  annotate(schema, { personal: true });

/** An object that several events share, by its name. Unknown fields are deviations. */
export const sharedObject = <Shape extends z.core.$ZodShape>(name: string, shape: Shape) =>
  annotate(z.strictObject(shape), { object: name });
