// Jobs over a local DynamoDB: the tables' own edges, a clock that the test moves, and a queue that remembers.
import type { JobDeps } from '../../functions/sweep/jobs/run-job.ts';
import { type TendJobDeps, tendJob } from '../../functions/sweep/jobs/tend-job.ts';
import { getDelivery, putDelivery } from '../../shared/deliveries-table.ts';
import { type Delivery, endWithoutAttempt, newDelivery } from '../../shared/delivery.ts';
import { countArrivals, listEvents } from '../../shared/events-feed-table.ts';
import { storeVariant } from '../../shared/events-table.ts';
import { isOver, type Job, jobIdOf, type NewJob, newJob } from '../../shared/job.ts';
import { listJobDeliveries, logCursorOf } from '../../shared/job-deliveries-table.ts';
import { getJob, jobOf, putJob } from '../../shared/jobs-table.ts';
import { extendPayload } from '../../shared/payload-table.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import { isStopped } from '../../shared/stops-table.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { claimDue, findDue, jobShard } from '../../shared/timers-table.ts';
import type { TestDynamoDb } from '../support/start-dynalite.ts';

export const start = new Date('2026-11-24T09:00:00.000Z');
export const subscriptionId = `sub_001${'0'.repeat(20)}`;

let companies = 100;

export interface JobWorld {
  readonly companyId: number;
  now: Date;
  subscription: Subscription | undefined;
  readonly sent: { readonly eventId: string; readonly attempt: number; readonly at: Date }[];
  /** Of which the ATS was told that they were exhausted. */
  readonly told: string[];
  readonly deps: TendJobDeps;
  /** Advances by a minute, and tends the jobs of this company that are due. */
  minute(deps?: TendJobDeps): Promise<void>;
  /** The company's first job, unless `more` says otherwise. */
  begin(asked: Pick<NewJob, 'kind' | 'since'>, more?: Partial<Job>): Promise<Job>;
  job(job: Job): Promise<Job>;
  /** Minute after minute until it is over. Undefined where it never is. */
  runToEnd(job: Job, deps?: TendJobDeps): Promise<Job | undefined>;
  delivery(eventId: string): Promise<Delivery | undefined>;
  put(delivery: Delivery, wakeAt?: Date): Promise<void>;
}

/** A company of its own, so that tests share the tables and nothing else. */
export const createJobWorld = ({ client, tables }: TestDynamoDb): JobWorld => {
  companies += 1;
  const companyId = companies;
  const sent: JobWorld['sent'][number][] = [];
  const told: string[] = [];
  const deps: JobDeps = {
    putJob: (job) => putJob(client, tables.deliveries, job),
    getSubscription: async () => world.subscription,
    isStopped: (id) => isStopped(client, tables.subscriptions, id),
    listJobDeliveries: (job) => listJobDeliveries(client, tables.deliveries, job, world.now),
    logCursorOf,
    getDelivery: (delivery) => getDelivery(client, tables.deliveries, delivery),
    putDelivery: (delivery, wakeAt) => putDelivery(client, tables.deliveries, delivery, wakeAt),
    extendPayload: (delivery, until) =>
      extendPayload(client, tables.events, delivery, until, world.now),
    announce: async ({ eventId }) => {
      told.push(eventId);
    },
    countEvents: ({ companyId: id, since, createdAt, cursor }) => {
      const range = { since: since!, before: createdAt, limit: 50 };
      return countArrivals(client, tables.events, id, {
        ...range,
        ...(cursor && { start: cursor }),
      });
    },
    listEvents: (id, range) => listEvents(client, tables.events, id, range, world.now),
    storeVariant: (...args) => storeVariant(client, tables.events, ...args, world.now),
    enqueue: async (messages: QueueMessage[]) => {
      for (const { body, delaySeconds = 0 } of messages) {
        const { event_id: eventId, attempt } = JSON.parse(body);
        sent.push({ eventId, attempt, at: new Date(world.now.getTime() + delaySeconds * 1000) });
      }
      return [];
    },
    remainingMs: () => 30_000,
    now: () => world.now,
    log: () => {},
  };
  const world: JobWorld = {
    companyId,
    now: start,
    subscription: subscriptionOf(companyId),
    sent,
    told,
    deps: {
      ...deps,
      claimJob: async (hint, until) => {
        const item = await claimDue(client, tables.deliveries, hint, until);
        return item && jobOf(item);
      },
    },
    minute: async (tending = world.deps) => {
      world.now = new Date(world.now.getTime() + 60_000);
      const { hints } = await findDue(client, tables.deliveries, jobShard, world.now, 1_000);
      const mine = hints.filter(({ pk }) => pk.startsWith(`${companyId}#`));
      for (const hint of mine) await tendJob(tending, hint).catch(() => {});
    },
    begin: async (asked, more) => {
      const tail = '0123456789abcdef';
      const name = { companyId, subscriptionId, createdBy: 'arn:test', tail };
      const job = { ...newJob({ ...name, ...asked }, undefined, world.now), ...more };
      await putJob(client, tables.deliveries, job);
      return job;
    },
    job: async (job) =>
      (await getJob(client, tables.deliveries, companyId, subscriptionId, jobIdOf(job), start))!,
    runToEnd: async (job, tending) => {
      for (let minute = 0; minute < 200; minute += 1) {
        await world.minute(tending);
        const now = await world.job(job);
        if (isOver(now)) return now;
      }
      return undefined;
    },
    delivery: (eventId) =>
      getDelivery(client, tables.deliveries, { companyId, eventId, subscriptionId }),
    put: async (delivery, wakeAt) => {
      await putDelivery(client, tables.deliveries, delivery, wakeAt);
    },
  };
  return world;
};

export const subscriptionOf = (companyId: number): Subscription => ({
  id: subscriptionId,
  companyId,
  url: 'https://hooks.example.com/a',
  eventTypes: ['*'],
  status: 'enabled',
  createdAt: start,
  updatedAt: start,
  revision: 1,
});

/** Stored an hour before the tests begin, unless it says otherwise; held a minute before. */
export const heldDelivery = (
  companyId: number,
  eventId: string,
  storedAt: Date = new Date(start.getTime() - 3_600_000),
): Delivery =>
  endWithoutAttempt(
    newDelivery(
      { companyId, eventId, subscriptionId, eventType: 'candidate.moved', variant: 'full@1' },
      storedAt,
    ),
    'held',
    new Date(start.getTime() - 60_000),
  );

/** Ran out of attempts `minutesAgo` before the tests begin. */
export const exhaustedDelivery = (
  companyId: number,
  eventId: string,
  minutesAgo: number,
): Delivery => ({
  ...heldDelivery(companyId, eventId),
  status: 'exhausted',
  attempts: 10,
  updatedAt: new Date(start.getTime() - minutesAgo * 60_000),
});
