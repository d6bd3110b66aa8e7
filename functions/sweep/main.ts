// Where the sweep is put together: clients, tables, clock.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { deleteCandidateEvent, listCandidateEvents } from '../../shared/candidates-table.ts';
import {
  deletionKeyPrefix,
  deletionOf,
  putDeletion,
} from '../../shared/company-deletions-table.ts';
import {
  deleteConfiguration,
  deletePartition,
  deleteRow,
  findDeliveredEvents,
  findSubscriptionIds,
} from '../../shared/company-rows-table.ts';
import { createClient } from '../../shared/create-client.ts';
import { deliveryOf, getDelivery, putDelivery } from '../../shared/deliveries-table.ts';
import { eraseDeliveries, erasePayload } from '../../shared/erase-event-table.ts';
import { erasureKeyPrefix, erasureOf, putErasure } from '../../shared/erasures-table.ts';
import { PartialFailureError } from '../../shared/errors.ts';
import { countArrivals, listEvents, listPlaces, placeKey } from '../../shared/events-feed-table.ts';
import { getEvent, storeVariant } from '../../shared/events-table.ts';
import { getHealthRow, putHealth } from '../../shared/health-table.ts';
import { eventKey, subscriptionPartition } from '../../shared/identifiers.ts';
import { listJobDeliveries, logCursorOf } from '../../shared/job-deliveries-table.ts';
import { jobKeyPrefix, jobOf, putJob } from '../../shared/jobs-table.ts';
import { log } from '../../shared/log.ts';
import { createMetrics } from '../../shared/metrics.ts';
import { exhaustedEvent, type OperationalEvent } from '../../shared/operational-events.ts';
import { extendPayload } from '../../shared/payload-table.ts';
import { putEvents } from '../../shared/put-events.ts';
import { readEnvironment } from '../../shared/read-environment.ts';
import { sendMessages } from '../../shared/send-messages.ts';
import { isStopped } from '../../shared/stops-table.ts';
import { disableSubscription, getSubscription } from '../../shared/subscriptions-table.ts';
import { claimDue, claimParked, clearDue, findDue, findParked } from '../../shared/timers-table.ts';
import { putTombstone } from '../../shared/tombstones-table.ts';
import { sweepEnvironment } from './config.ts';
import { createHandler } from './handler.ts';
import { type TendJobDeps, tendJob } from './jobs/tend-job.ts';
import { type DeletionDeps, tendDeletion } from './privacy/tend-deletion.ts';
import { type ErasureDeps, tendErasure } from './privacy/tend-erasure.ts';
import { putOperationalEvents } from './put-operational-events.ts';
import { tendByKind } from './tend-by-kind.ts';

const environment = readEnvironment(sweepEnvironment);
const dynamodb = createClient(DynamoDBClient);
const sqs = createClient(SQSClient);
const eventBridge = createClient(EventBridgeClient);
const {
  DELIVERIES_TABLE: deliveries,
  EVENTS_TABLE: events,
  SUBSCRIPTIONS_TABLE: subscriptions,
} = environment;

const now = () => new Date();
const publish = (some: readonly OperationalEvent[]) =>
  putOperationalEvents(
    { putEvents: (busEvents) => putEvents(eventBridge, environment.EVENT_BUS_NAME, busEvents) },
    some,
  );

/** Places of a feed that one read counts: half a megabyte. */
const countedAtOnce = 4_000;

const jobDeps: Omit<TendJobDeps, 'remainingMs'> = {
  claimJob: async (hint, until) => {
    const item = await claimDue(dynamodb, deliveries, hint, until);
    return item && jobOf(item);
  },
  putJob: (job) => putJob(dynamodb, deliveries, job),
  getSubscription: (companyId, id) => getSubscription(dynamodb, subscriptions, companyId, id),
  isStopped: (companyId) => isStopped(dynamodb, subscriptions, companyId),
  listJobDeliveries: (job) => listJobDeliveries(dynamodb, deliveries, job, now()),
  logCursorOf,
  getDelivery: (delivery) => getDelivery(dynamodb, deliveries, delivery),
  putDelivery: (delivery, wakeAt) => putDelivery(dynamodb, deliveries, delivery, wakeAt),
  extendPayload: (delivery, until) => extendPayload(dynamodb, events, delivery, until, now()),
  announce: async (delivery) => {
    const left = await publish([exhaustedEvent(delivery)]);
    if (left.length > 0) throw new PartialFailureError('the bus did not take a notice');
  },
  countEvents: ({ companyId, since, createdAt, cursor }) => {
    const range = { since: since!, before: createdAt, limit: countedAtOnce };
    return countArrivals(dynamodb, events, companyId, {
      ...range,
      ...(cursor && { start: cursor }),
    });
  },
  listEvents: (companyId, range) => listEvents(dynamodb, events, companyId, range, now()),
  storeVariant: (event, variant, stored) =>
    storeVariant(dynamodb, events, event, variant, stored, now()),
  enqueue: (messages) => sendMessages(sqs, environment.SLOW_QUEUE_URL, messages),
  now,
  log,
};

