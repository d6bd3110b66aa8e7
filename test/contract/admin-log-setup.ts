// The log's and the feed's routes over the real tables; what they would send is kept.
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { createApp } from '../../functions/admin/app.ts';
import { feedRoutes } from '../../functions/admin/feed/feed-routes.ts';
import { logRoutes } from '../../functions/admin/log/log-routes.ts';
import type { AdminDeps } from '../../functions/admin/routes.ts';
import { listFailedAttempts, putFailedAttempt } from '../../shared/attempts-table.ts';
import { putDelivery } from '../../shared/deliveries-table.ts';
import {
  type AttemptSummary,
  afterAttempt,
  afterManualAttempt,
  type Delivery,
  newDelivery,
} from '../../shared/delivery.ts';
import { getLogged, listDeliveriesOf, listLog } from '../../shared/delivery-log-table.ts';
import type { AtsEvent } from '../../shared/event.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import { listEvents, storeArriving } from '../../shared/events-feed-table.ts';
import { getEvent } from '../../shared/events-table.ts';
import { subscriptionIdOf } from '../../shared/identifiers.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { createMemoryLog, type MemoryLog } from '../support/memory-log.ts';
import { createMemoryWorld } from '../support/memory-subscriptions.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';

export const start = new Date('2026-10-12T08:00:00.000Z');
export const later = (ms: number) => new Date(start.getTime() + ms);
export const day = 86_400_000;

export const good: Outcome = {
  kind: 'accepted',
  status: 204,
  startedAt: start,
  durationMs: 12,
  peerAddress: '93.184.216.34',
};
export const bad: Outcome = {
  kind: 'refused',
  errorClass: 'http',
  status: 500,
  bodyExcerpt: 'Zut <b>',
  headers: { server: 'nginx' },
  startedAt: start,
  durationMs: 40,
  peerAddress: '93.184.216.34',
};
export const dead: Outcome = {
  kind: 'unreachable',
  errorClass: 'dns',
  reason: 'Its name could not be resolved within 3 s.',
  startedAt: start,
  durationMs: 3_000,
};

export interface LogWorld {
  readonly company: number;
  readonly memory: MemoryLog;
  readonly deps: AdminDeps;
  clock: Date;
  stopped: boolean;
  subscribe(slot: number, change?: Partial<Subscription>): Subscription;
  store(id: string, change?: Partial<AtsEvent>): Promise<AtsEvent>;
  /** A delivery after these outcomes, one attempt each; `manual` for one beside the schedule. */
  deliver(
    event: AtsEvent,
    to: Subscription,
    outcomes: readonly Attempted[],
    change?: Partial<Delivery>,
  ): Promise<Delivery>;
  leaveDetail(
    of: Delivery,
    which: Pick<AttemptSummary, 'number' | 'trigger' | 'request'>,
    outcome: Outcome,
  ): Promise<void>;
  call(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly json: { readonly title?: string } }>;
  /** The answer's body; fails where it is not 200. */
  get<Json = Record<string, unknown>>(path: string): Promise<Json>;
}

export type Attempted = Outcome | { readonly manual: Outcome; readonly request?: string };

export let dynamodb: TestDynamoDb;

/** A company of its own for each test. */
export let world: LogWorld;

/** To be called once by each file of tests: its worlds are on one DynamoDB. */
export const beginLogWorlds = (): void => {
  beforeAll(async () => {
    dynamodb = await startDynalite();
  });
  beforeEach(() => {
    world = createLogWorld();
  });
  afterAll(() => dynamodb.close());
};

let companies = 0;

export const createLogWorld = (): LogWorld => {
  const { client, tables } = dynamodb;
  companies += 1;
  const company = 1000 + companies;
  const memory = createMemoryLog();
  const { deps, rows } = createMemoryWorld();
  const now = () => created.clock;
  const ports: AdminDeps = {
    ...deps,
    ...memory,
    now,
    listLog: (of, filter, limit) => listLog(client, tables.deliveries, of, filter, limit, now()),
    getDelivery: (companyId, name) =>
      getLogged(client, tables.deliveries, { companyId, ...name }, now()),
    listDeliveriesOf: (companyId, eventId) =>
      listDeliveriesOf(client, tables.deliveries, companyId, eventId, now()),
    listFailedAttempts: (delivery, limit) =>
      listFailedAttempts(client, tables.deliveries, delivery, limit, now()),
    getEvent: (companyId, id) => getEvent(client, tables.events, companyId, id, now()),
    listEvents: (companyId, range) => listEvents(client, tables.events, companyId, range, now()),
    feedDelayMs: 60_000,
    isStopped: async () => created.stopped,
  };
  const app = createApp<AdminDeps>(ports, [...logRoutes, ...feedRoutes]);
  const created: LogWorld = {
    company,
    memory,
    deps: ports,
    clock: start,
    stopped: false,
    subscribe: (slot, change = {}) => {
      const subscription: Subscription = {
        id: subscriptionIdOf(slot, 'a'.repeat(20)),
        companyId: company,
        url: 'https://hooks.example.com/a',
        eventTypes: ['*'],
        status: 'enabled',
        createdAt: new Date(start.getTime() - 1),
        updatedAt: new Date(start.getTime() - 1),
        revision: 1,
        ...change,
      };
      rows.set(`${company}/${slot}`, subscription);
      return subscription;
    },
    store: async (id, change = {}) => {
      const type = 'candidate.moved';
      const { timestamp, data } = sampleCallback(type);
      const event = { id, type, timestamp, companyId: company, data, ...change } as const;
      await storeArriving(client, tables.events, event, now());
      return event;
    },
    deliver: async (event, to, outcomes, change = {}) => {
      const name = { companyId: company, eventId: event.id, subscriptionId: to.id };
      let delivery = newDelivery({ ...name, eventType: event.type, variant: 'full@1' }, now());
      for (const each of outcomes) {
        const outcome = 'manual' in each ? each.manual : each;
        const next = delivery.attempts + 1;
        delivery =
          'manual' in each
            ? afterManualAttempt(delivery, next, outcome, now(), each.request)
            : afterAttempt(delivery, next, outcome, now(), {
                delaysMs: [5_000, 300_000],
                random: () => 0.5,
              });
        const summary = delivery.lastAttempts.at(-1)!;
        if (outcome.kind !== 'accepted') {
          await created.leaveDetail(delivery, summary, outcome);
        }
      }
      await putDelivery(client, tables.deliveries, { ...delivery, ...change });
      return { ...delivery, ...change };
    },
    leaveDetail: (of, which, outcome) =>
      putFailedAttempt(client, tables.deliveries, of, which, outcome),
    call: async (method, path, body) => {
      const response = await app.request(`/v1/companies/${company}${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: (await response.json()) as { title?: string } };
    },
    get: async <Json>(path: string) => {
      const { status, json } = await created.call('GET', path);
      expect(status).toBe(200);
      return json as Json;
    },
  };
  return created;
};
