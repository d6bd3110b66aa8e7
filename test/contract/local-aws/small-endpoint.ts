// The local endpoint over a small stack, and the real SDK clients that call it.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  type AwsEndpoint,
  type AwsEndpointOptions,
  startAwsEndpoint,
} from '../../../infra/local/aws/start-aws-endpoint.ts';
import type { Observation } from '../../../infra/local/stack-model.ts';
import { region, smallStack } from './small-stack.ts';

/** SDK settings of a caller with that access key, who never tries twice. */
export const clientSettings = (endpoint: string, accessKeyId = 'local') => ({
  endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey: 'local' },
  maxAttempts: 1,
});

export interface SmallEndpoint extends AwsEndpoint {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly observed: Observation[];
}

/** Starts on a free port; everything is allowed unless `authorize` is given. */
export const startSmallEndpoint = async (
  options: Partial<AwsEndpointOptions> = {},
): Promise<SmallEndpoint> => {
  const observed: Observation[] = [];
  const endpoint = await startAwsEndpoint({
    stack: smallStack(),
    port: 0,
    authorize: () => ({ allowed: true }),
    observe: (observation) => observed.push(observation),
    ...options,
  });
  const settings = clientSettings(endpoint.url);
  const dynamodb = new DynamoDBClient(settings);
  const sqs = new SQSClient(settings);
  const events = new EventBridgeClient(settings);
  return {
    ...endpoint,
    dynamodb,
    sqs,
    events,
    observed,
    close: async () => {
      for (const client of [dynamodb, sqs, events]) client.destroy();
      await endpoint.close();
    },
  };
};

/** Waits until the answer is not undefined; polls without a clock of its own. Throws after five
 *  seconds. */
export const eventually = async <T>(
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> => {
  const until = performance.now() + 5_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > until) throw new Error('It did not come within five seconds.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
