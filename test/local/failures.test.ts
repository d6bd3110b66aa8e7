// What goes wrong, over real wires: receivers that fail, events that cannot be read, functions that die.
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyId, startTestStack, type TestStack } from './support/local-stack.ts';
import { startTestReceiver, type TestReceiver } from './support/test-receiver.ts';

let stack: TestStack;
let receiver: TestReceiver;
/** Kills fan-out's worker at this point of its next pass, once. */
let killAt: { operation: string; side: 'before' | 'after' } | undefined;

beforeAll(async () => {
  const kill = async (side: 'before' | 'after', operation: string) => {
    if (killAt?.side !== side || killAt.operation !== operation) return;
    killAt = undefined;
    const fanOut = stack.model.functions.find(({ logicalId }) => logicalId.startsWith('FanOut'))!;
    await stack.functions.endWorkers(fanOut.name);
  };
  stack = await startTestStack({
    fastRedrive: true,
    environment: { RETRY_DELAYS_MS: '200,200' },
    hook: {
      before: async ({ operation }) => void (await kill('before', operation)),
      after: async ({ operation }) => void (await kill('after', operation)),
    },
  });
});

beforeEach(async () => {
  receiver = await startTestReceiver();
});

afterEach(async () => {
  await receiver.close();
});

afterAll(async () => {
  await stack?.close();
});

const deliveriesOf = async (eventId: string, company = companyId) => {
  const { Items } = await stack.dynamodb.send(
    new QueryCommand({
      TableName: stack.model.outputs.DeliveriesTable,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :event',
      ExpressionAttributeValues: { ':event': { S: `${company}#${eventId}` } },
    }),
  );
  return (Items ?? []).map((item) => unmarshall(item));
};

