// An erasure over a local DynamoDB: what it strips, what it leaves, whatever cuts it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fanOutEvent } from '../../functions/fan-out/fan-out-event.ts';
import { putFailedAttempt } from '../../shared/attempts-table.ts';
import { putDelivery } from '../../shared/deliveries-table.ts';
import { newDelivery } from '../../shared/delivery.ts';
import { eraseDeliveries } from '../../shared/erase-event-table.ts';
import { cutCalls, type IsCut, runEach } from '../support/cut-calls.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';
import { watchCalls } from '../support/watch-calls.ts';
import {
  about,
  askForErasure as ask,
  createErasureWorld,
  eraseToEnd,
  pausedId,
  payloadsOf,
  statusOf,
} from './erasure-setup.ts';
import { start, subscriptionId } from './jobs-setup.ts';

const full = process.env.RAPPEL_FULL === '1';

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

describe('an erasure', () => {
  it('strips every rendering of every event of the candidate, and of nobody else', async () => {
    const on = createErasureWorld(dynamodb);
    for (const n of [1, 2, 3, 4, 5]) await fanOutEvent(on.fanOut, about(on.companyId, `e${n}`, 20));
    await fanOutEvent(on.fanOut, about(on.companyId, 'other', 21));

    const id = await ask(on, '20');
    const done = await eraseToEnd(on, id);

    expect(await payloadsOf(on)).toEqual(['other']);
    expect(done.erased).toEqual({ payloads: 10, deliveries: 5, failureBodies: 0 });
    expect(done.completedAt).toBeDefined();
  });

  it('ends what could still be sent, and leaves what ended as it is', async () => {
    const on = createErasureWorld(dynamodb);
    const { client, tables } = dynamodb;
    const { companyId } = on;
    const statuses = ['waiting', 'held', 'exhausted', 'delivered', 'cancelled'] as const;
    for (const status of statuses) {
      await fanOutEvent(on.fanOut, about(companyId, status, 20));
      const name = { companyId, eventId: status, subscriptionId };
      const more = { eventType: 'candidate.archived', variant: 'full@1' };
      const fresh = newDelivery({ ...name, ...more }, start);
      await putDelivery(client, tables.deliveries, { ...fresh, status });
    }

    await eraseToEnd(on, await ask(on, '20'));

    const ended = await Promise.all(statuses.map((status) => statusOf(on, status)));
    expect(ended).toEqual(['erased', 'erased', 'erased', 'delivered', 'cancelled']);
  });

  it('strips the answers of failed attempts', async () => {
    const on = createErasureWorld(dynamodb);
    const { client, tables } = dynamodb;
    const { companyId } = on;
    await fanOutEvent(on.fanOut, about(companyId, 'e1', 20));
    const name = { companyId, eventId: 'e1', subscriptionId };
    await putFailedAttempt(
      client,
      tables.deliveries,
      name,
      { number: 1, trigger: 'scheduled' },
      {
        ...{ kind: 'refused', errorClass: 'http', status: 500, startedAt: start, durationMs: 3 },
        ...{ bodyExcerpt: 'Inès is unknown here', headers: { server: 'x' } },
      },
    );

    const done = await eraseToEnd(on, await ask(on, '20'));

    expect(JSON.stringify(await dynamodb.rows('deliveries'))).not.toContain('Inès is unknown');
    expect(done.erased.failureBodies).toBe(1);
  });

  it('reads no answer that it strips, and finds none again that it has stripped', async () => {
    const { client, tables } = dynamodb;
    const { companyId } = createErasureWorld(dynamodb);
    const name = { companyId, eventId: 'e1', subscriptionId };
    for (const number of [1, 2]) {
      const outcome = { kind: 'refused', errorClass: 'http', status: 500, durationMs: 3 } as const;
      const answer = { startedAt: start, bodyExcerpt: 'x'.repeat(16_384), headers: {} };
      const attempt = { number, trigger: 'scheduled' } as const;
      const met = { ...outcome, ...answer };
      await putFailedAttempt(client, tables.deliveries, name, attempt, met);
    }
    const counts: number[] = [];
    const erase = async () => {
      const erased = await eraseDeliveries(client, tables.deliveries, companyId, 'e1', start);
      counts.push(erased.failureBodies);
    };

    const first = await watchCalls(client, erase);
    const second = await watchCalls(client, erase);

    expect(counts).toEqual([2, 0]);
    expect(Math.max(...first.map(({ characters }) => characters))).toBeLessThan(1_000);
    expect(first.filter(({ command }) => command === 'UpdateItemCommand')).toHaveLength(2);
    expect(second.map(({ command }) => command)).toEqual(['QueryCommand', 'QueryCommand']);
  });

  it('follows a candidate from one of their ids to the other, as their events say', async () => {
    const on = createErasureWorld(dynamodb);
    const encoded = 'Aa1Bb2Cc3Dd4Ee5F';
    await fanOutEvent(on.fanOut, about(on.companyId, 'both', 20, { plain: 20, encoded }));
    await fanOutEvent(on.fanOut, {
      ...about(on.companyId, 'encoded', 20),
      data: { candidate_id: encoded },
    });

    const done = await eraseToEnd(on, await ask(on, '20'));
    await fanOutEvent(on.fanOut, {
      ...about(on.companyId, 'later', 1),
      data: { candidate_id: encoded },
    });

    expect(done.candidateIds).toEqual(['20', encoded]);
    expect(await payloadsOf(on)).toEqual([]);
  });

  it('drops what a replay or a redrive brings back, known or not', async () => {
    const on = createErasureWorld(dynamodb);
    await fanOutEvent(on.fanOut, about(on.companyId, 'known', 20));
    await eraseToEnd(on, await ask(on, '20'));
    on.world.messages.length = 0;
    on.world.lines.length = 0;

    await fanOutEvent(on.fanOut, about(on.companyId, 'known', 20));
    await fanOutEvent(on.fanOut, about(on.companyId, 'unknown', 20));

    expect(await payloadsOf(on)).toEqual([]);
    expect(on.world.messages).toEqual([]);
    expect(on.world.lines).toEqual(['event.erased', 'event.erased']);
  });

  it('leaves an event alone that only an id used twice led to', async () => {
    const on = createErasureWorld(dynamodb);
    await fanOutEvent(on.fanOut, about(on.companyId, 'twice', 20));
    await expect(fanOutEvent(on.fanOut, about(on.companyId, 'twice', 21))).rejects.toMatchObject({
      code: 'EVENT_ID_REUSED',
    });

    await eraseToEnd(on, await ask(on, '21'));

    expect(await payloadsOf(on)).toEqual(['twice']);
  });

  it('asked for again is the same one, and finds nothing more', async () => {
    const on = createErasureWorld(dynamodb);
    await fanOutEvent(on.fanOut, about(on.companyId, 'e1', 20));
    const first = await eraseToEnd(on, await ask(on, '20'));

    const again = await eraseToEnd(on, await ask(on, '20'));

    expect(again.erased).toEqual(first.erased);
    expect(again.requestedAt).toEqual(first.requestedAt);
  });

  it('cut off at any of its calls, before the call took effect or after it, erases all the same', {
    timeout: 300_000,
  }, async () => {
    const { places } = await eraseCut(() => false);
    const cuts = [...places].filter((_, n) => full || n % 5 === 0);

    const runs = await runEach(cuts, (cut) => eraseCut((place) => place === cut));

    expect(places.size).toBeGreaterThan(30);
    expect(runs.map(({ left }) => left)).toEqual(cuts.map(() => []));
    expect(runs.map(({ held }) => held)).toEqual(cuts.map(() => 'erased'));
  });
});

const eraseCut = async (isCut: IsCut) => {
  const on = createErasureWorld(dynamodb);
  for (const n of [1, 2]) await fanOutEvent(on.fanOut, about(on.companyId, `e${n}`, 20));
  const { ports, places } = cutCalls(on.erasing, isCut);
  await eraseToEnd(on, await ask(on, '20'), ports);
  const held = await statusOf(on, 'e2', pausedId);
  return { places, left: await payloadsOf(on), held };
};
