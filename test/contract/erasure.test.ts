// An erasure over a local DynamoDB: what it strips, what it leaves, whatever cuts it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConditionsCache } from '../../functions/fan-out/conditions-cache.ts';
import { type FanOutDeps, fanOutEvent } from '../../functions/fan-out/fan-out-event.ts';
import { type ErasureDeps, tendErasure } from '../../functions/sweep/privacy/tend-erasure.ts';
import { putFailedAttempt } from '../../shared/attempts-table.ts';
import { candidateIdsOf } from '../../shared/candidate-ids.ts';
import { listCandidateEvents } from '../../shared/candidates-table.ts';
import { getDelivery, putDelivery } from '../../shared/deliveries-table.ts';
import { newDelivery } from '../../shared/delivery.ts';
import { eraseDeliveries, erasePayload } from '../../shared/erase-event-table.ts';
import { askedAgain, type Erasure, erasureIdOf } from '../../shared/erasure.ts';
import { erasureOf, getErasure, putErasure } from '../../shared/erasures-table.ts';
import type { AtsEvent } from '../../shared/event.ts';
import { storeArriving } from '../../shared/events-feed-table.ts';
import { storedEventKey, storeVariant } from '../../shared/events-table.ts';
import { getRows } from '../../shared/get-rows.ts';
import { createMetrics } from '../../shared/metrics.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import { keptEventOf } from '../../shared/stored-event.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { claimDue, findDue, jobShard } from '../../shared/timers-table.ts';
import { isErased, putTombstone } from '../../shared/tombstones-table.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';
import { start, subscriptionId, subscriptionOf } from './jobs-setup.ts';

const full = process.env.RAPPEL_FULL === '1';

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

let companies = 20_000;
const quiet = createMetrics(
  () => start,
  () => {},
);

/** A company with two subscriptions, one of them for thin payloads and paused. */
const createWorld = () => {
  companies += 1;
  const companyId = companies;
  const { client, tables } = dynamodb;
  const world = {
    now: start,
    events: new Set<string>(),
    messages: [] as QueueMessage[],
    lines: [] as string[],
  };
  const now = () => world.now;
  const other: Subscription = {
    ...subscriptionOf(companyId),
    id: `sub_002${'0'.repeat(20)}`,
    status: 'paused',
    payload: 'thin',
  };
  const fanOut: FanOutDeps = {
    storeEvent: (event, at) => {
      world.events.add(event.id);
      return storeArriving(client, tables.events, event, at);
    },
    storeVariant: (...args) => storeVariant(client, tables.events, ...args),
    listSubscriptions: async () => [subscriptionOf(companyId), other],
    isErased: (event) =>
      isErased(client, tables.subscriptions, companyId, candidateIdsOf(event), now()),
    erasePayload: ({ id }, at) => erasePayload(client, tables.events, companyId, id, at),
    putDelivery: (delivery) => putDelivery(client, tables.deliveries, delivery),
    enqueue: async (messages) => {
      world.messages.push(...messages);
      return [];
    },
    conditionsOf: createConditionsCache(),
    now,
    log: ({ event }) => void (event === 'event.erased' && world.lines.push(String(event))),
    metrics: quiet,
  };
  const erasing: ErasureDeps = {
    claimErasure: async (hint, until) => {
      const item = await claimDue(client, tables.deliveries, hint, until);
      return item && erasureOf(item);
    },
    putErasure: (erasure) => putErasure(client, tables.deliveries, erasure),
    putTombstone: (company, candidate) =>
      putTombstone(client, tables.subscriptions, company, candidate, now()),
    listCandidateEvents: (company, candidate, from) =>
      listCandidateEvents(client, tables.events, company, candidate, {
        limit: 2,
        ...(from && { start: from }),
      }),
    getEvent: async (company, eventId) => {
      const key = storedEventKey(company, eventId, 'full@1');
      const item = (await getRows(client, tables.events, [key]))(key);
      return item && keptEventOf(item, now());
    },
    erasePayload: (company, eventId) =>
      erasePayload(client, tables.events, company, eventId, now()),
    eraseDeliveries: (company, eventId) =>
      eraseDeliveries(client, tables.deliveries, company, eventId, now()),
    remainingMs: () => 30_000,
    now,
    log: () => {},
  };
  return { companyId, world, fanOut, erasing };
};

