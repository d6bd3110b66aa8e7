// Looking at dead letters and moving them back, as admin does it, on a local SQS: whatever brought them there.
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { peekMessages } from '../../functions/admin/operations/peek-messages.ts';
import { createQueuePorts, type QueuePorts } from '../../functions/admin/operations/queues.ts';
import { deadLetterToJson } from '../../functions/admin/operations/received-message.ts';
import { bury } from '../../shared/bury.ts';
import { PoisonError } from '../../shared/errors.ts';
import { eventually, type SmallEndpoint, startSmallEndpoint } from './local-aws/small-endpoint.ts';
import { queueArn, queueUrl } from './local-aws/small-stack.ts';

let endpoint: SmallEndpoint;
let queues: QueuePorts;
beforeEach(async () => {
  endpoint = await startSmallEndpoint();
  const fastLane = { url: queueUrl('deliveries'), arn: queueArn('deliveries') };
  queues = createQueuePorts(endpoint.sqs, fastLane);
});
afterEach(() => endpoint.close());

const eventBody = (id: string) =>
  JSON.stringify({
    source: 'ats',
    'detail-type': 'candidate.moved',
    detail: { id, company_id: 318, data: { name: 'Ada Lovelace' } },
  });

const buryOne = () =>
  bury(
    endpoint.sqs,
    queueUrl('work'),
    { body: eventBody('evt_buried'), eventSourceARN: queueArn('work') },
    new PoisonError('INVALID_EVENT', 'data.id must be a number'),
  );

const putAsEventBridgeDoes = () => {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  return endpoint.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl('work-dead'),
      MessageBody: eventBody('evt_bus'),
      MessageAttributes: {
        ERROR_CODE: text('NO_PERMISSIONS'),
        ERROR_MESSAGE: text('not allowed to send'),
        RULE_ARN: text('arn:aws:events:eu-west-3:000000000000:rule/a/b'),
      },
    }),
  );
};

const receiveTooOften = async () => {
  const QueueUrl = queueUrl('work');
  await endpoint.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: eventBody('evt_sqs') }));
  for (const _ of [1, 2, 3]) {
    await endpoint.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
  }
};

const dieThreeWays = async () => {
  await receiveTooOften();
  await buryOne();
  await putAsEventBridgeDoes();
};

it('shows of dead letters their ids and reasons, never their bodies, and leaves them there', async () => {
  await dieThreeWays();

  const first = await peekMessages(queues, 'work-dead', 100);
  const again = await peekMessages(queues, 'work-dead', 100);

  const shown = first.map(deadLetterToJson);
  expect(shown.toSorted((a, b) => a.event_id!.localeCompare(b.event_id!))).toMatchObject([
    { event_id: 'evt_buried', origin: 'buried', code: 'INVALID_EVENT', company_id: 318 },
    { event_id: 'evt_bus', origin: 'event_bus', code: 'NO_PERMISSIONS', type: 'candidate.moved' },
    { event_id: 'evt_sqs', origin: 'other', code: null, reason: null },
  ]);
  expect(JSON.stringify(shown)).not.toContain('Lovelace');
  const countsOf = (letters: typeof first) =>
    Object.fromEntries(letters.map((each) => [each.messageId, each.receiveCount]));
  const before = countsOf(first);
  expect(countsOf(again)).toEqual(
    Object.fromEntries(Object.entries(before).map(([id, count]) => [id, count + 1])),
  );
});

it('moves back what fan-out buried, what EventBridge put there, and what SQS moved there', async () => {
  await dieThreeWays();

  const begun = await queues.startMove('work-dead', 'work');

  expect(begun).toBe(true);
  const done = await eventually(async () =>
    (await queues.listMoves('work-dead')).find(({ status }) => status === 'completed'),
  );
  expect(done).toMatchObject({ moved: 3, toMove: 3 });
  const back = await peekMessages(queues, 'work', 100);
  expect(back.map((letter) => deadLetterToJson(letter).event_id).toSorted()).toEqual([
    'evt_buried',
    'evt_bus',
    'evt_sqs',
  ]);
  expect(await queues.countMessages('work-dead')).toEqual({ waiting: 0, inFlight: 0 });
});

it('cancels a move under way, and leaves the rest among the dead letters', async () => {
  await dieThreeWays();
  await queues.startMove('work-dead', 'work', 1);

  const cancelled = await queues.cancelMove('work-dead');
  const again = await queues.cancelMove('work-dead');

  expect([cancelled, again]).toEqual([true, false]);
  const [task] = await queues.listMoves('work-dead');
  expect(task).toMatchObject({ status: 'cancelled', toMove: 3 });
  const { waiting } = await queues.countMessages('work-dead');
  expect(waiting).toBe(3 - task!.moved);
  expect(await queues.startMove('work-dead', 'work')).toBe(true);
});

it('begins no second move of a queue while one is under way', async () => {
  await buryOne();
  await putAsEventBridgeDoes();
  await queues.startMove('work-dead', 'work', 1);

  const again = await queues.startMove('work-dead', 'work');

  expect(again).toBe(false);
  expect(await queues.listMoves('work-dead')).toMatchObject([{ maxPerSecond: 1 }]);
});
