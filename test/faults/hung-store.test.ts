// A store that takes a record of an attempt and never answers: it costs that one delivery, and none beside it.
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AwsCall } from '../../infra/local/aws/aws-call.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import { storeEvent } from '../../shared/events-table.ts';
import { awsTriesMax, batchSize } from '../../shared/limits.ts';
import { companyId, startTestStack, type TestStack } from '../local/support/local-stack.ts';
import { startTestReceiver, type TestReceiver } from '../local/support/test-receiver.ts';

const unlucky = 'unlucky';
const names = [unlucky, ...Array.from({ length: batchSize - 1 }, (_, n) => `neighbour_${n}`)];

let stack: TestStack;
let receiver: TestReceiver;
/** Writes of the unlucky delivery's row that were left hanging. */
let hung = 0;
const over = Promise.withResolvers<undefined>();

const isRecordOf = (eventId: string, { operation, input }: AwsCall): boolean =>
  operation === 'PutItem' &&
  (input.Item as { pk?: { S?: string } } | undefined)?.pk?.S === `${companyId}#${eventId}`;

beforeAll(async () => {
  stack = await startTestStack({
    fastRedrive: true,
    hook: {
      before: (call) => {
        if (!isRecordOf(unlucky, call) || receiver.callbacks.length === 0) return undefined;
        if (hung === awsTriesMax) return undefined;
        hung += 1;
        return over.promise;
      },
    },
  });
  receiver = await startTestReceiver();
});

afterAll(async () => {
  over.resolve(undefined);
  await stack?.close();
  await receiver?.close();
});

const rowOf = async (eventId: string) => {
  const { Items = [] } = await stack.dynamodb.send(
    new QueryCommand({
      TableName: stack.model.outputs.DeliveriesTable,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :event',
      ExpressionAttributeValues: { ':event': { S: `${companyId}#${eventId}` } },
    }),
  );
  return Items.map((item) => unmarshall(item)).find(({ status }) => status !== undefined);
};

it('one record that hangs after its callback is given up in time: its message comes again, and no other', async () => {
  const { id } = await stack.subscribe(receiver.url, ['task.created']);
  const now = new Date();
  for (const eventId of names) {
    const event = { id: eventId, type: 'task.created', companyId, data: {} } as const;
    await storeEvent(
      stack.dynamodb,
      stack.model.outputs.EventsTable!,
      { ...event, timestamp: now.toISOString() },
      now,
    );
  }
  const messages = names.map((eventId) =>
    nextAttemptMessage({ companyId, eventId, subscriptionId: id, variant: 'full@1', attempts: 0 }),
  );

  await stack.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: stack.model.outputs.DeliveryQueueUrl,
      Entries: messages.map(({ body }, index) => ({ Id: `${index}`, MessageBody: body })),
    }),
  );
  while ((await stack.countMessages(stack.model.outputs.DeliveryQueueUrl!)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  const called = receiver.callbacks.map(({ headers }) => String(headers['webhook-id']));
  expect(hung).toBe(awsTriesMax);
  expect(called.toSorted()).toEqual([...names, unlucky].toSorted());
  for (const eventId of names) expect(await rowOf(eventId)).toMatchObject({ status: 'delivered' });
}, 60_000);
