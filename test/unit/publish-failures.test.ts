// The publisher when EventBridge takes a part of a request, or none of it.
import { describe, expect, it } from 'vitest';
import { indexes, publish, sampleEvent } from './publish-fixture.ts';

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