type World = ReturnType<typeof createWorld>;

const about = (companyId: number, id: string, candidate: number, ids?: object): AtsEvent => ({
  id,
  type: 'candidate.archived',
  timestamp: '2026-11-24T08:59:59.000Z',
  companyId,
  data: { candidate: { id: candidate, firstname: 'Inès' }, note: `secret of ${id}` },
  ...(ids && { ids: { candidate: ids } }),
});

const ask = async ({ companyId, world }: World, candidate: string): Promise<string> => {
  const id = erasureIdOf(companyId, candidate);
  const known = await getErasure(dynamodb.client, dynamodb.tables.deliveries, companyId, id);
  const asked = askedAgain(known, { companyId, candidate, requestedBy: 'arn:test' }, world.now);
  await putErasure(dynamodb.client, dynamodb.tables.deliveries, asked);
  return id;
};

/** One look of the sweep at what is due. */
const tend = async ({ companyId, world }: World, erasing: ErasureDeps): Promise<void> => {
  const { client, tables } = dynamodb;
  const { hints } = await findDue(client, tables.deliveries, jobShard, world.now, 1_000);
  for (const hint of hints) {
    if (hint.pk === `${companyId}#erasures`) await tendErasure(erasing, hint).catch(() => {});
  }
};

const runToEnd = async (on: World, id: string, erasing = on.erasing): Promise<Erasure> => {
  for (let minute = 0; minute < 30; minute += 1) {
    await tend(on, erasing);
    const erasure = await stateOf(on, id);
    if (erasure.status === 'done') return erasure;
    on.world.now = new Date(on.world.now.getTime() + 61_000);
  }
  throw new Error('the erasure never ended');
};

const stateOf = async ({ companyId }: World, id: string): Promise<Erasure> =>
  (await getErasure(dynamodb.client, dynamodb.tables.deliveries, companyId, id))!;

/** Ids of the company's events that have a payload in some rendering. */
const payloadsOf = async ({ companyId, world }: World): Promise<string[]> => {
  const keys = [...world.events].flatMap((id) =>
    ['full@1', 'thin@1'].map((variant) => storedEventKey(companyId, id, variant)),
  );
  const find = await getRows(dynamodb.client, dynamodb.tables.events, keys);
  const left = keys.filter((key) => find(key)?.body !== undefined);
  return [...new Set(left.map(({ pk }) => pk.split('#')[1]!))].toSorted();
};

const statusOf = async ({ companyId }: World, eventId: string, to = subscriptionId) => {
  const name = { companyId, eventId, subscriptionId: to };
  return (await getDelivery(dynamodb.client, dynamodb.tables.deliveries, name))?.status;
};

