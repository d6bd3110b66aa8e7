// Where deliver is put together: clients, tables, sockets, clock.
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { putFailedAttempt } from '../../shared/attempts-table.ts';
import { backOff } from '../../shared/back-off.ts';
import { bury } from '../../shared/bury.ts';
import { createClient } from '../../shared/create-client.ts';
import { isQueueOf } from '../../shared/dead-letter.ts';
import { getDelivery, putDelivery } from '../../shared/deliveries-table.ts';
import { getHealth, putHealth } from '../../shared/health-table.ts';
import { log } from '../../shared/log.ts';
import { createMetrics } from '../../shared/metrics.ts';
import { readEnvironment } from '../../shared/read-environment.ts';
import { sendMessages } from '../../shared/send-messages.ts';
import { disableSubscription } from '../../shared/subscriptions-table.ts';
import { takeTurn } from '../../shared/turns-table.ts';
import { createAttempts } from './attempt.ts';
import { deliverEnvironment } from './config.ts';
import { createHandler } from './handler.ts';
import { loadBatch } from './load-batch.ts';

const environment = readEnvironment(deliverEnvironment);
const dynamodb = createClient(DynamoDBClient);
const sqs = createClient(SQSClient);
const tables = {
  deliveries: environment.DELIVERIES_TABLE,
  events: environment.EVENTS_TABLE,
  keys: environment.KEYS_TABLE,
  subscriptions: environment.SUBSCRIPTIONS_TABLE,
};
const now = () => new Date();
const { attempt, closeSockets } = createAttempts(environment.CALLBACK_ALLOW_LIST, now);

export const handler = createHandler({
  attempt,
  closeSockets,
  loadBatch: (messages, now) => loadBatch(dynamodb, tables, messages, now),
  getDelivery: (delivery) => getDelivery(dynamodb, tables.deliveries, delivery),
  putDelivery: (delivery, wakeAt) => putDelivery(dynamodb, tables.deliveries, delivery, wakeAt),
  putFailedAttempt: (delivery, attempt, outcome) =>
    putFailedAttempt(dynamodb, tables.deliveries, delivery, attempt, outcome),
  disableSubscription: (subscription, now) =>
    disableSubscription(dynamodb, tables.subscriptions, subscription, now),
  getHealth: (companyId, subscriptionId) =>
    getHealth(dynamodb, tables.deliveries, companyId, subscriptionId),
  putHealth: (health) => putHealth(dynamodb, tables.deliveries, health),
  backOff,
  takeTurn: (of, second, max) => takeTurn(dynamodb, tables.deliveries, of, second, max),
  waitUntil: async (at) => {
    // A timer may fire a millisecond before the clock says so.
    for (let ms = Number(at) - Date.now(); ms > 0; ms = Number(at) - Date.now()) await delay(ms);
  },
  enqueue: (messages) => sendMessages(sqs, environment.SLOW_QUEUE_URL, messages),
  laneOf: ({ eventSourceARN }) =>
    isQueueOf(eventSourceARN, environment.SLOW_QUEUE_URL) ? 'slow' : 'fast',
  bury: (record, poison) => bury(sqs, environment.SLOW_QUEUE_URL, record, poison),
  retry: { delaysMs: environment.RETRY_DELAYS_MS.split(',').map(Number), random: Math.random },
  now,
  log,
  metrics: createMetrics(now),
});
