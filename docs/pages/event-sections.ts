// The events, in the groups of the ATS's settings page: when each fires, its settings, its fields, its sample.
import {
  type DerivedTypeEntry,
  type EventTypeEntry,
  eventGroups,
} from '../../shared/event-types/define-event-type.ts';
import {
  callbackJsonSchema,
  type JsonSchema,
  type Language,
} from '../../shared/event-types/json-schema.ts';
import { sampleOf } from '../../shared/event-types/samples.ts';
import { definitionsOf } from '../read-schema.ts';
import { fieldTable } from './field-table.ts';
import { anchor, folded, jsonBlock, table } from './markdown.ts';
import { settingsOf } from './settings.ts';

const words = {
  fr: {
    index: ['Événement', 'Type', 'Ancien nom', 'Réglages'],
    type: 'Type :',
    legacy: 'Ancien nom, dans `event` :',
    settings: 'Réglages :',
    none: 'aucun',
    data: 'Dans `data` :',
    sample: 'Exemple complet',
    derived: (from: string, suffix: string) =>
      `Il s'ajoute à l'événement ${from} dont il découle, avec le même contenu : un abonnement aux deux, ou à \`*\`, reçoit les deux. Son \`id\` est celui de cet événement, suivi de \`${suffix}\` ; si le tout est trop long, seul le début de cet \`id\` est gardé, suivi d'une empreinte et de \`${suffix}\`.`,
  },
  en: {
    index: ['Event', 'Type', 'Former name', 'Settings'],
    type: 'Type:',
    legacy: 'Former name, in `event`:',
    settings: 'Settings:',
    none: 'none',
    data: 'In `data`:',
    sample: 'Complete sample',
    derived: (from: string, suffix: string) =>
      `It comes on top of the event ${from} that it follows from, with the same content: a subscription to both, or to \`*\`, receives both. Its \`id\` is that event's, followed by \`${suffix}\`; where that is too long, only the beginning of that \`id\` is kept, followed by a digest and \`${suffix}\`.`,
  },
} as const;

export const eventIndex = (entries: readonly EventTypeEntry[], language: Language): string =>
  table(
    words[language].index,
    byGroup(entries).flatMap(([, members]) =>
      members.map((entry) => [
        entry.label[language],
        eventLink(entry.name),
        documentedName(entry),
        settingsOf(entry, language),
      ]),
    ),
  );

export const eventSections = (entries: readonly EventTypeEntry[], language: Language): string =>
  byGroup(entries)
    .flatMap(([group, members]) => [
      `### ${eventGroups[group][language]}`,
      ...members.map((entry) => eventSection(entry, language)),
    ])
    .join('\n\n');

/** The place of an event's section on the page. */
export const eventLink = (name: string): string => `[\`${name}\`](#${name})`;

const eventSection = (entry: EventTypeEntry | DerivedTypeEntry, language: Language): string => {
  const { type, legacy, settings, none, data, sample, derived } = words[language];
  const schema = callbackJsonSchema(entry, language);
  const { data: fields } = schema.properties as { readonly data: JsonSchema };
  const facts = [
    `- ${type} \`${entry.name}\``,
    ...(documentedName(entry) ? [`- ${legacy} ${documentedName(entry)}`] : []),
    `- ${settings} ${settingsOf(entry, language) || none}`,
  ];
  return [
    `${anchor(entry.name)}\n#### ${entry.label[language]}`,
    entry.description[language],
    ...('derivedFrom' in entry ? [derived(eventLink(entry.derivedFrom), entry.idSuffix)] : []),
    facts.join('\n'),
    data,
    fieldTable(fields, definitionsOf(schema), language),
    folded(sample, jsonBlock(sampleOf(entry))),
  ].join('\n\n');
};

/** Where the ATS documented one before there were types. */
const documentedName = ({ name, legacyName }: EventTypeEntry): string =>
  legacyName === name ? '' : `\`${legacyName}\``;

/** The groups that have events, in the order of the settings page. */
const byGroup = (entries: readonly EventTypeEntry[]) => {
  const groups = Object.groupBy(entries, ({ group }) => group);
  return (Object.keys(eventGroups) as (keyof typeof eventGroups)[]).flatMap((group) => {
    const members = groups[group];
    return members ? [[group, members] as const] : [];
  });
};
