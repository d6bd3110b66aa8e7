// Where admin is put together: a Function URL's event in, the app, a Function URL's result out.
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { resolveName } from '../../shared/address-guard/resolve-name.ts';
import { parseAllowList } from '../../shared/address-guard.ts';
import { listFailedAttempts } from '../../shared/attempts-table.ts';
import { listAuditEntries, putAuditEntry } from '../../shared/audit-table.ts';
import { listCandidateEvents } from '../../shared/candidates-table.ts';
import { getDeletion, putDeletion } from '../../shared/company-deletions-table.ts';
import { createClient } from '../../shared/create-client.ts';
import { getLogged, listDeliveriesOf, listLog } from '../../shared/delivery-log-table.ts';
import { getErasure, putErasure } from '../../shared/erasures-table.ts';
import { listEvents } from '../../shared/events-feed-table.ts';
import { getEvent } from '../../shared/events-table.ts';
import { listFailing } from '../../shared/failing-table.ts';
import { getHealth, putHealth } from '../../shared/health-table.ts';
import { getJob, listJobs, putJob } from '../../shared/jobs-table.ts';
import * as keys from '../../shared/keys-table.ts';
import { log } from '../../shared/log.ts';
import { putEvents } from '../../shared/put-events.ts';
import { readEnvironment } from '../../shared/read-environment.ts';
import { beginRequest, endRequest, forgetRequest } from '../../shared/requests-table.ts';
import { sendMessages } from '../../shared/send-messages.ts';
import { makeKey } from '../../shared/signing-key.ts';
import * as stops from '../../shared/stops-table.ts';
import * as subscriptions from '../../shared/subscriptions-table.ts';
import { isCompanyErased, putTombstone } from '../../shared/tombstones-table.ts';
import { claimUrl, getUrlClaim, releaseUrl } from '../../shared/url-claims-table.ts';
import { createApp } from './app.ts';
import { adminEnvironment } from './config.ts';
import { createHandler } from './handler.ts';
import { createQueuePorts } from './operations/queues.ts';
import { type AdminDeps, adminRoutes } from './routes.ts';

const environment = readEnvironment(adminEnvironment);
const dynamodb = createClient(DynamoDBClient);
const eventBridge = createClient(EventBridgeClient);
const sqs = createClient(SQSClient);
const table = environment.SUBSCRIPTIONS_TABLE;
const keysTable = environment.KEYS_TABLE;
const deliveriesTable = environment.DELIVERIES_TABLE;

/** Milliseconds that a creation waits for a name: one that does not answer is taken, and judged when it is called. */
const resolveTimeoutMs = 2_000;

/** Events of a candidate that one read takes: their ids alone. */
const candidateEventsAtOnce = 1_000;

