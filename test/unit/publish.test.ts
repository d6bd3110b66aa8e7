// The publisher, over the real EventBridge client and a server that speaks its wire protocol.
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import { type RoutedEventTypeName, routedEventTypes } from '../../shared/event-types.ts';
import { eventBytesMax } from '../../shared/limits.ts';
import type { EventData, NewEvent } from '../../shared/publish.ts';
import { indexes, large, moved, publish, sampleEvent } from './publish-fixture.ts';

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

describe('an event in the ATS’s own code', () => {
  it('is typed by the catalogue: what its type does not have does not compile', () => {
    expectTypeOf<EventData<'candidate.moved'>['column']['hired']>().toEqualTypeOf<boolean>();
    expectTypeOf<EventData<'candidate.created'>['column']>().toEqualTypeOf<number>();
    expectTypeOf<NewEvent['type']>().toEqualTypeOf<RoutedEventTypeName>();
  });
});

it('an event whose text holds what SQS takes in no message loses that alone', async () => {
  const { data } = sampleDetail('candidate.moved');
  const column = { ...(data.column as object), title: 'Zo\uFFFFé\uFFFE\u{1FFFF}' };

  const { requests } = await publish([moved({ column })]);

  const detail = JSON.parse(requests[0]?.[0]?.Detail ?? '');
  expect(detail.data.column.title).toBe('Zo\uFFFDé\uFFFD\u{1FFFF}');
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
    [
      'a company beyond all',
      sampleEvent('member.added', { companyId: 10 ** 15 }),
      'company_id',
      '999999999999999',
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
