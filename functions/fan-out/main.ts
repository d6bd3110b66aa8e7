// Where fan-out is put together: clients, tables, clock.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { bury } from '../../shared/bury.ts';
import { candidateIdsOf } from '../../shared/candidate-ids.ts';
import { createClient } from '../../shared/create-client.ts';
import { putDelivery } from '../../shared/deliveries-table.ts';
import { erasePayload } from '../../shared/erase-event-table.ts';
import { storeArriving } from '../../shared/events-feed-table.ts';
import { storeVariant } from '../../shared/events-table.ts';
import { log } from '../../shared/log.ts';
import { createMetrics } from '../../shared/metrics.ts';
import { readEnvironment } from '../../shared/read-environment.ts';
import { sendMessages } from '../../shared/send-messages.ts';
import { listSubscriptions } from '../../shared/subscriptions-table.ts';
import { isErased } from '../../shared/tombstones-table.ts';
import { createConditionsCache } from './conditions-cache.ts';
import { fanOutEnvironment } from './config.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(fanOutEnvironment);
const dynamodb = createClient(DynamoDBClient);
const sqs = createClient(SQSClient);

const now = () => new Date();

export const handler = createHandler({
  storeEvent: (event, now) => storeArriving(dynamodb, environment.EVENTS_TABLE, event, now),
  storeVariant: (...args) => storeVariant(dynamodb, environment.EVENTS_TABLE, ...args),
  listSubscriptions: (companyId) =>
    listSubscriptions(dynamodb, environment.SUBSCRIPTIONS_TABLE, companyId),
  isErased: (event) =>
    isErased(
      dynamodb,
      environment.SUBSCRIPTIONS_TABLE,
      event.companyId,
      candidateIdsOf(event),
      now(),
    ),
  erasePayload: ({ companyId, id }, now) =>
    erasePayload(dynamodb, environment.EVENTS_TABLE, companyId, id, now),
  putDelivery: (delivery) => putDelivery(dynamodb, environment.DELIVERIES_TABLE, delivery),
  enqueue: (messages) => sendMessages(sqs, environment.DELIVERY_QUEUE_URL, messages),
  bury: (record, poison) => bury(sqs, environment.DELIVERY_QUEUE_URL, record, poison),
  conditionsOf: createConditionsCache(),
  now,
  log,
  metrics: createMetrics(now),
});
