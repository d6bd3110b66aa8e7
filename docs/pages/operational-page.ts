// The page for the ATS's team: what Rappel says on the bus about the webhooks themselves.
import { newDelivery } from '../../shared/delivery.ts';
import type { EventTypeEntry } from '../../shared/event-types/define-event-type.ts';
import {
  detailJsonSchema,
  type JsonSchema,
  type Language,
} from '../../shared/event-types/json-schema.ts';
import {
  type OperationalEventTypeEntry,
  operationalEventTypes,
} from '../../shared/event-types/operational-event-types.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import {
  disableAfterMs,
  disableFailuresMin,
  retryDelaysMs,
  warningShares,
} from '../../shared/limits.ts';
import {
  exhaustedEvent,
  noticeEvent,
  type OperationalEvent,
  operationalSource,
} from '../../shared/operational-events.ts';
import { allColumns, fieldTable } from './field-table.ts';
import { anchor, fillTemplate, jsonBlock } from './markdown.ts';

export const operationalPage = (template: string, language: Language): string => {
  const types = Object.entries<OperationalEventTypeEntry>(operationalEventTypes);
  return fillTemplate(template, {
    source: operationalSource,
    envelope: fieldTable(envelopeOf(schemaOf(types[0]!, language)), {}, language, columns),
    events: types.map((type) => sectionOf(type, language)).join('\n\n'),
  });
};

/** None is personal, and the ATS documents none. */
const columns = allColumns.filter((column) => column !== 'personal' && column !== 'source');

type Named = readonly [name: string, entry: OperationalEventTypeEntry];

/** Their `Detail` has the envelope of all events, so the same generator describes it. */
const schemaOf = ([name, entry]: Named, language: Language): JsonSchema =>
  detailJsonSchema({ ...entry, name } as EventTypeEntry, language);

const envelopeOf = (schema: JsonSchema): JsonSchema => {
  const { ids: _, data, ...rest } = schema.properties as Record<string, JsonSchema>;
  const { properties: __, ...plain } = data!;
  return { ...schema, properties: { ...rest, data: plain } };
};

const sectionOf = (type: Named, language: Language): string => {
  const [name, { label, description }] = type;
  const { data } = schemaOf(type, language).properties as { readonly data: JsonSchema };
  return [
    `${anchor(name)}\n## ${label[language]}`,
    `\`${name}\``,
    description[language],
    fieldTable(data, {}, language, columns),
    jsonBlock(onTheBus(sampleOf(name))),
  ].join('\n\n');
};

const sampleOf = (name: string): OperationalEvent => {
  const sample = samples.find(({ type }) => type === name);
  if (sample === undefined) throw new Error(`${name} needs a sample`);
  return sample;
};

const subscription = { companyId: 318, subscriptionId: 'sub_0073b1d5f7a9c2e4f607182' };
const failingSince = new Date('2026-10-10T09:16:00.120Z');
const after = (share: number) => new Date(failingSince.getTime() + share * disableAfterMs);

/** Made by the code that makes the real ones. */
const samples: readonly OperationalEvent[] = [
  noticeEvent(subscription, {
    kind: 'failing',
    at: after(warningShares[0]!),
    failures: disableFailuresMin,
    failingSince,
    share: warningShares[0]!,
  }),
  noticeEvent(subscription, {
    kind: 'disabled',
    at: after(1),
    failures: 2 * disableFailuresMin,
    failingSince,
    reason: 'failures',
  }),
  exhaustedEvent({
    ...newDelivery(
      {
        ...subscription,
        eventId: sampleCallback('candidate.moved').id,
        eventType: 'candidate.moved',
        variant: 'full@1',
      },
      failingSince,
    ),
    status: 'exhausted',
    attempts: retryDelaysMs.length + 1,
    updatedAt: after(0.75),
    lastAttempts: [
      {
        number: retryDelaysMs.length + 1,
        at: after(0.75),
        durationMs: 61,
        met: '500',
        trigger: 'scheduled',
      },
    ],
  }),
];

const onTheBus = ({ type, id, timestamp, companyId, data }: OperationalEvent) => ({
  source: operationalSource,
  'detail-type': type,
  detail: { id, timestamp, company_id: companyId, data },
});