describe('an erasure', () => {
  it('strips every rendering of every event of the candidate, and of nobody else', async () => {
    const on = createWorld();
    for (const n of [1, 2, 3, 4, 5]) await fanOutEvent(on.fanOut, about(on.companyId, `e${n}`, 20));
    await fanOutEvent(on.fanOut, about(on.companyId, 'other', 21));

    const id = await ask(on, '20');
    const done = await runToEnd(on, id);

    expect(await payloadsOf(on)).toEqual(['other']);
    expect(done.erased).toEqual({ payloads: 10, deliveries: 5, failureBodies: 0 });
    expect(done.completedAt).toBeDefined();
  });

  it('ends what could still be sent, and leaves what ended as it is', async () => {
    const on = createWorld();
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

    await runToEnd(on, await ask(on, '20'));

    const ended = await Promise.all(statuses.map((status) => statusOf(on, status)));
    expect(ended).toEqual(['erased', 'erased', 'erased', 'delivered', 'cancelled']);
  });

  it('strips the answers of failed attempts', async () => {
    const on = createWorld();
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

    const done = await runToEnd(on, await ask(on, '20'));

    expect(JSON.stringify(await dynamodb.rows('deliveries'))).not.toContain('Inès is unknown');
    expect(done.erased.failureBodies).toBe(1);
  });

  it('follows a candidate from one of their ids to the other, as their events say', async () => {
    const on = createWorld();
    const encoded = 'Aa1Bb2Cc3Dd4Ee5F';
    await fanOutEvent(on.fanOut, about(on.companyId, 'both', 20, { plain: 20, encoded }));
    await fanOutEvent(on.fanOut, {
      ...about(on.companyId, 'encoded', 20),
      data: { candidate_id: encoded },
    });

    const done = await runToEnd(on, await ask(on, '20'));
    await fanOutEvent(on.fanOut, {
      ...about(on.companyId, 'later', 1),
      data: { candidate_id: encoded },
    });

    expect(done.candidateIds).toEqual(['20', encoded]);
    expect(await payloadsOf(on)).toEqual([]);
  });

  it('drops what a replay or a redrive brings back, known or not', async () => {
    const on = createWorld();
    await fanOutEvent(on.fanOut, about(on.companyId, 'known', 20));
    await runToEnd(on, await ask(on, '20'));
    on.world.messages.length = 0;
    on.world.lines.length = 0;

    await fanOutEvent(on.fanOut, about(on.companyId, 'known', 20));
    await fanOutEvent(on.fanOut, about(on.companyId, 'unknown', 20));

    expect(await payloadsOf(on)).toEqual([]);
    expect(on.world.messages).toEqual([]);
    expect(on.world.lines).toEqual(['event.erased', 'event.erased']);
  });

  it('leaves an event alone that only an id used twice led to', async () => {
    const on = createWorld();
    await fanOutEvent(on.fanOut, about(on.companyId, 'twice', 20));
    await expect(fanOutEvent(on.fanOut, about(on.companyId, 'twice', 21))).rejects.toMatchObject({
      code: 'EVENT_ID_REUSED',
    });

    await runToEnd(on, await ask(on, '21'));

    expect(await payloadsOf(on)).toEqual(['twice']);
  });

  it('asked for again is the same one, and finds nothing more', async () => {
    const on = createWorld();
    await fanOutEvent(on.fanOut, about(on.companyId, 'e1', 20));
    const first = await runToEnd(on, await ask(on, '20'));

    const again = await runToEnd(on, await ask(on, '20'));

    expect(again.erased).toEqual(first.erased);
    expect(again.requestedAt).toEqual(first.requestedAt);
  });

  it('cut off at any of its calls, before the call took effect or after it, erases all the same', async () => {
    const uncut = await eraseCut(() => false);
    const all = [...uncut.calls].flatMap((call) => [`before ${call}`, `after ${call}`]);
    const cuts = all.filter((_, n) => full || n % 3 === 0);

    const runs = await Promise.all(cuts.map((cut) => eraseCut((place) => place === cut)));

    expect(all.length).toBeGreaterThan(30);
    expect(runs.map(({ left }) => left)).toEqual(cuts.map(() => []));
    expect(runs.map(({ held }) => held)).toEqual(cuts.map(() => 'erased'));
  });
});

const eraseCut = async (isCut: (place: string) => boolean) => {
  const on = createWorld();
  for (const n of [1, 2]) await fanOutEvent(on.fanOut, about(on.companyId, `e${n}`, 20));
  const calls = new Set<string>();
  const cutting = around(on.erasing, async (name, call) => {
    const place = `${name} ${[...calls].filter((one) => one.startsWith(name)).length}`;
    calls.add(place);
    if (isCut(`before ${place}`)) throw new Error('cut');
    const result = await call();
    if (isCut(`after ${place}`)) throw new Error('cut');
    return result;
  });
  await runToEnd(on, await ask(on, '20'), cutting);
  const held = await statusOf(on, 'e2', `sub_002${'0'.repeat(20)}`);
  return { calls, left: await payloadsOf(on), held };
};

/** Every asynchronous port, called through `how`. */
const around = <Ports extends object>(
  ports: Ports,
  how: (name: string, call: () => Promise<unknown>) => Promise<unknown>,
): Ports =>
  Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [
      name,
      ['now', 'log', 'remainingMs', 'conditionsOf', 'metrics'].includes(name)
        ? port
        : (...args: unknown[]) => how(name, async () => port(...args)),
    ]),
  ) as Ports;
