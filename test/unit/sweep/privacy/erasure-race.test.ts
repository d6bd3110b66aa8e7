// An erasure at the side of fan-out and deliver: in whatever order their reads and writes take effect, it wins.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FanOutDeps, fanOutEvent } from '../../../../functions/fan-out/fan-out-event.ts';
import { type ErasureDeps, tendErasure } from '../../../../functions/sweep/privacy/tend-erasure.ts';
import { candidateIdsOf } from '../../../../shared/candidate-ids.ts';
import { type Delivery, erase } from '../../../../shared/delivery.ts';
import { askedAgain, type Erasure } from '../../../../shared/erasure.ts';
import type { AtsEvent } from '../../../../shared/event.ts';
import { createMetrics } from '../../../../shared/metrics.ts';
import type { Subscription } from '../../../../shared/subscription.ts';

const now = new Date('2026-11-24T09:00:00.000Z');
const candidate = '20';
const eventOf = (id: string): AtsEvent => ({
  id,
  type: 'candidate.archived',
  timestamp: now.toISOString(),
  companyId: 7,
  data: { candidate_id: 20 },
});
const subscriptionOf = (slot: number, more: Partial<Subscription>): Subscription => ({
  ...{ id: `sub_00${slot}${'0'.repeat(20)}`, companyId: 7, url: 'https://a.example/' },
  ...{ eventTypes: ['*'], status: 'enabled', createdAt: now, updatedAt: now, revision: 1 },
  ...more,
});

type Step = <Result>(name: string, effect: () => Result) => Promise<Result>;

/** The tables as they are: each step takes effect at once and alone, and the scheduler says when. */
const createTables = (step: Step) => {
  const payloads = new Map<string, string>();
  const erasedRows = new Set<string>();
  const places = new Map<string, string[]>();
  const tombstones = new Set<string>();
  const deliveries = new Map<string, Delivery>();
  const row: { erasure: Erasure } = {
    erasure: {
      ...askedAgain(undefined, { companyId: 7, candidate, requestedBy: 'arn' }, now),
      revision: 1,
    },
  };
  const strip = async (eventId: string): Promise<number> => {
    const keys = await step('query', () =>
      [...payloads.keys()].filter((key) => key.startsWith(`${eventId}/`)),
    );
    const gone = await Promise.all(
      keys.map((key) =>
        step('strip', () => {
          erasedRows.add(key);
          return payloads.delete(key);
        }),
      ),
    );
    return gone.filter(Boolean).length;
  };
  const putNew = (key: string) =>
    step('put payload', () => {
      if (!erasedRows.has(key)) payloads.set(key, 'Inès');
    });
  const fanOut: FanOutDeps = {
    storeEvent: async (event) => {
      await Promise.all(
        candidateIdsOf(event).map((id) =>
          step('put place', () => places.set(id, [...(places.get(id) ?? []), event.id])),
        ),
      );
      await putNew(`${event.id}/full`);
      return { kind: 'stored', storedAt: now, expiresAt: now };
    },
    storeVariant: (event, variant) => putNew(`${event.id}/${variant}`),
    listSubscriptions: () =>
      step('list', () => [
        subscriptionOf(1, { payload: 'thin' }),
        subscriptionOf(2, { status: 'paused' }),
      ]),
    isErased: (event) =>
      step('read tombstones', () => candidateIdsOf(event).some((id) => tombstones.has(id))),
    erasePayload: ({ id }) => strip(id),
    putDelivery: (delivery) =>
      step('hold', () => {
        deliveries.set(`${delivery.eventId}/${delivery.subscriptionId}`, delivery);
        return true;
      }),
    enqueue: async () => [],
    conditionsOf: () => [],
    now: () => now,
    log: () => {},
    metrics: createMetrics(
      () => now,
      () => {},
    ),
  };
  const erasing: ErasureDeps = {
    claimErasure: async (_, until) => ({ ...row.erasure, dueAt: until }),
    putErasure: async (erasure) => {
      row.erasure = { ...erasure, revision: erasure.revision + 1 };
      return true;
    },
    putTombstone: (_, id) => step('put tombstone', () => void tombstones.add(id)),
    listCandidateEvents: (_, id) =>
      step('find events', () => ({
        events: [...new Set(places.get(id))].map((eventId) => ({ eventId, otherIds: [] })),
      })),
    getEvent: async () => undefined,
    erasePayload: (_, eventId) => strip(eventId),
    eraseDeliveries: (_, eventId) =>
      step('erase deliveries', () => {
        for (const [key, delivery] of deliveries) {
          if (key.startsWith(`${eventId}/`)) deliveries.set(key, erase(delivery, now));
        }
        return { deliveries: 0, failureBodies: 0 };
      }),
    remainingMs: () => 30_000,
    now: () => now,
    log: () => {},
  };
  return { payloads, deliveries, row, fanOut, erasing };
};

const hint = { pk: '7#erasures', sk: 'erasure#era', at: now.toISOString() };

describe('an erasure at the side of fan-out', () => {
  it('leaves no payload and nothing to be sent, in whatever order their steps take effect', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 0, max: 40 }),
        async (scheduler, cutAfter) => {
          let steps = 0;
          const step: Step = async (name, effect) => {
            await scheduler.schedule(Promise.resolve(), name);
            steps += 1;
            // One worker dies on the way. The sweep comes again; fan-out's event may never.
            if (steps === cutAfter) throw new Error('cut');
            return effect();
          };
          const tables = createTables(step);

          const beside = Promise.allSettled([
            fanOutEvent(tables.fanOut, eventOf('e1')),
            fanOutEvent(tables.fanOut, eventOf('e2')),
            tendErasure(tables.erasing, hint),
          ]);
          await scheduler.waitFor(beside);
          // What a cut left undone; and the last pass, once whoever read before the erasure has ended.
          while (tables.row.erasure.status !== 'done') {
            await scheduler.waitFor(tendErasure(tables.erasing, hint).catch(() => undefined));
          }
          // A replay, cut at times, and then redelivered.
          for (const id of ['e1', 'e3', 'e3']) {
            const replayed = fanOutEvent(tables.fanOut, eventOf(id));
            await scheduler.waitFor(replayed.catch(() => undefined));
          }

          expect([...tables.payloads.keys()]).toEqual([]);
          const statuses = [...tables.deliveries.values()].map(({ status }) => status);
          expect(statuses.filter((status) => status !== 'erased')).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});
