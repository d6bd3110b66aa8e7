// The whole way where AWS is as unkind as it may be: every index lags, half of the plain reads are stale, every
// message comes twice and out of order.
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routedEventTypes } from '../../shared/event-types.ts';
import { companyId, startTestStack, type TestStack } from './support/local-stack.ts';
import { startTestReceiver, type TestReceiver, verify } from './support/test-receiver.ts';

const seed = Number(process.env.RAPPEL_SEED ?? Date.now() % 2 ** 31);

let stack: TestStack;
let receiver: TestReceiver;

beforeAll(async () => {
  stack = await startTestStack({
    unkind: { indexLagMs: 500, staleReads: 0.5, duplicateShare: 1, reorder: true, seed },
    environment: { RETRY_DELAYS_MS: '100,100,100,100' },
    sweepSeconds: 1,
    fastRedrive: true,
  });
  receiver = await startTestReceiver();
});

afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

const statusOf = async (eventId: string): Promise<string | undefined> => {
  const { Items = [] } = await stack.dynamodb.send(
    new QueryCommand({
      TableName: stack.model.outputs.DeliveriesTable,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :event',
      ExpressionAttributeValues: { ':event': { S: `${companyId}#${eventId}` } },
    }),
  );
  return Items.find(({ status }) => typeof status?.S === 'string')?.status?.S;
};

const allDelivered = async (ids: readonly string[]): Promise<void> => {
  const deadline = Date.now() + 25_000;
  for (;;) {
    const statuses = await Promise.all(ids.map(statusOf));
    if (statuses.every((status) => status === 'delivered')) return;
    if (Date.now() > deadline) throw new Error(`after 25 s: ${statuses}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

describe(`with seed ${seed}`, () => {
  it('every event is delivered and verified, also where the first attempt fails', async () => {
    const failed = new Set<string>();
    receiver.answer = (response, { headers }) => {
      const id = String(headers['webhook-id']);
      response.writeHead(failed.has(id) ? 200 : 500).end();
      failed.add(id);
    };
    const { secret } = await stack.subscribe(receiver.url);

    const ids = await Promise.all(routedEventTypes.map((type) => stack.publish(type)));
    await allDelivered(ids);

    const delivered = new Set(
      receiver.callbacks.map((callback) => (verify(secret, callback) as { id: string }).id),
    );
    expect(delivered).toEqual(new Set(ids));
  });

  it('messages came twice, and none of them is a dead letter', async () => {
    const received = stack.observations.filter(
      (each) => each.kind === 'log' && each.line.includes('"event":"event.received"'),
    );
    const deadLetters = stack.model.queues.filter(({ name }) => name.endsWith('-dead'));

    const counts = await Promise.all(deadLetters.map(({ url }) => stack.countMessages(url)));

    expect(received.length).toBeGreaterThan(routedEventTypes.length);
    expect(counts).toEqual(counts.map(() => 0));
  });
});
