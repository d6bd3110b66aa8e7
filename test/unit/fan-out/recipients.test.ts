// Filters, renderings and derived events in fan-out: each rendering once and before its messages, each hire once.
import { describe, expect, it } from 'vitest';
import type { FanOutDeps } from '../../../functions/fan-out/fan-out-event.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import { readDeliveryMessage } from '../../../shared/delivery-message.ts';
import type { AtsEvent } from '../../../shared/event.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { after, fanOut, sampleEvent, slotsOf, storedAt, subscription } from './fan-out-setup.ts';

const hire = sampleEvent('candidate.moved');
const archive = sampleEvent('candidate.archived');

const columnsOf = (column: unknown, previous_column: unknown): AtsEvent =>
  sampleEvent('candidate.moved', { data: { ...hire.data, column, previous_column } });

const variantsOf = (messages: Parameters<typeof slotsOf>[0]) =>
  messages.map(({ body }) => readDeliveryMessage(body).variant);

describe('settings', () => {
  it('let an event go only to those that it meets', async () => {
    const settings: Partial<Subscription>[] = [
      {},
      { filter: '{"data":{"column":{"hired":[true]}}}' },
      { filter: '{"type":["candidate.archived"]}' },
      { vacancyIds: [1] },
      { status: 'paused', columnIds: [1] },
    ];

    const { messages, held } = await fanOut(
      archive,
      settings.map((some, slot) => subscription(slot, some)),
    );

    expect(slotsOf(messages)).toEqual([0, 2]);
    expect(held).toEqual([]);
  });

  it('that are broken send nothing to their own subscription, are a fault, and harm no other', async () => {
    const broken = subscription(1, { filter: '{"data": {"email": "jean@example.com"}}' });

    const { messages, lines, counts } = await fanOut(archive, [
      subscription(0),
      broken,
      subscription(2),
    ]);

    expect(slotsOf(messages)).toEqual([0, 2]);
    expect(counts).toEqual({ BrokenFilters: 1 });
    expect(lines).toContainEqual({
      event: 'subscription.filter-fault',
      companyId: 318,
      subscriptionId: broken.id,
      eventId: 'evt_1',
      errorName: 'InvalidPatternError',
    });
    expect(JSON.stringify(lines)).not.toContain('jean');
  });
});

describe('filters that cost much together', () => {
  // Dotted keys over arrays: which element the next condition may be in is any of the combinations.
  const steps = ['p', 'q', 'r', 's', 't', 'u', 'v'];
  const patternFrom = (i: number): object =>
    i === steps.length
      ? { zz: ['x'] }
      : { [steps[i]!]: { [`c${i}`]: ['x'], ...patternFrom(i + 1) } };
  const data = Object.fromEntries(
    steps.map((_, i) => [
      steps.slice(0, i + 1).join('.'),
      [
        ...Array.from({ length: 10 }, () => ({ [`c${i}`]: 'x' })),
        { [[...steps.slice(i + 1), 'zz'].join('.')]: 'x' },
      ],
    ]),
  );
  const costly = { filter: JSON.stringify({ data: patternFrom(0) }) };

  it('are given up once the event has cost what it may, and a neighbour behind them is served', async () => {
    const event = sampleEvent('candidate.archived', { data: { ...archive.data, ...data } });
    const some = Array.from({ length: 60 }, (_, slot) => subscription(slot, costly));
    const plain = subscription(60, { filter: '{"type":["candidate.archived"]}' });

    const { messages, counts } = await fanOut(event, [...some, plain]);

    expect(slotsOf(messages)).toContain(60);
    expect(slotsOf(messages)).not.toContain(0);
    expect(counts).toMatchObject({ BrokenFilters: 60 });
  });
});

