// What is pushed and what is listed, together: fan-out over the real events table, its workers dying at any call.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConditionsCache } from '../../functions/fan-out/conditions-cache.ts';
import { fanOutEvent } from '../../functions/fan-out/fan-out-event.ts';
import { readDeliveryMessage } from '../../shared/delivery-message.ts';
import type { AtsEvent } from '../../shared/event.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import type { RoutedEventTypeName } from '../../shared/event-types.ts';
import { listEvents, storeArriving } from '../../shared/events-feed-table.ts';
import { storeVariant } from '../../shared/events-table.ts';
import { subscriptionIdOf } from '../../shared/identifiers.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

const subscriptionTo = (companyId: number, slot: number, change: Partial<Subscription>) => ({
  id: subscriptionIdOf(slot, 'a'.repeat(20)),
  companyId,
  url: 'https://hooks.example.com/a',
  eventTypes: ['*'],
  status: 'enabled',
  createdAt: new Date(0),
  updatedAt: new Date(0),
  revision: 1,
  ...change,
});

interface Publication {
  readonly type: RoutedEventTypeName;
  /** Of a move: whether a hire follows from it. */
  readonly hires: boolean;
  readonly isTest: boolean;
  /** The calls after which a worker dies, one try after another; then one lives. */
  readonly deaths: readonly number[];
}

const publications = fc.array(
  fc.record({
    type: fc.constantFrom<RoutedEventTypeName>('candidate.moved', 'task.created', 'member.added'),
    hires: fc.boolean(),
    isTest: fc.boolean(),
    deaths: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 8 },
);

const eventOf = (
  companyId: number,
  index: number,
  { type, hires, isTest }: Publication,
  tested: string,
): AtsEvent => {
  const { timestamp, data } = sampleCallback(type);
  const isMove = type === 'candidate.moved';
  return {
    id: `${isTest ? 'test' : 'evt'}_${index}`,
    type,
    timestamp,
    companyId,
    data: isMove && !hires ? { ...data, column: null } : data,
    ...(isTest && { test: { subscriptionId: tested, type } }),
  };
};

const idsOf = (messages: readonly QueueMessage[]): string[] =>
  messages.map(({ body }) => readDeliveryMessage(body).event_id);

let companies = 0;

it('pushes and the feed are everything that was published; the feed alone is too, but for tests', async () => {
  await fc.assert(
    fc.asyncProperty(publications, async (plan) => {
      companies += 1;
      const companyId = companies;
      const subscriptions = [
        subscriptionTo(companyId, 1, { eventTypes: ['candidate.hired', 'task.created'] }),
        subscriptionTo(companyId, 2, { eventTypes: ['candidate.moved'], payload: 'thin' }),
      ] as Subscription[];
      const messages: QueueMessage[] = [];
      let clock = Date.parse('2026-10-12T08:00:00.000Z');
      const now = () => new Date(clock);
      const { client } = dynamodb;
      const table = dynamodb.tables.events;

      const fanOut = async (event: AtsEvent, callsLeft: number) => {
        let left = callsLeft;
        const live = async <Result>(call: () => Promise<Result>): Promise<Result> => {
          left -= 1;
          if (left < 0) throw new Error('the worker is dead');
          return call();
        };
        await fanOutEvent(
          {
            storeEvent: (...args) => live(() => storeArriving(client, table, ...args)),
            storeVariant: (...args) => live(() => storeVariant(client, table, ...args)),
            listSubscriptions: () => live(async () => subscriptions),
            putDelivery: () => live(async () => true),
            enqueue: (some) =>
              live(async () => {
                messages.push(...some);
                return [];
              }),
            isErased: () => live(async () => false),
            erasePayload: async () => {},
            conditionsOf: createConditionsCache(),
            now,
            log: () => {},
            metrics: { count: () => {} },
          },
          event,
        );
      };
      const published: string[] = [];
      for (const [index, publication] of plan.entries()) {
        const event = eventOf(companyId, index, publication, subscriptions[0]!.id);
        for (const death of publication.deaths) {
          clock += 7;
          await fanOut(event, death).catch(() => {});
        }
        clock += 7;
        await fanOut(event, Number.POSITIVE_INFINITY);
        published.push(event.id);
        if (event.type === 'candidate.moved' && publication.hires && !event.test) {
          published.push(`${event.id}_hired`);
        }
      }

      const range = { before: new Date(clock + 1), limit: 100, bytesMax: 10_000_000 };
      const { events } = await listEvents(client, table, companyId, range, now());
      const listed = events.map(({ id }) => id);
      const pushed = idsOf(messages);
      expect([...new Set([...listed, ...pushed])].toSorted()).toEqual(published.toSorted());
      expect(listed.toSorted()).toEqual(published.filter((id) => id.startsWith('evt_')).toSorted());
    }),
    { numRuns: process.env.RAPPEL_FULL === '1' ? 500 : 12 },
  );
}, 600_000);
