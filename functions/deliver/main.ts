// Where deliver is put together: clients, tables, sockets, clock.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { bury } from '../../shared/bury.ts';
import { getDelivery, putDelivery, putFailedAttempt } from '../../shared/deliveries-table.ts';
import { log } from '../../shared/log.ts';
import { readEnvironment } from '../../shared/read-environment.ts';
import { sendMessages } from '../../shared/send-messages.ts';
import { disableSubscription } from '../../shared/subscriptions-table.ts';
import { deliverEnvironment } from './config.ts';
import { createHandler } from './handler.ts';
import { loadBatch } from './load-batch.ts';

const environment = readEnvironment(deliverEnvironment);
const dynamodb = new DynamoDBClient();
const sqs = new SQSClient();
const tables = {
  deliveries: environment.DELIVERIES_TABLE,
  events: environment.EVENTS_TABLE,
  keys: environment.KEYS_TABLE,
  subscriptions: environment.SUBSCRIPTIONS_TABLE,
};
// ATTEMPT-WIRING
