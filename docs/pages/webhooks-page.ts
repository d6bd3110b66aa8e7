// The page that completes the ATS's own: what webhooks are for, how to configure one, and every event.
import type { EventTypeEntry } from '../../shared/event-types/define-event-type.ts';
import {
  callbackJsonSchema,
  type JsonSchema,
  type Language,
} from '../../shared/event-types/json-schema.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import {
  callbacksPerSecondMax,
  patternCharactersMax,
  urlCharactersMax,
} from '../../shared/limits.ts';
import { definitionsOf, fieldsOf } from '../read-schema.ts';
import { eventIndex, eventSections } from './event-sections.ts';
import { fieldTable } from './field-table.ts';
import { fillTemplate } from './markdown.ts';
import { objectSections } from './object-sections.ts';
import { grouped } from './quantities.ts';
import { settingRows } from './settings.ts';

export const webhooksPage = (
  template: string,
  entries: readonly EventTypeEntry[],
  language: Language,
): string => {
  const schema = callbackJsonSchema(entries[0]!, language);
  return fillTemplate(template, {
    urlCharacters: grouped(urlCharactersMax, language),
    perSecondMax: String(callbacksPerSecondMax),
    patternCharacters: grouped(patternCharactersMax, language),
    settings: settingRows(language),
    envelopeSample: envelopeSample(),
    envelope: fieldTable(envelopeOf(schema), definitionsOf(schema), language),
    eventIndex: eventIndex(entries, language),
    events: eventSections(entries, language),
    objects: objectSections(entries, language),
    idsSample: idsSample(),
    idsNames: fieldsOf(definitionsOf(schema).ids!)
      .map(({ name }) => `\`${name}\``)
      .join(', '),
  });
};

/** What all types have in common: whatever one type says of itself is left out. */
const envelopeOf = (schema: JsonSchema): JsonSchema => {
  const properties = Object.entries(schema.properties as Record<string, JsonSchema>).map(
    ([name, { const: _, properties: __, required: ___, ...rest }]) => [name, rest],
  );
  return { ...schema, properties: Object.fromEntries(properties) };
};

/** The sample of a move, with as much of its data as shows what it is about. */
const envelopeSample = (): string => {
  const { data, ...envelope } = sampleCallback('candidate.moved');
  const { firstname, lastname } = data.candidate as Record<string, unknown>;
  const { title, hired } = data.column as Record<string, unknown>;
  const left = { '…': '…' };
  const few = {
    candidate: { firstname, lastname, ...left },
    column: { title, hired, ...left },
    ...left,
  };
  return JSON.stringify({ ...envelope, data: few }, null, 2);
};

/** The ids of the same move, which the samples give here and there. */
const idsSample = (): string => {
  const { data } = sampleCallback('candidate.moved');
  const idOf = (object: string) => (data[object] as Record<string, unknown>).id;
  const created = sampleCallback('candidate.created').data.applicant as Record<string, unknown>;
  return JSON.stringify(
    {
      ids: {
        applicant: { plain: data.applicant_id, encoded: created.id },
        column: { plain: idOf('column'), encoded: data.column_id },
        vacancy: { plain: idOf('vacancy'), encoded: data.vacancy_id },
        user: { plain: idOf('user'), encoded: data.user_id },
      },
    },
    null,
    2,
  );
};
