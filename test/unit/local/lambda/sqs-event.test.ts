// The shape of an SQS event, and the rules of a partial batch answer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readBatchAnswer,
  splitBySize,
  sqsEventOf,
} from '../../../../infra/local/lambda/sqs-event.ts';
import type { ReceivedMessage } from '../../../../infra/local/stack-model.ts';

const queueArn = 'arn:aws:sqs:eu-west-3:000000000000:deliveries';
const region = 'eu-west-3';

const messageOf = (messageId: string, body = 'body'): ReceivedMessage => ({
  messageId,
  receiptHandle: `receipt of ${messageId}`,
  body,
  attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1523232000000' },
  messageAttributes: {
    reason: {
      stringValue: 'INVALID_EVENT',
      stringListValues: [],
      binaryListValues: [],
      dataType: 'String',
    },
  },
  md5OfBody: '841a2d689ad86bd1611447453c22c6fc',
});

describe('an event', () => {
  it('has the fields that Lambda gives a record', () => {
    const event = sqsEventOf([messageOf('1')], queueArn, region);

    expect(event).toEqual({
      Records: [
        {
          messageId: '1',
          receiptHandle: 'receipt of 1',
          body: 'body',
          attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1523232000000' },
          messageAttributes: {
            reason: {
              stringValue: 'INVALID_EVENT',
              stringListValues: [],
              binaryListValues: [],
              dataType: 'String',
            },
          },
          md5OfBody: '841a2d689ad86bd1611447453c22c6fc',
          eventSource: 'aws:sqs',
          eventSourceARN: queueArn,
          awsRegion: 'eu-west-3',
        },
      ],
    });
  });

  it('is split where it would be too large: all messages, in order, no part over the limit', () => {
    const bodies = fc.array(fc.string({ unit: 'binary', maxLength: 600 }), { maxLength: 20 });
    fc.assert(
      fc.property(bodies, fc.integer({ min: 5_000, max: 12_000 }), (texts, bytesMax) => {
        const messages = texts.map((text, index) => messageOf(String(index), text));

        const parts = splitBySize(messages, queueArn, region, bytesMax);

        const sizes = parts.map((part) =>
          Buffer.byteLength(JSON.stringify(sqsEventOf(part, queueArn, region))),
        );
        expect(parts.flat()).toEqual(messages);
        expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(bytesMax);
        expect(parts.every((part) => part.length > 0)).toBe(true);
      }),
    );
  });

  it('keeps a message that is too large alone apart from the others', () => {
    const messages = [messageOf('1'), messageOf('2', 'x'.repeat(5_000)), messageOf('3')];

    const parts = splitBySize(messages, queueArn, region, 5_000);

    expect(parts.map((part) => part.map((each) => each.messageId))).toEqual([['1'], ['2'], ['3']]);
  });
});

describe('an answer', () => {
  const ids = new Set(['1', '2']);

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['a null list', { batchItemFailures: null }],
    ['an object of another kind', { statusCode: 200 }],
  ])('of %s says that all succeeded', (_, value) => {
    const answer = readBatchAnswer(value, ids);

    expect(answer).toEqual({ kind: 'read', failedIds: new Set() });
  });

  it('names the messages that failed', () => {
    const failure = { itemIdentifier: '2' };

    const answer = readBatchAnswer({ batchItemFailures: [failure, failure] }, ids);

    expect(answer).toEqual({ kind: 'read', failedIds: new Set(['2']) });
  });

  it.each([
    ['a text', 'ok', 'the answer is not an object'],
    ['a list', [], 'the answer is not an object'],
    ['failures that are no list', { batchItemFailures: {} }, 'batchItemFailures is not a list'],
    ['a null item', { batchItemFailures: [null] }, 'an item has no itemIdentifier'],
    ['a bare identifier', { batchItemFailures: ['1'] }, 'an item has no itemIdentifier'],
    ['another key', { batchItemFailures: [{ id: '1' }] }, 'an item has no itemIdentifier'],
    [
      'a null identifier',
      { batchItemFailures: [{ itemIdentifier: null }] },
      'an item has no itemIdentifier',
    ],
    [
      'an empty identifier',
      { batchItemFailures: [{ itemIdentifier: '' }] },
      'an item has no itemIdentifier',
    ],
    [
      'an identifier of no message, beside a good one',
      { batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '3' }] },
      'no message of the batch has the id 3',
    ],
  ])('with %s fails the whole batch', (_, value, reason) => {
    const answer = readBatchAnswer(value, ids);

    expect(answer).toEqual({ kind: 'malformed', reason });
  });
});
