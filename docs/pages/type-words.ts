// What a field's schema allows, in words: the column "Type" of the field tables.
import type { JsonSchema, Language } from '../../shared/event-types/json-schema.ts';
import {
  type Alternative,
  allowedBy,
  type Definitions,
  fieldsOf,
  type Kind,
  valuesOf,
} from '../read-schema.ts';

interface Words {
  readonly kinds: Readonly<Record<Kind, string>>;
  /** Of an array's items. */
  readonly plurals: Readonly<Record<Kind, string>>;
  readonly or: string;
  readonly arrayOf: string;
  readonly emptyObject: string;
  readonly fieldsOf: string;
  readonly namesOf: string;
}

const french: Words = {
  kinds: {
    string: 'chaîne',
    integer: 'entier',
    number: 'nombre',
    boolean: 'booléen',
    object: 'objet',
    array: 'tableau',
    any: 'indéterminé',
  },
  plurals: {
    string: 'chaînes',
    integer: 'entiers',
    number: 'nombres',
    boolean: 'booléens',
    object: 'objets',
    array: 'tableaux',
    any: 'valeurs indéterminées',
  },
  or: ' ou ',
  arrayOf: 'tableau de ',
  emptyObject: 'objet vide',
  fieldsOf: 'des champs de ',
  namesOf: 'noms de champs de ',
};

const english: Words = {
  kinds: {
    string: 'string',
    integer: 'integer',
    number: 'number',
    boolean: 'boolean',
    object: 'object',
    array: 'array',
    any: 'any',
  },
  plurals: {
    string: 'strings',
    integer: 'integers',
    number: 'numbers',
    boolean: 'booleans',
    object: 'objects',
    array: 'arrays',
    any: 'values of any type',
  },
  or: ' or ',
  arrayOf: 'array of ',
  emptyObject: 'empty object',
  fieldsOf: 'some fields of ',
  namesOf: 'names of fields of ',
};

const wordsIn: Readonly<Record<Language, Words>> = { fr: french, en: english };

/** "chaîne", "tableau de [question](#object-question)", "`y`, `m`, `d` ou `h`". Null is said elsewhere. */
export const typeWords = (
  schema: JsonSchema,
  definitions: Definitions,
  language: Language,
): string => {
  const words = wordsIn[language];
  const kinds = allowedBy(schema, definitions).alternatives.flatMap((each) =>
    wordsOf(each, definitions, words, words.kinds),
  );
  return kinds.length === 0 ? '`null`' : enumerate([...new Set(kinds)], words);
};

/** The place of an object's table on the page. */
export const objectLink = (name: string): string => `[\`${name}\`](#object-${name})`;

const enumerate = (items: readonly string[], { or }: Words): string =>
  [items.slice(0, -1).join(', '), ...items.slice(-1)].filter(Boolean).join(or);

const wordsOf = (
  { kind, name, schema }: Alternative,
  definitions: Definitions,
  words: Words,
  kinds: Words['kinds'],
): string[] => {
  if (name !== undefined) return [objectLink(name)];
  const values = valuesOf(schema);
  if (values) return valueWords(values, definitions, words);
  if (kind === 'object') return [objectWords(schema, definitions, words) ?? kinds.object];
  if (kind !== 'array') return [kinds[kind]];
  const items = allowedBy(schema.items as JsonSchema, definitions).alternatives.flatMap((each) =>
    wordsOf(each, definitions, words, words.plurals),
  );
  return [words.arrayOf + enumerate(items, words)];
};

const valueWords = (
  values: readonly unknown[],
  definitions: Definitions,
  words: Words,
): string[] => {
  const whole = Object.entries(definitions).find(([, definition]) => {
    const names = fieldsOf(definition).map(({ name }) => name);
    return names.length === values.length && names.every((name) => values.includes(name));
  });
  return whole ? [words.namesOf + objectLink(whole[0])] : values.map((value) => `\`${value}\``);
};

/** Of an object written in place: nothing at all, or some of a shared object's fields. */
const objectWords = (
  schema: JsonSchema,
  definitions: Definitions,
  words: Words,
): string | undefined => {
  if (JSON.stringify(schema.additionalProperties) === '{"not":{}}') return words.emptyObject;
  const fields = fieldsOf(schema);
  if (fields.length === 0) return undefined;
  const whole = Object.entries(definitions).find(([, definition]) => {
    const properties = (definition.properties ?? {}) as Record<string, unknown>;
    return fields.every(
      ({ name, schema }) => JSON.stringify(properties[name]) === JSON.stringify(schema),
    );
  });
  if (whole) return words.fieldsOf + objectLink(whole[0]);
  throw new Error('An object of its own fields needs a name: make it with `sharedObject`');
};
