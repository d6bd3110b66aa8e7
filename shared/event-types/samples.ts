// One complete callback for each event type: for tests, the demo, test sends and the documentation.
import type { EventTypeName } from '../event-types.ts';
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

const samples: Readonly<Record<EventTypeName, SampleCallback>> = {
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
  structuredClone(samples[type]);

/** The bytes that a receiver gets for the sample: the file without its line breaks. */
export const sampleBytes = (type: EventTypeName): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(samples[type]));

/** What the ATS puts as `Detail` for the sample. */
export const sampleDetail = (type: EventTypeName) => {
  const { id, timestamp, company_id, data } = sampleCallback(type);
  return { id, timestamp, company_id, data };
};