describe('a rendering', () => {
  it('is stored once, before anything names it, and only where it is not the event’s own', async () => {
    const thin = { payload: 'thin' } as const;

    const { calls, messages, held } = await fanOut(archive, [
      subscription(0),
      subscription(1, thin),
      subscription(2, { ...thin, status: 'paused' }),
    ]);

    expect(calls).toEqual(['store evt_1', 'list', 'thin@1 evt_1', 'hold', 'enqueue']);
    expect(variantsOf(messages)).toEqual(['full@1', 'thin@1']);
    expect(held).toMatchObject([{ variant: 'thin@1' }]);
  });

  it('that could not be stored keeps back every message of its event, so that all come again', async () => {
    const calls: string[] = [];
    const change: Partial<FanOutDeps> = {
      storeVariant: async () => {
        throw new Error('throttled');
      },
      enqueue: async () => {
        calls.push('enqueue');
        return [];
      },
    };

    const fanningOut = fanOut(archive, [subscription(0, { payload: 'thin' })], change);

    await expect(fanningOut).rejects.toThrow('throttled');
    expect(calls).toEqual([]);
  });

  it('has the times of its event', async () => {
    const seen: unknown[] = [];
    const change: Partial<FanOutDeps> = {
      storeVariant: async (...[{ id }, variant, stored, now]) =>
        void seen.push([id, variant, stored.storedAt, now]),
    };

    await fanOut(archive, [subscription(0, { payload: 'thin' })], change);

    expect(seen).toEqual([['evt_1', 'thin@1', storedAt, after]]);
  });
});

describe('a hire', () => {
  it('follows from the move as an event of its own, with the move’s data', async () => {
    const { stored, lines } = await fanOut(hire, [subscription(0)]);

    expect(stored).toEqual([hire, { ...hire, id: 'evt_1_hired', type: 'candidate.hired' }]);
    expect(lines.map(({ event, eventId, eventType }) => [event, eventId, eventType])).toEqual([
      ['event.received', 'evt_1', 'candidate.moved'],
      ['event.received', 'evt_1_hired', 'candidate.hired'],
    ]);
  });

  it('goes to who asked for it, and to who takes every type', async () => {
    const { messages } = await fanOut(hire, [
      subscription(0),
      subscription(1, { eventTypes: ['candidate.hired'] }),
      subscription(2, { eventTypes: ['candidate.moved'] }),
      subscription(3, { eventTypes: ['candidate.hired'], columnIds: [1] }),
    ]);

    const deliveries = messages.map(({ body }) => readDeliveryMessage(body));
    expect(deliveries.map(({ event_id }) => event_id)).toEqual([
      'evt_1',
      'evt_1',
      'evt_1_hired',
      'evt_1_hired',
    ]);
    expect(slotsOf(messages)).toEqual([0, 2, 0, 1]);
  });

  it('is held for who is paused, as a delivery of its own', async () => {
    const { held } = await fanOut(hire, [subscription(0, { status: 'paused' })]);

    expect(held.map(({ eventId, eventType }: Delivery) => [eventId, eventType])).toEqual([
      ['evt_1', 'candidate.moved'],
      ['evt_1_hired', 'candidate.hired'],
    ]);
  });

  it('comes again with the move, as the very same one', async () => {
    const first = await fanOut(hire, [subscription(0)]);
    const again = await fanOut(hire, [subscription(0)]);

    expect(again.stored).toEqual(first.stored);
    expect(again.messages).toEqual(first.messages);
  });

  it('whose id another event has goes to the dead letters; the move was sent before', async () => {
    const enqueued: string[] = [];
    const change: Partial<FanOutDeps> = {
      storeEvent: async ({ id }) =>
        id === 'evt_1_hired'
          ? { kind: 'id-reused' }
          : { kind: 'stored', storedAt, expiresAt: after },
      enqueue: async (messages) => {
        enqueued.push(...messages.map(({ body }) => readDeliveryMessage(body).event_id));
        return [];
      },
    };

    const fanningOut = fanOut(hire, [subscription(0)], change);

    await expect(fanningOut).rejects.toMatchObject({ code: 'EVENT_ID_REUSED' });
    expect(enqueued).toEqual(['evt_1']);
  });

  it.each([
    ['into another column', columnsOf({ hired: false }, { hired: false })],
    ['within the hires', columnsOf({ hired: true }, { hired: true })],
    ['into no column', columnsOf(null, null)],
  ])('does not follow from a move %s', async (_, move) => {
    const { stored } = await fanOut(move, [subscription(0)]);

    expect(stored).toEqual([move]);
  });
});