/** Events that an erasure reads at once: with a hundred deliveries of ten attempts each, 5,500 rows to write. */
const erasedAtOnce = 5;

const erasureDeps: Omit<ErasureDeps, 'remainingMs'> = {
  claimErasure: async (hint, until) => {
    const item = await claimDue(dynamodb, deliveries, hint, until);
    return item && erasureOf(item);
  },
  putErasure: (erasure) => putErasure(dynamodb, deliveries, erasure),
  putTombstone: (companyId, candidate) =>
    putTombstone(dynamodb, subscriptions, companyId, candidate, now()),
  listCandidateEvents: (companyId, candidate, start) =>
    listCandidateEvents(dynamodb, events, companyId, candidate, { limit: erasedAtOnce, start }),
  getEvent: (companyId, eventId) => getEvent(dynamodb, events, companyId, eventId, now()),
  erasePayload: (companyId, eventId) => erasePayload(dynamodb, events, companyId, eventId, now()),
  eraseDeliveries: (companyId, eventId) =>
    eraseDeliveries(dynamodb, deliveries, companyId, eventId, now()),
  now,
  log,
};

const deletionDeps: Omit<DeletionDeps, 'remainingMs'> = {
  claimDeletion: async (hint, until) => {
    const item = await claimDue(dynamodb, deliveries, hint, until);
    return item && deletionOf(item);
  },
  putDeletion: (deletion) => putDeletion(dynamodb, deliveries, deletion),
  listPlaces: (companyId) => listPlaces(dynamodb, events, companyId),
  getEvent: (companyId, eventId) => getEvent(dynamodb, events, companyId, eventId, now()),
  deleteCandidateEvent: (companyId, candidate, eventId) =>
    deleteCandidateEvent(dynamodb, events, companyId, candidate, eventId),
  deleteDeliveries: (companyId, eventId) =>
    deletePartition(dynamodb, deliveries, eventKey(companyId, eventId)),
  deleteEvent: (companyId, eventId) =>
    deletePartition(dynamodb, events, eventKey(companyId, eventId)),
  deletePlace: (companyId, place) => deleteRow(dynamodb, events, placeKey(companyId, place)),
  findSubscriptionIds: (companyId) => findSubscriptionIds(dynamodb, subscriptions, companyId),
  findDeliveredEvents: (companyId, subscriptionId) =>
    findDeliveredEvents(dynamodb, deliveries, companyId, subscriptionId),
  deleteSubscriptionState: (companyId, subscriptionId, hasTime) => {
    const partition = subscriptionPartition(companyId, subscriptionId);
    return deletePartition(dynamodb, deliveries, partition, { hasTime });
  },
  deleteConfiguration: (companyId, hasTime) =>
    deleteConfiguration(dynamodb, subscriptions, companyId, hasTime),
  now,
  log,
};

export const handler = createHandler({
  findDue: (shard, now, limit, start) => findDue(dynamodb, deliveries, shard, now, limit, start),
  claimDue: async (hint, until) => {
    const item = await claimDue(dynamodb, deliveries, hint, until);
    return item && deliveryOf(item);
  },
  clearDue: (hint, claimedUntil) => clearDue(dynamodb, deliveries, hint, claimedUntil),
  findParked: async ({ companyId, subscriptionId }, now, limit) => {
    const page = await findParked(dynamodb, deliveries, companyId, subscriptionId, now, limit);
    return page.hints;
  },
  claimParked: async (hint, until) => {
    const item = await claimParked(dynamodb, deliveries, hint, until);
    return item && deliveryOf(item);
  },
  getHealth: (key) => getHealthRow(dynamodb, deliveries, key),
  putHealth: (health) => putHealth(dynamodb, deliveries, health),
  getSubscription: (companyId, id) => getSubscription(dynamodb, subscriptions, companyId, id),
  disableSubscription: (subscription, now) =>
    disableSubscription(dynamodb, subscriptions, subscription, now),
  enqueue: (messages) => sendMessages(sqs, environment.SLOW_QUEUE_URL, messages),
  publish,
  erases: ({ sk }) => !sk.startsWith(jobKeyPrefix),
  tendJob: (hint, remainingMs) =>
    tendByKind(
      {
        [jobKeyPrefix]: (each) => tendJob({ ...jobDeps, remainingMs }, each),
        [deletionKeyPrefix]: (each) => tendDeletion({ ...deletionDeps, remainingMs }, each),
        [erasureKeyPrefix]: (each) => tendErasure({ ...erasureDeps, remainingMs }, each),
      },
      hint,
    ),
  now,
  log,
  metrics: createMetrics(now),
});
