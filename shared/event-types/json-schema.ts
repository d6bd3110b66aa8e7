// JSON Schema 2020-12 of every type, generated from the catalogue: for receivers, and for the ATS.
// https://json-schema.org/draft/2020-12/json-schema-core
import * as z from 'zod';
import { callbackSchema } from './callback-schema.ts';
import type { Bilingual, EventTypeEntry } from './define-event-type.ts';
import { notesOf } from './field.ts';

export type Language = keyof Bilingual;

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What a company receives for a type. Unknown fields are allowed everywhere: a receiver that refuses them would
 * break on the day that the ATS adds one.
 */
export const callbackJsonSchema = (entry: EventTypeEntry, language: Language): JsonSchema =>
  describe(callbackSchema(entry), entry, 'callback', language, true);

/** What the ATS puts as `Detail` for a type, as strictly as the publisher takes it. */
export const detailJsonSchema = (entry: EventTypeEntry, language: Language): JsonSchema =>
  describe(
    callbackSchema(entry).omit({ type: true, event: true, test: true }),
    entry,
    'detail',
    language,
    false,
  );

const describe = (
  schema: z.ZodType,
  entry: EventTypeEntry,
  role: 'callback' | 'detail',
  language: Language,
  open: boolean,
): JsonSchema => {
  const generated = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, keywordsOf(zodSchema as unknown as z.ZodType, language));
      if (open) relax(jsonSchema);
    },
  });
  const $defs: Record<string, unknown> = {};
  const { $schema, ...body } = withReferences(generated, $defs) as Record<string, unknown>;
  return {
    $schema,
    $id: `urn:rappel:${role}:${entry.name}:${entry.version}`,
    title: entry.label[language],
    description: entry.description[language],
    ...body,
    $defs,
  };
};

/** Takes out what a receiver need not check: closed objects, the bounds of exact integers, a date's long pattern. */
const relax = (jsonSchema: z.core.JSONSchema.BaseSchema): void => {
  const { additionalProperties, minimum, maximum, format } = jsonSchema;
  if (additionalProperties === false) delete jsonSchema.additionalProperties;
  if (minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (format === 'date-time') delete jsonSchema.pattern;
};

/** Only where a field is described, so that it is said once and not again of what `nullable` wraps. */
const keywordsOf = (schema: z.ZodType, language: Language): Record<string, unknown> => {
  const { description, format, mark, personal, object } = notesOf(schema);
  return {
    ...(schema instanceof z.ZodObject && object && { [objectKeyword]: object }),
    ...(description && {
      description: `${description[language]}${format ? ` (${format[language]})` : ''}`,
      'x-mark': mark,
      ...(personal && { 'x-personal': true }),
    }),
  };
};

/** Names a shared object until it has its place in `$defs`. */
const objectKeyword = 'x-object';

/** What a field says of a shared object, beside the reference to it. */
const wordKeywords = ['description', 'x-mark', 'x-personal'];

/** Moves each shared object to `$defs`, under its name, and says of a nullable field once what it means. */
const withReferences = (node: unknown, $defs: Record<string, unknown>): unknown => {
  if (Array.isArray(node)) return node.map((item) => withReferences(item, $defs));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(
    ([key, value]) => [key, withReferences(value, $defs)] as const,
  );
  const words = Object.fromEntries(entries.filter(([key]) => wordKeywords.includes(key)));
  const { [objectKeyword]: name, ...definition } = Object.fromEntries(
    entries.filter(([key]) => !wordKeywords.includes(key)),
  );
  if (Array.isArray(definition.anyOf) && 'description' in words) {
    definition.anyOf = definition.anyOf.map(withoutWords);
  }
  if (typeof name !== 'string') return { ...definition, ...words };
  $defs[name] ??= definition;
  if (JSON.stringify($defs[name]) !== JSON.stringify(definition)) {
    throw new Error(`Two objects named ${name} differ within one event type; name one otherwise`);
  }
  return { $ref: `#/$defs/${name}`, ...words };
};

const withoutWords = (node: object): object =>
  Object.fromEntries(Object.entries(node).filter(([key]) => !wordKeywords.includes(key)));