const deps: AdminDeps = {
  listSubscriptions: (companyId) => subscriptions.listSubscriptions(dynamodb, table, companyId),
  getSubscription: (companyId, id) => subscriptions.getSubscription(dynamodb, table, companyId, id),
  putSubscription: (subscription) => subscriptions.putSubscription(dynamodb, table, subscription),
  replaceSubscription: (subscription) =>
    subscriptions.replaceSubscription(dynamodb, table, subscription),
  subscriptionsMax: environment.SUBSCRIPTIONS_PER_COMPANY,
  isCompanyErased: (companyId) => isCompanyErased(dynamodb, table, companyId, new Date()),
  getUrlClaim: (companyId, hash) => getUrlClaim(dynamodb, table, companyId, hash),
  claimUrl: (companyId, hash, claim, instead) =>
    claimUrl(dynamodb, table, companyId, hash, claim, instead),
  releaseUrl: (companyId, hash, holder) => releaseUrl(dynamodb, table, companyId, hash, holder),
  putAuditEntry: (entry) => putAuditEntry(dynamodb, table, entry),
  listAuditEntries: (companyId, id, page) => listAuditEntries(dynamodb, table, companyId, id, page),
  getHealth: (companyId, id) => getHealth(dynamodb, deliveriesTable, companyId, id),
  putHealth: (health) => putHealth(dynamodb, deliveriesTable, health),
  getSigningKeys: (companyId, id) => keys.getSigningKeys(dynamodb, keysTable, companyId, id),
  putSigningKeys: (companyId, id, made) =>
    keys.putSigningKeys(dynamodb, keysTable, companyId, id, made),
  replaceSigningKeys: (companyId, id, changed) =>
    keys.replaceSigningKeys(dynamodb, keysTable, companyId, id, changed),
  deleteSigningKeys: (companyId, id) => keys.deleteSigningKeys(dynamodb, keysTable, companyId, id),
  resolveName: (hostname, reach) => resolveName({ timeoutMs: resolveTimeoutMs }, hostname, reach),
  guardRules: parseAllowList(environment.CALLBACK_ALLOW_LIST),
  now: () => new Date(),
  randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  makeKey: (scheme) => makeKey(scheme, randomBytes),
  beginRequest: (name, beginning) => beginRequest(dynamodb, table, name, beginning),
  endRequest: (name, reference) => endRequest(dynamodb, table, name, reference),
  forgetRequest: (name) => forgetRequest(dynamodb, table, name),
  putJob: (job) => putJob(dynamodb, deliveriesTable, job),
  getJob: (companyId, subscriptionId, jobId) =>
    getJob(dynamodb, deliveriesTable, companyId, subscriptionId, jobId, new Date()),
  listJobs: (companyId, subscriptionId, page) =>
    listJobs(dynamodb, deliveriesTable, companyId, subscriptionId, { ...page, now: new Date() }),
  listLog: (of, filter, limit) => listLog(dynamodb, deliveriesTable, of, filter, limit, new Date()),
  getDelivery: (companyId, name) =>
    getLogged(dynamodb, deliveriesTable, { companyId, ...name }, new Date()),
  listDeliveriesOf: (companyId, eventId) =>
    listDeliveriesOf(dynamodb, deliveriesTable, companyId, eventId, new Date()),
  listFailedAttempts: (delivery, limit) =>
    listFailedAttempts(dynamodb, deliveriesTable, delivery, limit, new Date()),
  getEvent: (companyId, eventId) =>
    getEvent(dynamodb, environment.EVENTS_TABLE, companyId, eventId, new Date()),
  listEvents: (companyId, range) =>
    listEvents(dynamodb, environment.EVENTS_TABLE, companyId, range, new Date()),
  feedDelayMs: environment.FEED_DELAY_MS,
  isStopped: (companyId) => stops.isStopped(dynamodb, table, companyId),
  enqueue: (messages) => sendMessages(sqs, environment.DELIVERY_QUEUE_URL, messages),
  putEvents: (events) => putEvents(eventBridge, environment.EVENT_BUS_NAME, events),
  eventSource: environment.EVENT_SOURCE,
  getErasure: (companyId, id) => getErasure(dynamodb, deliveriesTable, companyId, id),
  putErasure: (erasure) => putErasure(dynamodb, deliveriesTable, erasure),
  putTombstone: (companyId, candidate) =>
    putTombstone(dynamodb, table, companyId, candidate, new Date()),
  getDeletion: (companyId) => getDeletion(dynamodb, deliveriesTable, companyId),
  putDeletion: (deletion) => putDeletion(dynamodb, deliveriesTable, deletion),
  listCandidateEvents: (companyId, candidate, start) =>
    listCandidateEvents(dynamodb, environment.EVENTS_TABLE, companyId, candidate, {
      limit: candidateEventsAtOnce,
      start,
    }),
  ...createQueuePorts(sqs, {
    url: environment.DELIVERY_QUEUE_URL,
    arn: environment.DELIVERY_QUEUE_ARN,
  }),
  listFailing: (limit, after) => listFailing(dynamodb, deliveriesTable, limit, after),
  listStops: (page) => stops.listStops(dynamodb, table, page),
  getStop: (companyId) => stops.getStop(dynamodb, table, companyId),
  putStop: (companyId, now, caller) => stops.putStop(dynamodb, table, companyId, now, caller),
  deleteStop: (companyId) => stops.deleteStop(dynamodb, table, companyId),
  putStopChange: (change) => stops.putStopChange(dynamodb, table, change),
  listStopChanges: (page) => stops.listStopChanges(dynamodb, table, page),
  version: environment.VERSION,
  log,
};

export const handler = createHandler(createApp(deps, adminRoutes));
