// One complete callback for each event type: for tests, the demo, test sends and the documentation.
import { type EventTypeName, eventTypes } from '../event-types.ts';
import { composeSample } from './compose-sample.ts';
import type { DerivedTypeEntry, EventTypeEntry, SampleCallback } from './define-event-type.ts';
import { derivedId } from './derive-events.ts';

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

/** Its own; without one, what the schema gives; for a derived type, what the other type's sample leads to. */
export const sampleOf = (entry: EventTypeEntry | DerivedTypeEntry): SampleCallback => {
  const { name: type, legacyName: event } = entry;
  if ('derivedFrom' in entry) {
    const source = sampleOf(eventTypes[entry.derivedFrom as EventTypeName]);
    return { ...source, id: derivedId(source.id, entry.idSuffix), type, event };
  }
  return (
    entry.sample ?? {
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
