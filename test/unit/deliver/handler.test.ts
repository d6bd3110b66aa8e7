// Deliver's handler: each record on its own, no neighbour harmed.
import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createHandler, type DeliverHandlerDeps } from '../../../functions/deliver/handler.ts';
import type { DeliveryMessage } from '../../../shared/delivery-message.ts';
import { good, loadedWith, messageOf, openHealth, recordDeliver } from './deliver-setup.ts';

const recordOf = (messageId: string, body: string, receives = 1): SQSRecord =>
  ({
    messageId,
    body,
    attributes: { ApproximateReceiveCount: String(receives) },
    eventSourceARN: 'arn:aws:sqs:eu-west-3:1:deliveries',
  }) as SQSRecord;
const named = (eventId: string, receives?: number) =>
  recordOf(eventId, JSON.stringify(messageOf({ event_id: eventId })), receives);
const plenty = { functionName: 'deliver', getRemainingTimeInMillis: () => 30_000 };

const handle = async (
  records: SQSRecord[],
  more: Partial<DeliverHandlerDeps> = {},
  context = plenty,
) => {
  const recorded = recordDeliver(good, more);
  const { batchItemFailures } = await createHandler(recorded.deps)({ Records: records }, context);
  return { ...recorded, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
};

describe("deliver's handler", () => {
  it('buries a message that it cannot read, and delivers its neighbours', async () => {
    const { failed, calls, puts } = await handle([named('a'), recordOf('bad', '{'), named('b')]);

    expect(failed).toEqual([]);
    expect(calls.filter((call) => call === 'bury')).toHaveLength(1);
    expect(puts.map(({ delivery }) => delivery.eventId)).toEqual(['a', 'b']);
  });

  it('reports a message whose rows cannot be read, and delivers its neighbours', async () => {
    const loadBatch: DeliverHandlerDeps['loadBatch'] = async () => (message) => {
      if (message.event_id === 'corrupt') throw new Error('not a row of this version');
      return loadedWith();
    };

    const { failed, puts, lines } = await handle([named('a'), named('corrupt'), named('b')], {
      loadBatch,
    });

    expect(failed).toEqual(['corrupt']);
    expect(puts).toHaveLength(2);
    const { company_id, subscription_id } = messageOf();
    expect(lines.find(({ event }) => event === 'delivery.fault')).toMatchObject({
      messageId: 'corrupt',
      eventId: 'corrupt',
      companyId: company_id,
      subscriptionId: subscription_id,
      attempt: 1,
    });
  });

  it('reports every message when the store cannot be read, and buries none', async () => {
    const loadBatch = async () => {
      throw new Error('throttled');
    };

    const { failed, calls } = await handle([named('a'), named('b')], { loadBatch });

    expect(failed).toEqual(['a', 'b']);
    expect(calls).toEqual(['closeSockets']);
  });

  it('never acknowledges what could not be recorded', async () => {
    const putDelivery: DeliverHandlerDeps['putDelivery'] = async ({ eventId }) => {
      if (eventId === 'lost') throw new Error('throttled');
      return true;
    };

    const { failed } = await handle([named('a'), named('lost')], { putDelivery });

    expect(failed).toEqual(['lost']);
  });

  it('reports a poisoned message that could not be buried', async () => {
    const bury = async () => {
      throw new Error('no such queue');
    };

    const { failed } = await handle([recordOf('bad', '[]')], { bury });

    expect(failed).toEqual(['bad']);
  });

  it('attempts once what several messages ask for: SQS’s copies, and an event published twice', async () => {
    const ask = (messageId: string, more: Partial<DeliveryMessage>) =>
      recordOf(messageId, JSON.stringify(messageOf({ event_id: 'a', ...more })));

    const { calls, failed } = await handle([
      ask('first', { published_at: 1_000 }),
      ask('copy', { published_at: 1_000 }),
      ask('published again', { published_at: 1_250 }),
    ]);

    expect(calls.filter((call) => call === 'attempt')).toHaveLength(1);
    expect(failed).toEqual([]);
  });

  it('makes each of two manual attempts that were asked for, and a probe beside its copy', async () => {
    const ask = (more: Partial<DeliveryMessage>) =>
      recordOf(JSON.stringify(more), JSON.stringify(messageOf(more)));
    const manual = (request: string) =>
      ask({ event_id: 'manual', trigger: 'manual', request: request.repeat(16) });

    const twice = await handle([manual('a'), manual('b')]);
    const probed = await handle([ask({}), ask({ probe: openHealth.revision })], {
      loadBatch: async () => () => loadedWith({ health: openHealth }),
      laneOf: () => 'slow',
    });

    expect(twice.calls.filter((call) => call === 'attempt')).toHaveLength(2);
    expect(probed.calls.filter((call) => call === 'attempt')).toHaveLength(1);
  });

  it('starts no attempt with less than twelve seconds left', async () => {
    const late = { ...plenty, getRemainingTimeInMillis: () => 11_999 };

    const { failed, calls } = await handle([named('a')], {}, late);

    expect(failed).toEqual(['a']);
    expect(calls).not.toContain('attempt');
  });

  it('starts none either that had to wait for its turn until then', async () => {
    let left = 13_000;
    const subscription = { ...loadedWith().subscription!, maxPerSecond: 5 };
    const takeTurn = async () => {
      left = 11_999;
      return true;
    };

    const { failed, calls } = await handle(
      [named('a')],
      { loadBatch: async () => () => loadedWith({ subscription }), takeTurn },
      { ...plenty, getRemainingTimeInMillis: () => left },
    );

    expect(failed).toEqual(['a']);
    expect(calls).not.toContain('attempt');
  });

  it('starts first what came most often: behind a slow receiver nothing becomes a dead letter', async () => {
    let left = 30_000;
    const started: string[] = [];
    const attempt: DeliverHandlerDeps['attempt'] = async ({ delivery: { eventId } }) => {
      started.push(eventId);
      await new Promise((resolve) => setImmediate(resolve));
      left -= 5_000;
      return good;
    };

    const { failed } = await handle(
      [1, 7, 3, 19, 2, 8, 6, 4, 12, 5].map((count) => named(`received_${count}`, count)),
      { attempt },
      { ...plenty, getRemainingTimeInMillis: () => left },
    );

    const received = (...counts: number[]) => counts.map((count) => `received_${count}`);
    expect(started).toEqual(received(19, 12, 8, 7, 6));
    expect(failed).toEqual(received(5, 4, 3, 2, 1));
  });

  it('has at most two callbacks of one subscription open at once', async () => {
    let [open, most] = [0, 0];
    const attempt = async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return good;
    };

    await handle(
      ['a', 'b', 'c', 'd', 'e'].map((id) => named(id)),
      { attempt },
    );

    expect(most).toBe(2);
  });

  it('closes its sockets whatever happened', async () => {
    const { calls } = await handle([]);

    expect(calls).toEqual(['closeSockets']);
  });
});