/** The row of an event's one delivery, once its status is this. */
const settled = async (eventId: string, status: string, company = companyId) => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const rows = await deliveriesOf(eventId, company);
    const row = rows.find(({ status: found }) => found === status);
    if (row !== undefined) return { row, rows };
    if (Date.now() > deadline) throw new Error(`no ${status} delivery: ${JSON.stringify(rows)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

let company = companyId;
const ownCompany = () => {
  company += 1;
  return company;
};

describe('a failing receiver', () => {
  it('that answers 500 is tried again by schedule, then the delivery is exhausted', async () => {
    const mine = ownCompany();
    receiver.answer = (response) => response.writeHead(500).end('broken');
    await stack.subscribe(receiver.url, ['*'], mine);

    const id = await stack.publish('candidate.archived', { company_id: mine });
    const { row, rows } = await settled(id, 'exhausted', mine);

    expect(row.attempts).toBe(3);
    expect(receiver.callbacks).toHaveLength(3);
    expect(new Set(receiver.callbacks.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([id]),
    );
    const details = rows.filter(({ sk }) => sk.startsWith('attempt#'));
    expect(details.map(({ number, status, bodyExcerpt }) => [number, status, bodyExcerpt])).toEqual(
      [
        [1, 500, 'broken'],
        [2, 500, 'broken'],
        [3, 500, 'broken'],
      ],
    );
  });

  it('that recovers gets the event on the next attempt', async () => {
    const mine = ownCompany();
    receiver.answer = (response) =>
      response.writeHead(receiver.callbacks.length === 1 ? 503 : 204).end();
    await stack.subscribe(receiver.url, ['*'], mine);

    const id = await stack.publish('member.added', { company_id: mine });
    const { row } = await settled(id, 'delivered', mine);

    expect(row.attempts).toBe(2);
  });

  it('that redirects is not followed, and the redirect is a failure', async () => {
    const mine = ownCompany();
    const elsewhere = await startTestReceiver();
    receiver.answer = (response) => response.writeHead(302, { location: elsewhere.url }).end();
    await stack.subscribe(receiver.url, ['*'], mine);

    const id = await stack.publish('member.added', { company_id: mine });
    await settled(id, 'exhausted', mine);

    expect(elsewhere.callbacks).toEqual([]);
    await elsewhere.close();
  });

  it('that never answers costs ten seconds and fails as a time-out', async () => {
    const mine = ownCompany();
    receiver.answer = (response) => {
      if (receiver.callbacks.length > 1) response.writeHead(200).end();
    };
    await stack.subscribe(receiver.url, ['*'], mine);

    const id = await stack.publish('member.added', { company_id: mine });
    const { rows } = await settled(id, 'delivered', mine);

    const [detail] = rows.filter(({ sk }) => sk.startsWith('attempt#'));
    const reason = 'No answer came within 10 s.';
    expect(detail).toMatchObject({ number: 1, errorClass: 'timeout', reason });
    expect(detail!.durationMs).toBeGreaterThanOrEqual(9_900);
    expect(detail!.durationMs).toBeLessThan(13_000);
  });

  it('never puts a dead letter anywhere', async () => {
    const deadLetters = stack.model.queues.filter(
      ({ name }) => name.startsWith('Rappel-deliveries') && name.endsWith('-dead'),
    );

    const counts = await Promise.all(deadLetters.map(({ url }) => stack.countMessages(url)));

    expect(counts.length).toBeGreaterThan(0);
    expect(counts).toEqual(counts.map(() => 0));
  });
});

describe('a paused subscription', () => {
  it('has its deliveries held, and enabling it releases none of them by itself', async () => {
    const mine = ownCompany();
    const { id: subscription } = await stack.subscribe(receiver.url, ['*'], mine);
    const path = `/v1/companies/${mine}/subscriptions/${subscription}`;
    await stack.callAdmin('PATCH', path, { status: 'paused' });
    const before = await stack.publish('member.added', { company_id: mine });
    await settled(before, 'held', mine);

    await stack.callAdmin('PATCH', path, { status: 'enabled' });
    const after = await stack.publish('member.added', { company_id: mine });
    await settled(after, 'delivered', mine);
    const sweep = stack.model.functions.find(({ logicalId }) => logicalId.startsWith('Sweep'))!;
    await stack.functions.invoke(sweep.arn, {});

    const [row] = await deliveriesOf(before, mine);
    expect(row).toMatchObject({ status: 'held', attempts: 0 });
    expect(receiver.callbacks.map(({ headers }) => headers['webhook-id'])).toEqual([after]);
  });
});

describe('fan-out that dies', () => {
  it.each([
    ['after storing the event, before sending', { operation: 'SendMessageBatch', side: 'before' }],
    ['after sending, before it could say so', { operation: 'SendMessageBatch', side: 'after' }],
    ['before storing', { operation: 'PutItem', side: 'before' }],
  ] as const)('%s loses nothing', async (_, point) => {
    const mine = ownCompany();
    await stack.subscribe(receiver.url, ['*'], mine);

    killAt = point;
    const id = await stack.publish('candidate.created', { company_id: mine });
    await settled(id, 'delivered', mine);

    expect(killAt).toBeUndefined();
    expect(receiver.callbacks.length).toBeGreaterThanOrEqual(1);
  });
});

describe('an event', () => {
  it('that comes twice is delivered once', async () => {
    const mine = ownCompany();
    await stack.subscribe(receiver.url, ['*'], mine);

    const id = await stack.publish('candidate.created', { company_id: mine });
    await settled(id, 'delivered', mine);
    await stack.publish('candidate.created', { company_id: mine, id });
    const marker = await stack.publish('candidate.created', { company_id: mine });
    await settled(marker, 'delivered', mine);

    expect(receiver.callbacks.map(({ headers }) => headers['webhook-id'])).toEqual([id, marker]);
  });

  it('that reuses an id with other content is a dead letter with its reason', async () => {
    const id = await stack.publish('comment.created');

    await stack.publish('comment.created', { id, timestamp: '2026-11-24T00:00:00.000Z' });
    const [letter] = await stack.messagesOf('comment-created-dead');

    expect(letter!.attributes).toMatchObject({ code: 'EVENT_ID_REUSED' });
    expect(letter!.attributes.reason).toContain(id);
  });

  it('that cannot be read is a dead letter at once, and names the field', async () => {
    await stack.publish('task.created', { company_id: 'q7Rk2VbXm4TzN9Ld' });
    const [letter] = await stack.messagesOf('task-created-dead');

    expect(letter!.attributes).toMatchObject({ code: 'INVALID_EVENT' });
    expect(letter!.attributes.reason).toContain('detail.company_id');
    expect(JSON.parse(letter!.body)['detail-type']).toBe('task.created');
  });

  it('over 256 KiB is a dead letter with its size', async () => {
    await stack.publish('message.sent', { data: { text: 'x'.repeat(256 * 1024) } });
    const [letter] = await stack.messagesOf('message-sent-dead');

    expect(letter!.attributes).toMatchObject({ code: 'EVENT_TOO_LARGE' });
  });

  it('of a type that nobody takes is kept as unrouted', async () => {
    await stack.eventBridge.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: stack.model.outputs.EventBusName,
            Source: 'ats',
            DetailType: 'candidate.teleported',
            Detail: '{"id":"evt_unrouted"}',
          },
        ],
      }),
    );
    const [kept] = await stack.messagesOf('-unrouted');

    expect(JSON.parse(kept!.body)).toMatchObject({
      'detail-type': 'candidate.teleported',
      detail: { id: 'evt_unrouted' },
    });
  });
});
