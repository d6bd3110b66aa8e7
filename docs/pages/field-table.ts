// The tables of fields: what each may be, whether it is personal, where it is known from, what it means.
import type { Mark } from '../../shared/event-types/field.ts';
import type { JsonSchema, Language } from '../../shared/event-types/json-schema.ts';
import { allowedBy, type Definitions, fieldsOf, type SchemaField } from '../read-schema.ts';
import { table } from './markdown.ts';
import { typeWords } from './type-words.ts';

export interface FieldRow {
  readonly name: string;
  readonly type: string;
  readonly mayBe: string;
  readonly personal: string;
  readonly source: string;
  readonly description: string;
}

interface Words {
  readonly header: Readonly<Record<keyof FieldRow, string>>;
  readonly marks: Readonly<Record<Mark, string>>;
  readonly absent: string;
  readonly or: string;
  readonly yes: string;
}

const wordsIn: Readonly<Record<Language, Words>> = {
  fr: {
    header: {
      name: 'Champ',
      type: 'Type',
      mayBe: 'Peut être',
      personal: 'Perso.',
      source: 'Origine',
      description: 'Description',
    },
    marks: { documented: 'webhooks', rest: 'API', proposed: 'proposé' },
    absent: 'absent',
    or: ' ou ',
    yes: 'oui',
  },
  en: {
    header: {
      name: 'Field',
      type: 'Type',
      mayBe: 'May be',
      personal: 'Personal',
      source: 'Source',
      description: 'Description',
    },
    marks: { documented: 'webhooks', rest: 'API', proposed: 'proposed' },
    absent: 'absent',
    or: ' or ',
    yes: 'yes',
  },
};

export const allColumns: readonly (keyof FieldRow)[] = [
  'name',
  'type',
  'mayBe',
  'personal',
  'source',
  'description',
];

/** Every field of the object, in the order in which they are sent. */
export const fieldTable = (
  object: JsonSchema,
  definitions: Definitions,
  language: Language,
  columns = allColumns,
): string => rowTable(rowsOf(object, definitions, language), language, columns);

export const rowsOf = (
  object: JsonSchema,
  definitions: Definitions,
  language: Language,
): FieldRow[] => fieldsOf(object).map((field) => rowOf(field, definitions, language));

export const rowTable = (
  rows: readonly FieldRow[],
  language: Language,
  columns = allColumns,
): string =>
  table(
    columns.map((column) => wordsIn[language].header[column]),
    rows.map((row) => columns.map((column) => row[column])),
  );

const rowOf = (
  { name, schema, required }: SchemaField,
  definitions: Definitions,
  language: Language,
): FieldRow => {
  const { absent, or, yes, marks } = wordsIn[language];
  const { nullable } = allowedBy(schema, definitions);
  const { description, 'x-mark': mark, 'x-personal': personal } = schema;
  if (description === undefined) throw new Error(`The field ${name} has no description`);
  return {
    name: `\`${name}\``,
    type: typeWords(schema, definitions, language),
    mayBe: [nullable ? '`null`' : '', required ? '' : absent].filter(Boolean).join(or),
    personal: personal ? yes : '',
    source: marks[mark as Mark],
    description: String(description),
  };
};
