// Requests with an idempotency key, on a local DynamoDB.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestLeaseMs } from '../../shared/limits.ts';
import {
  beginRequest,
  endRequest,
  forgetRequest,
  type RequestBeginning,
} from '../../shared/requests-table.ts';
import { type LossyDynamoDb, startLossyDynalite } from '../support/lossy-dynalite.ts';

let dynamodb: LossyDynamoDb;
let client: DynamoDBClient;
beforeAll(async () => {
  dynamodb = await startLossyDynalite();
  client = dynamodb.client;
});
afterAll(() => dynamodb.close());

const start = Date.parse('2026-11-24T09:00:00Z');
let tries = 0;
const begin = (hash: string, more: Partial<RequestBeginning> & { afterMs?: number } = {}) => {
  const { afterMs = 0, ...rest } = more;
  const now = new Date(start + afterMs);
  tries += 1;
  return beginRequest(client, dynamodb.tables.subscriptions, nameOf(hash), {
    requestHash: 'request',
    seed: `seed ${tries}`,
    token: `token ${tries}`,
    now,
    leasedUntil: new Date(now.getTime() + requestLeaseMs),
    ...rest,
  });
};
const nameOf = (hash: string) => ({ scope: '318', hash });
const end = (hash: string) =>
  endRequest(client, dynamodb.tables.subscriptions, nameOf(hash), { id: 'sub_1' });

describe('a request', () => {
  it('begins once, of ten tries at a time', async () => {
    const states = await Promise.all(Array.from({ length: 10 }, () => begin('many')));

    const begun = states.filter(({ kind }) => kind === 'begun');
    expect(begun.length).toBe(1);
    expect(new Set(states.map(({ seed }) => seed)).size).toBe(1);
    expect(states.some((state) => state.kind === 'known' && state.reference)).toBe(false);
  });

  it('is known by what it made, and by what it was, for a day', async () => {
    const { seed } = await begin('ended', { requestHash: 'this' });
    await end('ended');

    const again = await begin('ended', { requestHash: 'that', afterMs: 23 * 3_600_000 });
    const nextDay = await begin('ended', { requestHash: 'that', afterMs: 24 * 3_600_000 });

    expect(again).toEqual({ kind: 'known', seed, requestHash: 'this', reference: { id: 'sub_1' } });
    expect(nextDay.kind).toBe('begun');
    expect(nextDay.seed).not.toBe(seed);
  });

  it('that was cut off begins again once its lease is over, from its first seed, and once', async () => {
    const { seed } = await begin('cut');

    const early = await begin('cut', { afterMs: requestLeaseMs - 1 });
    const other = await begin('cut', { afterMs: requestLeaseMs, requestHash: 'other' });
    const late = await Promise.all([1, 2, 3].map(() => begin('cut', { afterMs: requestLeaseMs })));

    expect(early).toMatchObject({ kind: 'known', seed });
    expect(other.kind).toBe('known');
    expect(late.map(({ kind }) => kind).toSorted()).toEqual(['begun', 'known', 'known']);
    expect(late.every((state) => state.seed === seed)).toBe(true);
  });

  it('that was forgotten begins as a new one', async () => {
    const { seed } = await begin('forgotten');
    await forgetRequest(client, dynamodb.tables.subscriptions, nameOf('forgotten'));

    const again = await begin('forgotten', { requestHash: 'other' });

    expect(again.kind).toBe('begun');
    expect(again.seed).not.toBe(seed);
  });

  it('whose row was removed meanwhile ends without a trace', async () => {
    await end('removed');

    expect((await begin('removed')).kind).toBe('begun');
  });
});

describe('an answer that was lost', () => {
  it('leaves the try that it belonged to as the one that began', async () => {
    dynamodb.losses = 1;
    const first = await begin('lost');
    dynamodb.losses = 1;
    const second = await begin('lost', { afterMs: requestLeaseMs });

    expect([first.kind, second.kind]).toEqual(['begun', 'begun']);
    expect(dynamodb.losses).toBe(0);
  });
});
