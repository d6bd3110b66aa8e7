// One complete callback for each event type: for tests, the demo, test sends and the documentation.
import { type EventTypeName, eventTypes } from '../event-types.ts';
import { composeSample } from './compose-sample.ts';
import type { DerivedTypeEntry, EventTypeEntry } from './define-event-type.ts';
import { derivedId } from './derive-events.ts';
import candidateArchived from './samples/candidate.archived.json' with { type: 'json' };
import candidateCreated from './samples/candidate.created.json' with { type: 'json' };
import candidateMoved from './samples/candidate.moved.json' with { type: 'json' };
import commentCreated from './samples/comment.created.json' with { type: 'json' };
import memberAdded from './samples/member.added.json' with { type: 'json' };
import messageReceived from './samples/message.received.json' with { type: 'json' };
import messageSent from './samples/message.sent.json' with { type: 'json' };
import taskCreated from './samples/task.created.json' with { type: 'json' };
import vacancyArchived from './samples/vacancy.archived.json' with { type: 'json' };
import vacancyCreated from './samples/vacancy.created.json' with { type: 'json' };
import vacancyUpdated from './samples/vacancy.updated.json' with { type: 'json' };

export interface SampleCallback {
  readonly id: string;
  readonly type: string;
  readonly event: string;
  readonly timestamp: string;
  readonly company_id: number;
  readonly test: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Written by hand, with the ATS's documented shapes. */
const files: Readonly<Record<string, SampleCallback>> = {
  'candidate.created': candidateCreated,
  'candidate.moved': candidateMoved,
  'candidate.archived': candidateArchived,
  'comment.created': commentCreated,
  'task.created': taskCreated,
  'message.sent': messageSent,
  'message.received': messageReceived,
  'member.added': memberAdded,
  'vacancy.created': vacancyCreated,
  'vacancy.updated': vacancyUpdated,
  'vacancy.archived': vacancyArchived,
};

/** The whole callback body, a copy that the caller may change. The company and its people do not exist. */
export const sampleCallback = (type: EventTypeName): SampleCallback =>
  structuredClone(sampleOf(eventTypes[type]));

/** The bytes that a receiver gets for the sample: the file without its line breaks. */
export const sampleBytes = (type: EventTypeName): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(sampleOf(eventTypes[type])));

/** What the ATS puts as `Detail` for the sample. */
export const sampleDetail = (type: EventTypeName) => {
  const { id, timestamp, company_id, data } = sampleCallback(type);
  return { id, timestamp, company_id, data };
};

/** The file; without one, what the schema gives; for a derived type, what the other type's sample leads to. */
export const sampleOf = (entry: EventTypeEntry | DerivedTypeEntry): SampleCallback => {
  const { name: type, legacyName: event } = entry;
  if ('derivedFrom' in entry) {
    const source = sampleOf(eventTypes[entry.derivedFrom as EventTypeName]);
    return { ...source, id: derivedId(source.id, entry.idSuffix), type, event };
  }
  return (
    files[type] ?? {
      id: `evt_sample_${type.replaceAll('.', '_')}`,
      type,
      event,
      timestamp: '2026-10-10T09:16:00.120Z',
      company_id: 318,
      test: false,
      data: composeSample(entry.data) as SampleCallback['data'],
    }
  );
};
