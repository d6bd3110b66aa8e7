// A whole stack on free ports, with the clients and the receivers that a test drives it by.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import { createAdminClient } from '../../../infra/admin-client.ts';
import { loopbackAllowList } from '../../../infra/local/loopback.ts';
import type { Observation } from '../../../infra/local/stack-model.ts';
import {
  type RunningStack,
  type StartOptions,
  startStack,
} from '../../../infra/local/start-stack.ts';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import { type EventTypeName, routedEventTypes } from '../../../shared/event-types.ts';
import { accountId, region } from './assembly.ts';

export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
export const companyId = 318;

export interface TestStack extends RunningStack {
  readonly observations: Observation[];
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly eventBridge: EventBridgeClient;
  readonly callAdmin: ReturnType<typeof createAdminClient>;
  /** Subscribes: to all that the ATS publishes, and not to what is derived from it, unless said otherwise. */
  subscribe(
    url: string,
    eventTypes?: readonly string[],
    company?: number,
  ): Promise<{ id: string; secret: string }>;
  /** Puts a sample event, under an id of its own; answers with that id. */
  publish(type: EventTypeName, change?: Record<string, unknown>): Promise<string>;
  /** Visible, delayed and in flight. */
  countMessages(queueUrl: string): Promise<number>;
  /** The messages of a queue, by the end of its name, once there are any. */
  messagesOf(queueNameEnd: string): Promise<{ body: string; attributes: Record<string, string> }[]>;
}

let published = 0;

export const startTestStack = async (options: Partial<StartOptions> = {}): Promise<TestStack> => {
  const stack = await startStack({
    assemblyFolder: inject('assemblyFolder'),
    region,
    accountId,
    port: 0,
    adminPort: 0,
    ...options,
    // One machine has one clock, and no worker that writes late: the feed need not wait.
    environment: {
      CALLBACK_ALLOW_LIST: loopbackAllowList,
      FEED_DELAY_MS: '0',
      ...options.environment,
    },
  });
  const observations: Observation[] = [];
  stack.watch((observation) => observations.push(observation));
  const client = { endpoint: stack.endpointUrl, region, credentials };
  const sqs = new SQSClient(client);
  const eventBridge = new EventBridgeClient(client);
  const callAdmin = createAdminClient(stack.adminUrl, region, credentials);
  return {
    ...stack,
    observations,
    sqs,
    dynamodb: new DynamoDBClient(client),
    eventBridge,
    callAdmin,
    subscribe: async (url, eventTypes = routedEventTypes, company = companyId) => {
      const { status, body } = await callAdmin('POST', `/v1/companies/${company}/subscriptions`, {
        url,
        event_types: eventTypes,
      });
      if (status !== 201) throw new Error(`subscribe: ${status} ${JSON.stringify(body)}`);
      return body as { id: string; secret: string };
    },
    publish: async (type, change = {}) => {
      published += 1;
      const detail = {
        ...sampleDetail(type),
        id: `evt_test_${process.pid}_${published}`,
        ...change,
      };
      const { FailedEntryCount, Entries } = await eventBridge.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: stack.model.outputs.EventBusName,
              Source: 'ats',
              DetailType: type,
              Detail: JSON.stringify(detail),
            },
          ],
        }),
      );
      if (FailedEntryCount) throw new Error(`put: ${JSON.stringify(Entries)}`);
      return String(detail.id);
    },
    countMessages: async (queueUrl) => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
      );
      return Object.entries(Attributes ?? {})
        .filter(([name]) => name.startsWith('ApproximateNumberOfMessages'))
        .reduce((sum, [, count]) => sum + Number(count), 0);
    },
    messagesOf: async (queueNameEnd) => {
      const queue = stack.model.queues.find(({ name }) => name.endsWith(queueNameEnd));
      if (queue === undefined) throw new Error(`no queue ends in ${queueNameEnd}`);
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queue.url,
          WaitTimeSeconds: 10,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
        }),
      );
      return (Messages ?? []).map(({ Body, MessageAttributes }) => ({
        body: Body!,
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [
            name,
            StringValue!,
          ]),
        ),
      }));
    },
  };
};
