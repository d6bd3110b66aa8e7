// The attributes of a dead letter: whatever a reason holds, SQS takes it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bury } from '../../shared/bury.ts';
import { PoisonError } from '../../shared/errors.ts';

interface Sent {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageAttributes?: Record<string, { DataType: string; StringValue: string }>;
}

let sent: Sent;
const server = createServer(async (request, response) => {
  sent = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString('utf8'));
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
});
let client: SQSClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new SQSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    md5: false,
  });
});
afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const buryWith = async (reason: string, body = '{}'): Promise<Sent> => {
  const record = { body, eventSourceARN: 'arn:aws:sqs:eu-west-3:000000000000:Rappel-task-created' };
  const anyQueueUrl = 'https://sqs.eu-west-3.amazonaws.com/000000000000/Rappel-deliveries';
  await bury(client, anyQueueUrl, record, new PoisonError('EVENT_TOO_LARGE', reason));
  return sent;
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const isTakenBySqs = (text: string): boolean =>
  text.isWellFormed() && /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u.test(text);

/** Bytes that count towards SQS's limit. */
const bytesOf = ({ MessageBody, MessageAttributes = {} }: Sent): number =>
  [MessageBody, ...Object.entries(MessageAttributes).flat()]
    .flatMap((part) => (typeof part === 'string' ? [part] : Object.values(part)))
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);

it('sends the body as it came, to the dead letters of the record’s own queue', async () => {
  const { QueueUrl, MessageBody } = await buryWith('too large', ' {"a": 1}\n');

  expect(QueueUrl).toBe(
    'https://sqs.eu-west-3.amazonaws.com/000000000000/Rappel-task-created-dead',
  );
  expect(MessageBody).toBe(' {"a": 1}\n');
});

it('keeps a plain reason as it is', async () => {
  const { MessageAttributes } = await buryWith('detail.data.prénom: 😀');

  expect(MessageAttributes).toEqual({
    code: { DataType: 'String', StringValue: 'EVENT_TOO_LARGE' },
    reason: { DataType: 'String', StringValue: 'detail.data.prénom: 😀' },
  });
});

it('makes every reason one that SQS takes', async () => {
  const anyReason = fc.string({ unit: 'binary', minLength: 1, maxLength: 2_000 });
  const broken = fc.string({
    unit: fc.constantFrom('\ud800', '\udfff', '\u0000', '\u001f', '\u007f', '\ufffe', '\uffff'),
    minLength: 1,
  });

  await fc.assert(
    fc.asyncProperty(fc.oneof(anyReason, broken), async (reason) => {
      const { MessageAttributes } = await buryWith(reason);

      expect(isTakenBySqs(MessageAttributes?.reason?.StringValue ?? '')).toBe(true);
    }),
  );
});

it.each([1_048_576, 1_048_575, 1_048_500, 1_048_000, 1_000_000])(
  'never makes a message of more than 1 MiB of a body of %i bytes',
  async (bytes) => {
    const message = await buryWith('x'.repeat(1_000), 'x'.repeat(bytes));

    expect(bytesOf(message)).toBeLessThanOrEqual(1_048_576);
    expect(message.MessageAttributes === undefined).toBe(bytes > 1_047_000);
  },
);
