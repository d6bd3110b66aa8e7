// A company whose events are fanned out and erased over a local DynamoDB, by a clock that the test moves.
import { createConditionsCache } from '../../functions/fan-out/conditions-cache.ts';
import type { FanOutDeps } from '../../functions/fan-out/fan-out-event.ts';
import { type ErasureDeps, tendErasure } from '../../functions/sweep/privacy/tend-erasure.ts';
import { candidateIdsOf } from '../../shared/candidate-ids.ts';
import { listCandidateEvents } from '../../shared/candidates-table.ts';
import { getDelivery, putDelivery } from '../../shared/deliveries-table.ts';
import { eraseDeliveries, erasePayload } from '../../shared/erase-event-table.ts';
import { askedAgain, type Erasure, erasureIdOf } from '../../shared/erasure.ts';
import { erasureOf, getErasure, putErasure } from '../../shared/erasures-table.ts';
import type { AtsEvent } from '../../shared/event.ts';
import { storeArriving } from '../../shared/events-feed-table.ts';
import { getEvent, storedEventKey, storeVariant } from '../../shared/events-table.ts';
import { getRows } from '../../shared/get-rows.ts';
import { createMetrics } from '../../shared/metrics.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { claimDue, findDue, jobShard } from '../../shared/timers-table.ts';
import { isErased, putTombstone } from '../../shared/tombstones-table.ts';
import type { TestDynamoDb } from '../support/start-dynalite.ts';
import { start, subscriptionId, subscriptionOf } from './jobs-setup.ts';

/** The one that is paused, and gets thin payloads. */
export const pausedId = `sub_002${'0'.repeat(20)}`;

let companies = 20_000;
const quiet = createMetrics(
  () => start,
  () => {},
);

/** A company with two subscriptions, one of them for thin payloads and paused. */
export const createErasureWorld = (dynamodb: TestDynamoDb) => {
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
    id: pausedId,
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
    getEvent: (company, eventId) => getEvent(client, tables.events, company, eventId, now()),
    erasePayload: (company, eventId) =>
      erasePayload(client, tables.events, company, eventId, now()),
    eraseDeliveries: (company, eventId) =>
      eraseDeliveries(client, tables.deliveries, company, eventId, now()),
    remainingMs: () => 30_000,
    now,
    log: () => {},
  };
  return { dynamodb, companyId, world, fanOut, erasing };
};

export type ErasureWorld = ReturnType<typeof createErasureWorld>;

/** An event of a candidate; `ids`: both of theirs. */
export const about = (
  companyId: number,
  id: string,
  candidate: number,
  ids?: object,
): AtsEvent => ({
  id,
  type: 'candidate.archived',
  timestamp: '2026-11-24T08:59:59.000Z',
  companyId,
  data: { candidate: { id: candidate, firstname: 'Inès' }, note: `secret of ${id}` },
  ...(ids && { ids: { candidate: ids } }),
});

/** Answers with the erasure's id. */
export const askForErasure = async (
  { dynamodb, companyId, world }: ErasureWorld,
  candidate: string,
): Promise<string> => {
  const id = erasureIdOf(companyId, candidate);
  const known = await getErasure(dynamodb.client, dynamodb.tables.deliveries, companyId, id);
  const asked = askedAgain(known, { companyId, candidate, requestedBy: 'arn:test' }, world.now);
  await putErasure(dynamodb.client, dynamodb.tables.deliveries, asked);
  return id;
};

/** One look of the sweep at what is due. */
const tend = async (
  { dynamodb, companyId, world }: ErasureWorld,
  erasing: ErasureDeps,
): Promise<void> => {
  const { client, tables } = dynamodb;
  const { hints } = await findDue(client, tables.deliveries, jobShard, world.now, 1_000);
  for (const hint of hints) {
    if (hint.pk === `${companyId}#erasures`) await tendErasure(erasing, hint).catch(() => {});
  }
};

/** Minute after minute. */
export const eraseToEnd = async (
  on: ErasureWorld,
  id: string,
  erasing = on.erasing,
): Promise<Erasure> => {
  for (let minute = 0; minute < 30; minute += 1) {
    await tend(on, erasing);
    const erasure = await stateOf(on, id);
    if (erasure.status === 'done') return erasure;
    on.world.now = new Date(on.world.now.getTime() + 61_000);
  }
  throw new Error('the erasure never ended');
};

const stateOf = async ({ dynamodb, companyId }: ErasureWorld, id: string): Promise<Erasure> =>
  (await getErasure(dynamodb.client, dynamodb.tables.deliveries, companyId, id))!;

/** Ids of the company's events that have a payload in some rendering. */
export const payloadsOf = async ({
  dynamodb,
  companyId,
  world,
}: ErasureWorld): Promise<string[]> => {
  const keys = [...world.events].flatMap((id) =>
    ['full@1', 'thin@1'].map((variant) => storedEventKey(companyId, id, variant)),
  );
  const find = await getRows(dynamodb.client, dynamodb.tables.events, keys);
  const left = keys.filter((key) => find(key)?.body !== undefined);
  return [...new Set(left.map(({ pk }) => pk.split('#')[1]!))].toSorted();
};

export const statusOf = async (
  { dynamodb, companyId }: ErasureWorld,
  eventId: string,
  to = subscriptionId,
) => {
  const name = { companyId, eventId, subscriptionId: to };
  return (await getDelivery(dynamodb.client, dynamodb.tables.deliveries, name))?.status;
};
