// The publisher, over the real EventBridge client and a server that speaks its wire protocol.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import { type RoutedEventTypeName, routedEventTypes } from '../../shared/event-types.ts';
import { eventBytesMax } from '../../shared/limits.ts';
import { type NewEvent, publishEvents } from '../../shared/publish.ts';
import { type PublishServer, type PutAnswer, startPublishServer } from './publish-server.ts';

let server: PublishServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const sampleEvent = (type: RoutedEventTypeName, change: object = {}): NewEvent => {
  const { id, timestamp, company_id, data } = sampleDetail(type);
  const event = { type, id, timestamp: new Date(timestamp), companyId: company_id, data };
  return { ...event, ...change } as NewEvent;
};

/** A moved candidate of whatever data, as JavaScript callers could pass it. */
const moved = (change: object): NewEvent =>
  sampleEvent('candidate.moved', {
    data: { ...sampleDetail('candidate.moved').data, ...change },
  });

/** A sample with a letter of many characters. */
const large = (letters: number): NewEvent => {
  const { data } = sampleDetail('candidate.archived');
  const applicant = { ...(data.applicant as object), comment: 'x'.repeat(letters) };
  return sampleEvent('candidate.archived', { data: { ...data, applicant } });
};

const publish = async (events: readonly NewEvent[], answers: readonly PutAnswer[] = []) => {
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

const indexes = (items: readonly { index: number }[]) => items.map(({ index }) => index);

describe('the eleven samples', () => {
  it('go on the bus with the bytes that the ATS would put by hand', async () => {
    const { report, requests } = await publish(routedEventTypes.map((type) => sampleEvent(type)));

    expect(report.refused).toEqual([]);
    expect(requests.flat()).toEqual(
      routedEventTypes.map((type) => ({
        EventBusName: 'bus',
        Source: 'ats',
        DetailType: type,
        Detail: JSON.stringify(sampleDetail(type)),
      })),
    );
  });
});

describe('an event that says little', () => {
  it('gets an id and the time, and keeps the ids beside its data', async () => {
    const ids = { applicant: { plain: 31_944, encoded: 'b9FzQ6nLr4DsX1Ke' } };
    const event = sampleEvent('member.added', { id: undefined, timestamp: undefined, ids });

    const { report, requests } = await publish([event]);

    const timestamp = new Date('2026-10-12T08:00:00.000Z');
    expect(report.accepted).toEqual([{ index: 0, id: 'evt_new', timestamp }]);
    expect(JSON.parse(requests[0]?.[0]?.Detail ?? '')).toEqual({
      id: 'evt_new',
      timestamp: '2026-10-12T08:00:00.000Z',
      company_id: 318,
      data: sampleDetail('member.added').data,
      ids,
    });
  });
});

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

describe('an invalid event', () => {
  it.each<[string, NewEvent, string, string]>([
    [
      'no company',
      sampleEvent('member.added', { companyId: undefined }),
      'company_id',
      'is missing',
    ],
    [
      'a company as text',
      sampleEvent('member.added', { companyId: '318' }),
      'company_id',
      'integer',
    ],
    ['an id with a dot', sampleEvent('member.added', { id: 'a.b' }), 'id', 'must match'],
    [
      'no time',
      sampleEvent('member.added', { timestamp: new Date('never') }),
      'timestamp',
      'not null',
    ],
    [
      'a derived type',
      sampleEvent('member.added', { type: 'candidate.hired' }),
      'type',
      'must be one',
    ],
    ['no data', sampleEvent('member.added', { data: undefined }), 'data', 'is missing'],
    ['a wrong type', moved({ applicant_id: 'x' }), 'data.applicant_id', 'must be an integer'],
    ['an unknown field', moved({ salary: 1 }), 'data.salary', 'is not in the catalogue'],
    ['a token', moved({ token_vyte: 'a' }), 'data.token_vyte', 'must never leave'],
    ['a lone surrogate', moved({ user_id: 'Zoe\uD83D' }), 'data.user_id', 'lone surrogate'],
    ['a name with one', moved({ '\uDE00': 1 }), 'data.\uFFFD', 'lone surrogate'],
    ['200 levels', moved({ extra: nested(200) }), 'data.extra.0.0', 'deeper than 100 levels'],
    [
      'a number that readers change',
      moved({ candidate_id: 2 ** 60 }),
      'data.candidate_id',
      'or less',
    ],
    ['a cycle', moved({ extra: cycle }), 'data', 'cannot be written as JSON'],
    ['a BigInt', moved({ applicant_id: 1n }), 'data', 'cannot be written as JSON'],
    [
      'an id of the other kind',
      sampleEvent('member.added', { ids: { member: { plain: 'f4XyB9tMq1ZrJ6Lc' } } }),
      'ids.member.plain',
      'must be an integer',
    ],
  ])('is refused with its path and never sent: %s', async (_, event, path, problem) => {
    const { report, requests } = await publish([event]);

    const [refused] = report.refused;
    expect(refused?.code).toBe('INVALID_EVENT');
    expect(refused?.problems).toContainEqual({
      path: expect.stringContaining(path),
      problem: expect.stringContaining(problem),
    });
    expect(requests).toEqual([]);
  });

  it('is refused at 300 KB, and taken at exactly 256 KiB', async () => {
    const bytesAtZero = Buffer.byteLength(JSON.stringify(toDetail(large(0))));
    const fitting = eventBytesMax - bytesAtZero;

    const { report, requests } = await publish([
      large(300_000),
      large(fitting),
      large(fitting + 1),
    ]);

    expect(report.refused.map(({ index, code }) => ({ index, code }))).toEqual([
      { index: 0, code: 'EVENT_TOO_LARGE' },
      { index: 2, code: 'EVENT_TOO_LARGE' },
    ]);
    expect(report.refused[1]?.problems[0]?.problem).toBe(
      'is 262145 bytes; at most 262144 are taken',
    );
    expect(requests).toHaveLength(1);
  });

  it('leaves its neighbours unharmed', async () => {
    const { report } = await publish([
      sampleEvent('member.added'),
      moved({ applicant_id: null }),
      sampleEvent('vacancy.created'),
    ]);

    expect(indexes(report.accepted)).toEqual([0, 2]);
    expect(indexes(report.refused)).toEqual([1]);
  });
});

const toDetail = ({ id, timestamp, companyId, data }: NewEvent) => ({
  id,
  timestamp,
  company_id: companyId,
  data,
});

describe('batches', () => {
  it('have at most ten entries and 256 KiB, in order, with no event left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 250_000 }), { maxLength: 25 }),
        async (sizes) => {
          const { report, requests } = await publish(sizes.map(large));
          await server?.close();

          expect(indexes(report.accepted)).toEqual([...sizes.keys()]);
          expect(requests.flat().map(({ Detail }) => Detail.split('x').length)).toEqual(
            sizes.map((size) => JSON.stringify(toDetail(large(size))).split('x').length),
          );
          for (const request of requests) {
            const bytes = request.map(({ Source, DetailType, Detail }) =>
              Buffer.byteLength(Source + DetailType + Detail),
            );
            expect(request.length).toBeLessThanOrEqual(10);
            expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(eventBytesMax);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('are as few as fit', async () => {
    const { requests } = await publish(
      Array.from({ length: 23 }, () => sampleEvent('member.added')),
    );

    expect(requests.map((request) => request.length)).toEqual([10, 10, 3]);
  });
});

describe('a partly failed request', () => {
  it('is repeated for the failed entries only, after longer and longer waits', async () => {
    const events = ['member.added', 'vacancy.created', 'task.created'] as const;

    const { report, requests, waits } = await publish(
      events.map((type) => sampleEvent(type)),
      [
        [undefined, 'ThrottlingException', 'InternalFailure'],
        ['ThrottlingException', undefined],
      ],
    );

    expect(indexes(report.accepted)).toEqual([0, 1, 2]);
    expect(requests.map((request) => request.map(({ DetailType }) => DetailType))).toEqual([
      ['member.added', 'vacancy.created', 'task.created'],
      ['vacancy.created', 'task.created'],
      ['vacancy.created'],
    ]);
    expect(waits).toEqual([200, 400]);
  });

  it('gives back what no round could put, with the name and time to publish it again by', async () => {
    const throttled = ['ThrottlingException'];
    const event = sampleEvent('member.added', { id: undefined, timestamp: undefined });

    const { report, requests } = await publish(
      [event],
      [throttled, throttled, throttled, throttled],
    );

    expect(requests).toHaveLength(4);
    expect(report).toEqual({
      accepted: [],
      refused: [
        {
          index: 0,
          id: 'evt_new',
          timestamp: new Date('2026-10-12T08:00:00.000Z'),
          code: 'NOT_PUT',
          problems: [{ path: '', problem: 'EventBridge did not take it: ThrottlingException' }],
        },
      ],
    });
  });

  it('does not repeat what no repetition can mend', async () => {
    const { report, requests } = await publish(
      [sampleEvent('member.added'), sampleEvent('task.created')],
      [['NotAuthorizedForSourceException', undefined]],
    );

    expect(indexes(report.accepted)).toEqual([1]);
    expect(report.refused.map(({ code }) => code)).toEqual(['NOT_PUT']);
    expect(requests).toHaveLength(1);
  });
});

describe('a request that fails as a whole', () => {
  it('is repeated when the service is at fault', async () => {
    const { report, requests } = await publish(
      [sampleEvent('member.added')],
      [{ status: 500, type: 'InternalException' }],
    );

    expect(indexes(report.accepted)).toEqual([0]);
    expect(requests).toHaveLength(2);
  });

  it('is not repeated for a missing permission, and no event is forgotten', async () => {
    const { report, requests } = await publish(
      [sampleEvent('member.added'), sampleEvent('task.created')],
      [{ status: 400, type: 'AccessDeniedException' }],
    );

    expect(report.accepted).toEqual([]);
    expect(report.refused.map(({ problems }) => problems[0]?.problem)).toEqual([
      'EventBridge did not take it: AccessDeniedException',
      'EventBridge did not take it: AccessDeniedException',
    ]);
    expect(requests).toHaveLength(1);
  });
});
