// The events table over DynamoDB's protocol: once per id, told from an id used twice, never read past its time.
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AtsEvent, renderCallback } from '../../shared/event.ts';
import { renderVariant } from '../../shared/event-variant.ts';
import {
  type Stored,
  storedEventKey,
  storedEventOf,
  storeEvent,
  storeVariant,
} from '../../shared/events-table.ts';
import { retentionDays } from '../../shared/limits.ts';
import { expirySeconds, toItem } from '../../shared/row.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';

const now = new Date('2026-10-12T08:15:30.240Z');
const later = new Date(now.getTime() + 60_000);
const afterRetention = new Date(now.getTime() + retentionDays * 86_400_000);

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

let made = 0;

const newEvent = (change: Partial<AtsEvent> = {}): AtsEvent => {
  made += 1;
  return {
    id: `evt_${made}`,
    type: 'candidate.moved',
    timestamp: '2026-10-12T08:15:30.240Z',
    companyId: 318,
    data: { column: { hired: true }, tags: ['a', 'b'] },
    ...change,
  };
};

const store = (event: AtsEvent, at: Date) =>
  storeEvent(dynamodb.client, dynamodb.tables.events, event, at);

/** The answer where the event was stored first at this time. TTL counts in seconds. */
const storedOf = (storedAt: Date): Stored => ({
  kind: 'stored',
  storedAt,
  expiresAt: new Date(expirySeconds(storedAt, retentionDays) * 1000),
});

const stored = async ({ companyId, id }: AtsEvent, at: Date, variant = 'full@1') => {
  const Key = toItem(storedEventKey(companyId, id, variant));
  const { Item } = await dynamodb.client.send(
    new GetItemCommand({ TableName: dynamodb.tables.events, Key }),
  );
  return Item && storedEventOf(Item, at);
};

describe('storing an event', () => {
  it('keeps the exact bytes that are signed and sent', async () => {
    const event = newEvent({ data: { name: 'Zoë', note: '\u2028😀', '10': 1, '9': 2 } });

    await store(event, now);

    const found = await stored(event, later);
    expect(found).toEqual({
      type: 'candidate.moved',
      storedAt: now,
      body: Buffer.from(renderCallback(event)),
    });
  });

  it('takes an event of the largest size, even one that does not compress', async () => {
    const noise = Array.from({ length: 32_000 }, (_, index) => (index * 2_654_435_761) >>> 0);
    const event = newEvent({
      data: { noise: Buffer.from(Uint32Array.from(noise).buffer).toString('base64') },
    });

    const answer = await store(event, now);

    expect(answer.kind).toBe('stored');
    expect((await stored(event, now))?.body?.byteLength).toBeGreaterThan(170_000);
  });

  it('says when an event was stored first, each time that it comes again', async () => {
    const event = newEvent();
    await store(event, now);

    const again = await store(event, later);

    expect(again).toEqual(storedOf(now));
  });

  it('takes an event whose keys come in another order for the same event', async () => {
    const event = newEvent({ data: { a: 1, b: { c: 2, d: 3 } } });
    await store(event, now);

    const again = await store({ ...event, data: { b: { d: 3, c: 2 }, a: 1 } }, later);

    expect(again).toEqual(storedOf(now));
  });

  it.each([
    ['type', { type: 'candidate.created' }],
    ['time', { timestamp: '2026-10-12T08:15:30.241Z' }],
    ['data', { data: { column: { hired: false }, tags: ['a', 'b'] } }],
    ['order in a list', { data: { column: { hired: true }, tags: ['b', 'a'] } }],
    ['ids', { ids: { candidate: 1 } }],
  ] as [string, Partial<AtsEvent>][])('tells an id used twice by another %s', async (_, change) => {
    const event = newEvent();
    await store(event, now);

    const answer = await store({ ...event, ...change }, later);

    expect(answer).toEqual({ kind: 'id-reused' });
    expect((await stored(event, later))?.body).toEqual(Buffer.from(renderCallback(event)));
  });

  it('lets two companies use one id', async () => {
    const ours = newEvent();
    const theirs = { ...ours, companyId: 319, data: { other: true } };
    await store(ours, now);

    const answer = await store(theirs, later);

    expect(answer).toEqual(storedOf(later));
    expect((await stored(ours, later))?.storedAt).toEqual(now);
  });

  it('stores one of many copies that come at once, and gives all the same answer', async () => {
    const event = newEvent();
    const times = Array.from({ length: 20 }, (_, index) => new Date(now.getTime() + index));

    const answers = await Promise.all(times.map((at) => store(event, at)));

    const found = await stored(event, later);
    expect(answers).toEqual(answers.map(() => storedOf(found!.storedAt)));
  });

  it('stores exactly one of two contents that come at once under one id', async () => {
    const event = newEvent();

    const answers = await Promise.all([
      store(event, now),
      store({ ...event, data: { other: true } }, now),
    ]);

    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['id-reused', 'stored']);
  });
});

describe('another rendering of an event', () => {
  const thin = 'thin@1';

  const render = (event: AtsEvent, at: Date, known: Stored = storedOf(now)) =>
    storeVariant(dynamodb.client, dynamodb.tables.events, event, thin, known, at);

  it('stands beside the event, with its own bytes and the event’s times', async () => {
    const event = newEvent({
      data: { vacancy_id: 'k2Wn8VbQz6TcP4Lr', candidate: { email: 'a@b.fr' } },
    });
    await store(event, now);

    await render(event, later);

    const expected = {
      type: event.type,
      storedAt: now,
      body: Buffer.from(renderVariant(event, thin)),
    };
    expect(await stored(event, later, thin)).toEqual(expected);
    expect((await stored(event, later))?.body).toEqual(Buffer.from(renderCallback(event)));
    expect(JSON.parse(expected.body.toString()).data).toEqual({ vacancy_id: 'k2Wn8VbQz6TcP4Lr' });
  });

  it('stays what it is once it is stored', async () => {
    const event = newEvent({ data: { applicant_id: 1 } });
    await render(event, now);

    await render({ ...event, data: { applicant_id: 2 } }, later);

    const found = await stored(event, later, thin);
    expect(found?.body).toEqual(Buffer.from(renderVariant(event, thin)));
  });

  it('ends with the event, and is made again with one that takes its id', async () => {
    const event = newEvent({ data: { applicant_id: 1 } });
    const successor = { ...event, data: { applicant_id: 2 } };
    await render(event, later);
    expect(await stored(event, afterRetention, thin)).toBeUndefined();

    await render(successor, afterRetention, storedOf(afterRetention));

    const found = await stored(event, afterRetention, thin);
    expect(found?.body).toEqual(Buffer.from(renderVariant(successor, thin)));
  });
});

describe('an event that has passed its time', () => {
  it('is absent, whatever TTL has removed', async () => {
    const event = newEvent();
    await store(event, now);

    const found = await stored(event, afterRetention);

    expect(found).toBeUndefined();
    expect(await stored(event, new Date(afterRetention.getTime() - 1_000))).toBeDefined();
  });

  it('frees its id, whatever TTL has removed', async () => {
    const event = newEvent();
    await store(event, now);

    const answer = await store({ ...event, data: { other: true } }, afterRetention);

    expect(answer).toEqual(storedOf(afterRetention));
  });
});
