// The shared objects, each in one table, though the events do not all show the same fields of it.
import type { EventTypeEntry } from '../../shared/event-types/define-event-type.ts';
import { callbackJsonSchema, type Language } from '../../shared/event-types/json-schema.ts';
import { definitionsOf } from '../read-schema.ts';
import { eventLink } from './event-sections.ts';
import { type FieldRow, rowsOf, rowTable } from './field-table.ts';
import { anchor } from './markdown.ts';

/** Described in words, beside the tables. */
const elsewhere = ['ids', 'id_pair'];

const onlyIn = { fr: 'Seulement dans', en: 'Only in' } as const;
const notIn = { fr: 'Pas dans', en: 'Not in' } as const;

/** A section for each object, in the order in which the events bring them. */
export const objectSections = (entries: readonly EventTypeEntry[], language: Language): string =>
  [...collectObjects(entries, language)]
    .filter(([name]) => !elsewhere.includes(name))
    .map(
      ([name, shown]) =>
        `${anchor(`object-${name}`)}\n### \`${name}\`\n\n${rowTable(mergeRows(shown, language), language)}`,
    )
    .join('\n\n');

/** An object's rows by the event that shows it. */
type Shown = ReadonlyMap<string, readonly FieldRow[]>;

const collectObjects = (
  entries: readonly EventTypeEntry[],
  language: Language,
): Map<string, Map<string, FieldRow[]>> => {
  const objects = new Map<string, Map<string, FieldRow[]>>();
  for (const entry of entries) {
    const definitions = definitionsOf(callbackJsonSchema(entry, language));
    for (const [name, definition] of Object.entries(definitions)) {
      const shown = objects.get(name) ?? new Map<string, FieldRow[]>();
      shown.set(entry.name, rowsOf(definition, definitions, language));
      objects.set(name, shown);
    }
  }
  return objects;
};

/** Equal rows become one, with a word on where it is shown if that is not everywhere. Fields keep together. */
const mergeRows = (shown: Shown, language: Language): FieldRow[] => {
  const byField = new Map<string, Map<string, { row: FieldRow; events: string[] }>>();
  for (const [event, rows] of shown) {
    for (const row of rows) {
      const variants = byField.get(row.name) ?? new Map();
      const key = JSON.stringify(row);
      const variant = variants.get(key) ?? { row, events: [] };
      variant.events.push(event);
      byField.set(row.name, variants.set(key, variant));
    }
  }
  const everywhere = [...shown.keys()];
  return [...byField.values()].flatMap((variants) =>
    [...variants.values()].map(({ row, events }) => {
      const description = [row.description, placeWords(events, everywhere, language)];
      return { ...row, description: description.filter(Boolean).join('. ') };
    }),
  );
};

const placeWords = (
  events: readonly string[],
  everywhere: readonly string[],
  language: Language,
): string => {
  const others = everywhere.filter((event) => !events.includes(event));
  if (others.length === 0) return '';
  return others.length < events.length
    ? `${notIn[language]} ${others.map(eventLink).join(', ')}`
    : `${onlyIn[language]} ${events.map(eventLink).join(', ')}`;
};
