// A batch of events: each on its own. A neighbour's poison, fault or refusal is not theirs.
import type { SQSRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHandler, type FanOutHandlerDeps } from '../../../functions/fan-out/handler.ts';
import type { PoisonError } from '../../../shared/errors.ts';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import type { LogLine } from '../../../shared/log.ts';
import { createMetrics } from '../../../shared/metrics.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { compileConditions } from '../../../shared/subscription-conditions.ts';

const now = new Date('2026-10-12T08:15:30.240Z');

const subscription: Subscription = {
  id: 'sub_00000000000000000000000',
  companyId: 318,
  url: 'https://hooks.example.com/a',
  eventTypes: ['*'],
  status: 'enabled',
  createdAt: now,
  updatedAt: now,
  revision: 1,
};

const recordOf = (body: string, messageId: string): SQSRecord => ({
  messageId,
  receiptHandle: 'r',
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1',
    SenderId: 's',
    ApproximateFirstReceiveTimestamp: '1',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-west-3:000000000000:Rappel-candidate-moved',
  awsRegion: 'eu-west-3',
});

/** A record of an event of this id. */
const eventRecord = (id: string): SQSRecord =>
  recordOf(
    JSON.stringify({
      'detail-type': 'member.added',
      detail: { ...sampleDetail('member.added'), id },
    }),
    `message-${id}`,
  );

let enqueued: QueueMessage[];
let buried: { messageId: string; code: string; reason: string }[];
let lines: LogLine[];
let figures: string[];
let deps: FanOutHandlerDeps;

beforeEach(() => {
  enqueued = [];
  buried = [];
  lines = [];
  figures = [];
  deps = {
    storeEvent: async () => ({ kind: 'stored', storedAt: now, expiresAt: now }),
    storeVariant: async () => {},
    listSubscriptions: async () => [subscription],
    isErased: async () => false,
    erasePayload: async () => {},
    putDelivery: async () => true,
    enqueue: async (messages) => {
      enqueued.push(...messages);
      return [];
    },
    bury: async ({ messageId }: SQSRecord, { code, message }: PoisonError) => {
      buried.push({ messageId, code, reason: message });
    },
    conditionsOf: compileConditions,
    now: () => now,
    log: (line) => lines.push(line),
    metrics: createMetrics(
      () => now,
      (line) => figures.push(line),
    ),
  };
});

/** Ids of the messages that come again. */
const failuresOf = async (records: SQSRecord[], change: Partial<FanOutHandlerDeps> = {}) => {
  const handle = createHandler({ ...deps, ...change });
  const { batchItemFailures } = await handle({ Records: records }, { functionName: 'fan-out' });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

const enqueuedEvents = (): string[] => enqueued.map(({ body }) => JSON.parse(body).event_id);

describe('a batch', () => {
  it('of good events is done with', async () => {
    const failures = await failuresOf(['a', 'b', 'c'].map(eventRecord));

    expect(failures).toEqual([]);
    expect(enqueuedEvents()).toEqual(['a', 'b', 'c']);
    expect(lines.map(({ event, eventId }) => [event, eventId])).toEqual([
      ['event.received', 'a'],
      ['event.received', 'b'],
      ['event.received', 'c'],
    ]);
  });

  it('of none is none', async () => {
    expect(await failuresOf([])).toEqual([]);
  });

  it('keeps the others unharmed by one that cannot be read, which goes out at once with its reason', async () => {
    const failures = await failuresOf([
      eventRecord('a'),
      recordOf('{"detail-type":', 'poison'),
      eventRecord('b'),
    ]);

    expect(failures).toEqual([]);
    expect(enqueuedEvents()).toEqual(['a', 'b']);
    expect(buried).toEqual([
      { messageId: 'poison', code: 'INVALID_EVENT', reason: 'event: is not JSON' },
    ]);
    expect(lines).toContainEqual({
      event: 'event.dead-lettered',
      messageId: 'poison',
      code: 'INVALID_EVENT',
      reason: 'event: is not JSON',
    });
  });

  it('sends an id used twice to the dead letters, and nothing of it to anybody', async () => {
    const storeEvent: FanOutHandlerDeps['storeEvent'] = async ({ id }) =>
      id === 'used' ? { kind: 'id-reused' } : { kind: 'stored', storedAt: now, expiresAt: now };

    const failures = await failuresOf([eventRecord('used'), eventRecord('b')], { storeEvent });

    expect(failures).toEqual([]);
    expect(buried).toMatchObject([{ messageId: 'message-used', code: 'EVENT_ID_REUSED' }]);
    expect(buried[0]?.reason).toContain('used of company 318');
    expect(enqueuedEvents()).toEqual(['b']);
  });

  it('brings poison again that could not be buried', async () => {
    const bury = async () => {
      throw new Error('the dead letters are gone');
    };

    const failures = await failuresOf([recordOf('x', 'poison'), eventRecord('a')], { bury });

    expect(failures).toEqual(['poison']);
    expect(enqueuedEvents()).toEqual(['a']);
  });

  it.each(['storeEvent', 'listSubscriptions', 'enqueue'] as const)(
    'brings again only the event whose %s failed',
    async (port) => {
      let calls = 0;
      const change = {
        [port]: async (...args: never[]) => {
          calls += 1;
          if (calls === 2) throw new Error('throttled');
          return (deps[port] as (...args: never[]) => Promise<unknown>)(...args);
        },
      };

      const failures = await failuresOf(['a', 'b', 'c'].map(eventRecord), change);

      expect(failures).toEqual(['message-b']);
      expect(enqueuedEvents().toSorted()).toEqual(['a', 'c']);
      expect(buried).toEqual([]);
      expect(lines).toContainEqual({
        event: 'event.fault',
        messageId: 'message-b',
        eventId: 'b',
        eventType: 'member.added',
        companyId: 318,
        errorName: 'Error',
        errorMessage: 'throttled',
      });
    },
  );

  it('brings an event again of which the queue did not take every message', async () => {
    const enqueue = async (messages: QueueMessage[]) =>
      messages.filter(({ body }) => JSON.parse(body).event_id === 'b');

    const failures = await failuresOf(['a', 'b'].map(eventRecord), { enqueue });

    expect(failures).toEqual(['message-b']);
    expect(lines.find(({ event }) => event === 'event.fault')).toMatchObject({
      errorName: 'PartialFailureError',
      errorMessage: 'the delivery queue did not take 1 of 1 messages',
    });
  });

  it('logs no payload and no URL', async () => {
    const body = JSON.stringify({
      'detail-type': 'candidate.moved',
      detail: {
        id: 'a',
        timestamp: now.toISOString(),
        company_id: 318,
        data: { email: 'jean.dupont@example.com' },
      },
    });

    await failuresOf([recordOf(body, 'm'), recordOf(body.slice(1), 'broken')]);

    expect(JSON.stringify(lines)).not.toMatch(/jean|hooks/);
  });
});
