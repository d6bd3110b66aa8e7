// What the publisher's tests share: sample events, and a publisher before a server that speaks the wire protocol.
import { afterEach } from 'vitest';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import type { RoutedEventTypeName } from '../../shared/event-types.ts';
import { type NewEvent, publishEvents } from '../../shared/publish.ts';
import { type PublishServer, type PutAnswer, startPublishServer } from './publish-server.ts';

let server: PublishServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

export const sampleEvent = (type: RoutedEventTypeName, change: object = {}): NewEvent => {
  const { id, timestamp, company_id, data } = sampleDetail(type);
  const event = { type, id, timestamp: new Date(timestamp), companyId: company_id, data };
  return { ...event, ...change } as NewEvent;
};

/** A moved candidate of whatever data, as JavaScript callers could pass it. */
export const moved = (change: object): NewEvent =>
  sampleEvent('candidate.moved', {
    data: { ...sampleDetail('candidate.moved').data, ...change },
  });

/** A sample with a letter of many characters. */
export const large = (letters: number): NewEvent => {
  const { data } = sampleDetail('candidate.archived');
  const applicant = { ...(data.applicant as object), comment: 'x'.repeat(letters) };
  return sampleEvent('candidate.archived', { data: { ...data, applicant } });
};

export const publish = async (events: readonly NewEvent[], answers: readonly PutAnswer[] = []) => {
  await server?.close();
  server = await startPublishServer(answers);
  const waits: number[] = [];
  const report = await publishEvents(
    {
      eventBridge: server.eventBridge,
      busName: 'bus',
      now: () => new Date('2026-10-12T08:00:00.000Z'),
      newId: () => 'evt_new',
      wait: async (milliseconds) => waits.push(milliseconds),
      random: () => 1,
    },
    events,
  );
  return { report, requests: server.requests, waits };
};

export const indexes = (items: readonly { index: number }[]) => items.map(({ index }) => index);
