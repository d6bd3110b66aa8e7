// What waits in a batch behind a slow receiver: what became of its delivery and subscription meanwhile counts.
import { setImmediate } from 'node:timers/promises';
import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createHandler, type DeliverHandlerDeps } from '../../../functions/deliver/handler.ts';
import type { Loaded } from '../../../functions/deliver/load-batch.ts';
import { newDelivery } from '../../../shared/delivery.ts';
import { batchReadAgeMsMax } from '../../../shared/limits.ts';
import {
  good,
  healthWith,
  later,
  loadedWith,
  messageOf,
  now,
  recordDeliver,
  subscriptionId,
} from './deliver-setup.ts';

const recordsOf = (...ids: string[]) =>
  ids.map((event_id) => ({
    messageId: event_id,
    body: JSON.stringify(messageOf({ event_id })),
    attributes: { ApproximateReceiveCount: '1' },
  })) as SQSRecord[];
const subscription = loadedWith().subscription!;
const delivery = newDelivery(
  { companyId: 7, eventId: 'c', subscriptionId, eventType: 'task.created', variant: 'full@1' },
  now,
);

/**
 * Three deliveries of one receiver, which answers after `answersAfterMs`: the third waits until then, and meanwhile the
 * world changes to what `meanwhile` says. Answers with what was called where, and what was read.
 */
const handleThree = async (
  answersAfterMs: number,
  meanwhile: Partial<Loaded>,
  more: Partial<DeliverHandlerDeps> = {},
) => {
  let clock = now;
  const called: string[] = [];
  const reads: string[][] = [];
  const recorded = recordDeliver(good, {
    now: () => clock,
    loadBatch: async (messages) => {
      reads.push(messages.map(({ event_id }) => event_id));
      const loaded = loadedWith(clock > now ? meanwhile : {});
      return () => loaded;
    },
    attempt: async ({ delivery: { eventId }, url }) => {
      called.push(`${eventId} ${url}`);
      await setImmediate();
      clock = later(answersAfterMs);
      return good;
    },
    ...more,
  });
  const handle = createHandler(recorded.deps);
  const { batchItemFailures } = await handle(
    { Records: recordsOf('a', 'b', 'c') },
    { functionName: 'deliver', getRemainingTimeInMillis: () => 21_000 },
  );
  return {
    reads,
    thirds: called.filter((call) => call.startsWith('c')),
    failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    third: recorded.puts.find((put) => put.delivery.eventId === 'c')?.delivery,
  };
};

describe('a message that waited in its batch', () => {
  it.each<[string, Partial<Loaded>, string | undefined]>([
    ['its event was erased', { event: { type: 'task.created', storedAt: now } }, 'erased'],
    ['its delivery was erased', { delivery: { ...delivery, status: 'erased' } }, undefined],
    ['its delivery was delivered', { delivery: { ...delivery, status: 'delivered' } }, undefined],
    [
      'its subscription was paused',
      { subscription: { ...subscription, status: 'paused' } },
      'held',
    ],
    [
      'its subscription was deleted',
      { subscription: { ...subscription, deletedAt: now } },
      'cancelled',
    ],
    ['an emergency stop was made', { stopped: true }, 'held'],
  ])('is not called when %s meanwhile', async (_, meanwhile, status) => {
    const { thirds, third, failed } = await handleThree(9_000, meanwhile);

    expect(thirds).toEqual([]);
    expect(third?.status).toBe(status);
    expect(failed).toEqual([]);
  });

  it('is called at the URL that its subscription has by then', async () => {
    const moved = { ...subscription, url: 'https://new.example/hook' };

    const { thirds } = await handleThree(9_000, { subscription: moved });

    expect(thirds).toEqual(['c https://new.example/hook']);
  });

  it('reads its own rows again, and it alone; what waited for less than a second reads nothing', async () => {
    const [slow, quick] = [
      await handleThree(batchReadAgeMsMax + 1, {}),
      await handleThree(batchReadAgeMsMax, {}),
    ];

    expect(slow.reads).toEqual([['a', 'b', 'c'], ['c']]);
    expect(quick.reads).toEqual([['a', 'b', 'c']]);
    expect([slow.thirds, quick.thirds].map(({ length }) => length)).toEqual([1, 1]);
  });

  it('comes again when its rows cannot be read a second time, and nobody is called for it', async () => {
    let reads = 0;
    const loadBatch: DeliverHandlerDeps['loadBatch'] = async () => {
      reads += 1;
      if (reads > 1) throw new Error('throttled');
      return () => loadedWith();
    };

    const { thirds, failed } = await handleThree(9_000, {}, { loadBatch });

    expect(thirds).toEqual([]);
    expect(failed).toEqual(['c']);
  });

  it('goes by the later of what it read of its receiver and what the batch learned', async () => {
    const troubled = healthWith({ failures: 5, revision: 9 });

    const read = await handleThree(9_000, { health: troubled });

    // The batch learned nothing, since its answers were good: what was read sends it to the slow lane.
    expect(read.thirds).toEqual([]);
    expect(read.failed).toEqual([]);
  });
});
