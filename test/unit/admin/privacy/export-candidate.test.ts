// What is kept of a candidate, exported through the app: every event and delivery once, in pages that a Function URL can answer.
import { beforeEach, describe, expect, it } from 'vitest';
import { newDelivery } from '../../../../shared/delivery.ts';
import type { KeptEvent } from '../../../../shared/kept-event.ts';
import { pageBytesMax } from '../../../../shared/limits.ts';
import { createCheckedApp } from '../../../support/checked-app.ts';
import { createMemoryWorld, type MemoryWorld } from '../../../support/memory-subscriptions.ts';

const company = '/v1/companies/318';

let world: MemoryWorld;
let app: ReturnType<typeof createCheckedApp>;
beforeEach(() => {
  world = createMemoryWorld();
  app = createCheckedApp(world.deps);
});

describe('an export', () => {
  const stored = new Date('2026-10-12T07:00:00.000Z');
  const eventOf = (id: string, note: string): KeptEvent => ({
    companyId: 318,
    id,
    type: 'candidate.moved',
    storedAt: stored,
    expiresAt: stored,
    body: Buffer.from(JSON.stringify({ id, note })),
    version: 1,
  });

  const subscriptionIdOf = (slot: number) =>
    `sub_${String(slot).padStart(3, '0')}${'0'.repeat(20)}`;

  /** These events of candidate 20817, each with so many deliveries, whose receivers answered so at each of ten attempts. */
  const exporting = (events: readonly KeptEvent[], deliveries = 1, answer = '') => {
    const byId = new Map(events.map((event) => [event.id, event]));
    const slots = Array.from({ length: deliveries }, (_, n) => n + 1);
    const attempts = Array.from({ length: 10 }, (_, n) => n + 1);
    app = createCheckedApp({
      ...world.deps,
      listCandidateEvents: async (companyId, candidate) => ({
        events:
          companyId === 318 && candidate === '20817'
            ? [...byId.keys()].map((eventId) => ({ eventId, otherIds: [] }))
            : [],
      }),
      getEvent: async (_, id) => byId.get(id),
      listDeliveriesOf: async (companyId, eventId) =>
        slots.map((slot) => {
          const name = { companyId, eventId, subscriptionId: subscriptionIdOf(slot) };
          const kind = { eventType: 'candidate.moved', variant: 'full@1' };
          return {
            ...newDelivery({ ...name, ...kind }, stored),
            lastAttempts: attempts.map(attemptOf),
          };
        }),
      listFailedAttempts: async () =>
        attempts.map((number) => ({
          ...attemptOf(number),
          startedAt: stored,
          errorClass: 'http',
          bodyExcerpt: answer,
        })),
    });
  };

  const attemptOf = (number: number) =>
    ({ number, trigger: 'scheduled', at: stored, durationMs: 1, met: '500' }) as const;

  const page = async (path: string) => {
    const response = await app.request(path);
    const text = await response.text();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { response, bytes: Buffer.byteLength(text), lines, end: lines.at(-1) };
  };

  const path = `${company}/candidates/20817/export`;

  /** Every page, without the lines that end them. */
  const walk = async () => {
    const lines: Record<string, string>[] = [];
    let [cursor, largest] = ['', 0];
    do {
      const read = await page(cursor ? `${path}?cursor=${cursor}` : path);
      lines.push(...read.lines.slice(0, -1));
      largest = Math.max(largest, read.bytes);
      cursor = read.end.next_cursor ?? '';
    } while (cursor !== '');
    return { lines, largest };
  };

  it('has a line for each event, one for each delivery of it, and one that says that it is the end', async () => {
    exporting([eventOf('e1', 'one'), eventOf('e2', 'two')]);

    const { response, lines } = await page(path);

    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(lines).toEqual([
      expect.objectContaining({ kind: 'event', id: 'e1', callback: { id: 'e1', note: 'one' } }),
      expect.objectContaining({ kind: 'delivery', event_id: 'e1' }),
      expect.objectContaining({ kind: 'event', id: 'e2' }),
      expect.objectContaining({ kind: 'delivery', event_id: 'e2', attempts: expect.any(Array) }),
      { kind: 'end', next_cursor: null },
    ]);
  });

  it('goes on page by page, each of 4 MB at most, and shows every event once', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `e${String(n).padStart(2, '0')}`);
    exporting(ids.map((id) => eventOf(id, 'é'.repeat(130_000))));

    const { lines, largest } = await walk();

    expect(lines.filter(({ kind }) => kind === 'event').map(({ id }) => id)).toEqual(ids);
    expect(lines.filter(({ kind }) => kind === 'delivery').map((each) => each.event_id)).toEqual(
      ids,
    );
    expect(largest).toBeLessThan(pageBytesMax + 1_000);
  });

  it('stays under 4 MB a page where one event has many deliveries with long answers', async () => {
    exporting([eventOf('e1', 'one'), eventOf('e2', 'two')], 30, 'x'.repeat(16_384));

    const { lines, largest } = await walk();

    const told = lines.map(({ kind, id, subscription_id }) =>
      kind === 'event' ? id : subscription_id,
    );
    const each = Array.from({ length: 30 }, (_, n) => subscriptionIdOf(n + 1));
    expect(told).toEqual(['e1', ...each, 'e2', ...each]);
    expect(largest).toBeLessThan(pageBytesMax + 1_000);
  });

  it('has a hundred lines a page at most', async () => {
    exporting([eventOf('e1', 'one')], 150);

    const { lines } = await page(path);

    expect(lines.length).toBe(101);
  });

  it('leaves out what is erased', async () => {
    const { body: _, ...erased } = eventOf('e1', 'one');
    exporting([erased, eventOf('e2', 'two')]);

    const { lines } = await page(path);

    expect(lines.map(({ kind, id }) => (kind === 'event' ? id : kind))).toEqual([
      'e2',
      'delivery',
      'end',
    ]);
  });

  it('has nothing of another company’s candidate, and refuses another list’s cursor', async () => {
    exporting([eventOf('e1', 'one')]);

    const theirs = await app.request('/v1/companies/319/candidates/20817/export');
    const refused = await app.request(`${path}?cursor=WyJ4IiwiZTEiXQ`);

    expect(theirs.status).toBe(404);
    expect(refused.status).toBe(400);
  });
});
