// SendMessageBatch over SQS's protocol: tens of ten, and what is refused is sent again or named.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bury } from '../../shared/bury.ts';
import { PoisonError } from '../../shared/errors.ts';
import { sendMessages } from '../../shared/send-messages.ts';
import { startFauxqs, type TestSqs } from '../support/start-fauxqs.ts';

let sqs: TestSqs;
let queueUrl: string;
let queues = 0;

beforeAll(async () => {
  sqs = await startFauxqs();
});
beforeEach(async () => {
  queues += 1;
  queueUrl = await sqs.createQueue(`Rappel-test-${queues}`);
  sqs.refuses = () => false;
  sqs.batches.length = 0;
});
afterAll(() => sqs.close());

const messages = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ body: `m${index}`, group: `sub_${index % 3}` }));

const bodiesOf = async () => (await sqs.receiveAll(queueUrl)).map(({ Body }) => Body).toSorted();

describe('sending messages', () => {
  it.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [100, Array.from({ length: 10 }, () => 10)],
  ])('sends %i in tens', async (count, sizes) => {
    const left = await sendMessages(sqs.client, queueUrl, messages(count));

    expect(left).toEqual([]);
    expect(sqs.batches.map((batch) => batch.length).toSorted((a, b) => b - a)).toEqual(sizes);
    expect(await bodiesOf()).toEqual(
      messages(count)
        .map(({ body }) => body)
        .toSorted(),
    );
  });

  it('names the group, so that one subscription does not make the others wait', async () => {
    await sendMessages(sqs.client, queueUrl, messages(2));

    expect(sqs.batches[0]?.map(({ MessageGroupId }) => MessageGroupId)).toEqual(['sub_0', 'sub_1']);
  });

  it('passes on a delay', async () => {
    await sendMessages(sqs.client, queueUrl, [{ body: 'later', delaySeconds: 900 }]);

    expect(sqs.batches[0]?.[0]?.DelaySeconds).toBe(900);
    expect(await bodiesOf()).toEqual([]);
  });

  it('sends what SQS refused again, and nothing else twice', async () => {
    let refusals = 0;
    sqs.refuses = (body) => body === 'm3' && refusals++ === 0;

    const left = await sendMessages(sqs.client, queueUrl, messages(25));

    expect(left).toEqual([]);
    expect(sqs.batches.length).toBe(4);
    expect(sqs.batches.at(-1)?.map(({ MessageBody }) => MessageBody)).toEqual(['m3']);
    expect(await bodiesOf()).toEqual(
      messages(25)
        .map(({ body }) => body)
        .toSorted(),
    );
  });

  it('names what SQS keeps refusing, after three rounds, and delivers the rest', async () => {
    sqs.refuses = (body) => body === 'm3' || body === 'm14';

    const left = await sendMessages(sqs.client, queueUrl, messages(20));

    expect(left.map(({ body }) => body)).toEqual(['m3', 'm14']);
    expect(sqs.batches.flat().filter(({ MessageBody }) => MessageBody === 'm3').length).toBe(3);
    expect((await bodiesOf()).length).toBe(18);
  });

  it('rejects where the queue is not there, so that the record comes again', async () => {
    const sending = sendMessages(sqs.client, `${queueUrl}-gone`, messages(1));

    await expect(sending).rejects.toThrow();
  });
});

describe('burying a record', () => {
  const record = (body: string) => ({
    body,
    eventSourceARN: `arn:aws:sqs:eu-west-3:000000000000:Rappel-test-${queues}`,
  });

  it('puts it as it came into the dead letters of its queue, with code and reason', async () => {
    const deadLettersUrl = await sqs.createQueue(`Rappel-test-${queues}-dead`);
    const poison = new PoisonError('INVALID_EVENT', 'detail.id: must match [A-Za-z0-9_-]{1,64}');

    await bury(sqs.client, queueUrl, record('{"detail": 1 }'), poison);

    const [message] = await sqs.receiveAll(deadLettersUrl);
    expect(message?.Body).toBe('{"detail": 1 }');
    expect(message?.MessageAttributes).toEqual({
      code: { DataType: 'String', StringValue: 'INVALID_EVENT' },
      reason: { DataType: 'String', StringValue: poison.message },
    });
  });

  it('rejects where there are no dead letters, so that the record comes again', async () => {
    const burying = bury(sqs.client, queueUrl, record('x'), new PoisonError('INVALID_EVENT', 'y'));

    await expect(burying).rejects.toThrow();
  });
});
