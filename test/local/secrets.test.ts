// What must stay secret is in the keys table alone, however deliveries fail: no line and no other row has it.
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { giveHeaders } from '../../shared/custom-headers.ts';
import { putSigningKeys } from '../../shared/keys-table.ts';
import { startTestStack, type TestStack } from './support/local-stack.ts';
import { startTestReceiver, type TestReceiver } from './support/test-receiver.ts';

let stack: TestStack;
let receiver: TestReceiver;

beforeAll(async () => {
  stack = await startTestStack({ fastRedrive: true, environment: { RETRY_DELAYS_MS: '100' } });
  receiver = await startTestReceiver();
});

afterAll(async () => {
  await receiver?.close();
  await stack?.close();
});

/** 24 bytes as base64: a valid secret that no other text holds by chance. */
const marked = 'SESAMEsecretSESAMEsecretSESAMEse';
const header = 'Bearer SESAME-header-value';
const path = 'SESAME-path';
const marks = /SESAME/i;

const rowsOf = async (table: string) => {
  const { Items } = await stack.dynamodb.send(
    new ScanCommand({ TableName: stack.model.outputs[table], ConsistentRead: true }),
  );
  return (Items ?? []).map((item) => unmarshall(item));
};

/** Waits until `missing` is empty; rejects after twenty seconds with what is missing still. */
const untilNone = async (missing: () => Promise<string[]>): Promise<void> => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const left = await missing();
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`not yet: ${left.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Subscribes with keys and headers that are marked, and publishes one event. */
const fail = async (company: number, origin: string, secret = `whsec_${marked}`): Promise<void> => {
  const url = `${origin}/${path}/${company}`;
  const { id } = await stack.subscribe(url, ['candidate.moved'], company);
  await putSigningKeys(stack.dynamodb, stack.model.outputs.KeysTable!, company, id, {
    keys: [{ secret }],
    headers: giveHeaders(undefined, url, { Authorization: header }),
  });
  await stack.publish('candidate.moved', { company_id: company });
};

const logLines = (): string[] =>
  stack.observations.flatMap((seen) => (seen.kind === 'log' ? [seen.line] : []));

it('a key, a header’s value and a URL’s path are in no line and no other row', async () => {
  const answers: Record<string, TestReceiver['answer']> = {
    801: (response, { headers }) => response.writeHead(500).end(JSON.stringify(headers)),
    802: (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    803: (response) => void response.socket?.destroy(),
    804: (response) => response.writeHead(410).end(header),
  };
  receiver.answer = (response, callback) => {
    const company = callback.path.split('/').at(-1)!;
    (answers[company] ?? ((other) => void other.writeHead(204).end()))(response, callback);
  };
  const origin = new URL(receiver.url).origin;
  const failing = [...Object.keys(answers), '805'];
  const missing = async () => {
    const rows = await rowsOf('DeliveriesTable');
    const ended = rows.filter(({ status }) => ['exhausted', 'held'].includes(status));
    const isTold = logLines().some((line) => line.includes('whsec_'));
    return [
      ...failing.filter((company) => !ended.some(({ pk }) => pk.startsWith(`${company}#`))),
      ...(isTold ? [] : ['the line of the damaged key']),
    ];
  };

  for (const company of Object.keys(answers)) await fail(Number(company), origin);
  await fail(805, 'http://127.0.0.1:1');
  await fail(806, origin, 'whsec_SESAME, which is damaged');
  await untilNone(missing);

  const rows = await rowsOf('DeliveriesTable');
  const subscriptions = await rowsOf('SubscriptionsTable');
  expect(receiver.callbacks.some(({ headers }) => headers.authorization === header)).toBe(true);
  expect(rows.some(({ bodyExcerpt }) => /\[hidden\]/.test(bodyExcerpt))).toBe(true);
  expect(JSON.stringify(stack.observations)).not.toMatch(marks);
  expect(JSON.stringify([rows, await rowsOf('EventsTable')])).not.toMatch(marks);
  // Where a callback goes is the subscription's own.
  expect(JSON.stringify(subscriptions.map(({ url: _, ...rest }) => rest))).not.toMatch(marks);
  expect(JSON.stringify(await rowsOf('KeysTable'))).toMatch(marks);
});
