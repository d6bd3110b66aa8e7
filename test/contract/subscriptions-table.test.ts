// The subscriptions table over DynamoDB's protocol: slots, changes, and writes whose answer was lost.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriptionIdOf } from '../../shared/identifiers.ts';
import type { Subscription } from '../../shared/subscription.ts';
import * as edge from '../../shared/subscriptions-table.ts';
import { type LossyDynamoDb, startLossyDynalite } from '../support/lossy-dynalite.ts';

const now = new Date('2026-10-12T08:15:30.240Z');
const later = new Date(now.getTime() + 1_000);

let dynamodb: LossyDynamoDb;
let client: DynamoDBClient;
beforeAll(async () => {
  dynamodb = await startLossyDynalite();
  client = dynamodb.client;
});
afterAll(() => dynamodb.close());

let companies = 0;

/** Of a company of its own, unless told otherwise. */
const newSubscription = (change: Partial<Subscription> = {}): Subscription => ({
  id: subscriptionIdOf(0, '0123456789abcdef0123'),
  companyId: ++companies,
  url: 'https://hooks.example.com/a?b=1',
  eventTypes: ['candidate.moved', 'message.sent'],
  status: 'enabled',
  description: 'HR',
  createdAt: now,
  updatedAt: now,
  revision: 1,
  ...change,
});

const table = 'subscriptions';
const put = (subscription: Subscription) => edge.putSubscription(client, table, subscription);
const get = ({ companyId, id }: Subscription) => edge.getSubscription(client, table, companyId, id);
const list = (companyId: number) => edge.listSubscriptions(client, table, companyId);
const replace = (subscription: Subscription) =>
  edge.replaceSubscription(client, table, subscription);
const remove = (subscription: Subscription) =>
  replace({ ...subscription, deletedAt: later, updatedAt: later, revision: 2 });

describe('a subscription', () => {
  it('comes back as it was put, alone and in the list', async () => {
    const subscription = newSubscription();

    await put(subscription);

    expect(await get(subscription)).toEqual(subscription);
    expect(await list(subscription.companyId)).toEqual([subscription]);
  });

  it('without a description has none', async () => {
    const { description: _, ...subscription } = newSubscription();

    await put(subscription);

    expect(await get(subscription)).toEqual(subscription);
  });

  it('keeps every setting, with numbers and texts told apart', async () => {
    const subscription = newSubscription({
      filter: '{"data": {"salary": [1e309, 5.0]}}',
      vacancyIds: [7, 'k2Wn8VbQz6TcP4Lr', Number.MAX_SAFE_INTEGER],
      columnIds: ['n8PdJ4sYc6GxR2Vw'],
      hiredOnly: true,
      includePrivateComments: false,
      payload: 'thin',
      versions: { 'candidate.moved': 2 },
      signature: 'v1a',
      headerNames: ['x-tenant'],
      maxPerSecond: 5,
    });

    await put(subscription);

    expect(await get(subscription)).toEqual(subscription);
  });

  it('is not found by another company, nor by an id of another tail', async () => {
    const subscription = newSubscription();
    await put(subscription);

    const found = await Promise.all([
      get({ ...subscription, companyId: 999_999 }),
      get({ ...subscription, id: subscriptionIdOf(0, 'f'.repeat(20)) }),
      get({ ...subscription, id: 'sub_' }),
      get({ ...subscription, id: 'url#abc' }),
    ]);

    expect(found).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is listed for its company only, whose number may begin another', async () => {
    const subscription = newSubscription({ companyId: 4_200 });
    await put(subscription);

    const others = await Promise.all([list(420), list(42), list(42_000)]);

    expect(others).toEqual([[], [], []]);
  });
});

describe('a slot', () => {
  it('keeps the living subscription that has it', async () => {
    const first = newSubscription();
    const second = { ...first, id: subscriptionIdOf(0, 'f'.repeat(20)) };
    await put(first);

    const taken = await put(second);

    expect(taken).toBe(false);
    expect(await list(first.companyId)).toEqual([first]);
  });

  it('goes to one of many that want it at once', async () => {
    const { companyId } = newSubscription();
    const rivals = Array.from({ length: 20 }, (_, index) =>
      newSubscription({ companyId, id: subscriptionIdOf(7, String(index).padStart(20, '0')) }),
    );

    const answers = await Promise.all(rivals.map(put));

    expect(answers.filter(Boolean).length).toBe(1);
    expect(await list(companyId)).toEqual([rivals[answers.indexOf(true)]]);
  });

  it('of a deleted subscription is free, and its next holder is not taken for it', async () => {
    const first = newSubscription();
    const second = { ...first, id: subscriptionIdOf(0, 'f'.repeat(20)), createdAt: later };
    await put(first);
    await remove(first);

    const taken = await put(second);

    expect(taken).toBe(true);
    expect(await list(first.companyId)).toEqual([second]);
    expect(await get(first)).toBeUndefined();
    expect(await remove(first)).toBe(false);
    expect(await get(second)).toEqual(second);
  });
});

describe('a change', () => {
  const changeOf = (subscription: Subscription, token: string): Subscription => ({
    ...subscription,
    description: `changed by ${token}`,
    updatedAt: later,
    lastChange: { action: 'changed', at: later, caller: 'arn', fields: ['description'], token },
    revision: subscription.revision + 1,
  });

  it('is written over the revision that it was made from, with all its fields', async () => {
    const subscription = newSubscription({ disabledAt: later, status: 'disabled' });
    await put(subscription);

    const changed = await replace(changeOf(subscription, 'a'));

    expect(changed).toBe(true);
    expect(await get(subscription)).toEqual(changeOf(subscription, 'a'));
  });

  it('is one of many that were made from one revision', async () => {
    const subscription = newSubscription();
    await put(subscription);

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => replace(changeOf(subscription, String(index)))),
    );

    expect(answers.filter(Boolean).length).toBe(1);
    expect(await get(subscription)).toEqual(changeOf(subscription, String(answers.indexOf(true))));
  });

  it('that deletes leaves the subscription in the list, and nothing for a read or a change', async () => {
    const subscription = newSubscription();
    const deleted = { ...subscription, deletedAt: later, updatedAt: later, revision: 2 };
    await put(subscription);

    const answers = [await remove(subscription), await remove(subscription)];

    expect(answers).toEqual([true, false]);
    expect(await get(subscription)).toBeUndefined();
    expect(await list(subscription.companyId)).toEqual([deleted]);
    expect(await replace(changeOf(deleted, 'a'))).toBe(false);
  });

  it('of what is not there is refused', async () => {
    expect(await replace(newSubscription({ revision: 2 }))).toBe(false);
    expect(await remove(newSubscription())).toBe(false);
  });

  it('whose answer was lost is told from another’s, and never written over what followed', async () => {
    const subscription = newSubscription();
    await put(subscription);
    dynamodb.losses = 1;

    const mine = await replace(changeOf(subscription, 'mine'));
    await edge.disableSubscription(client, table, subscription, later);
    const late = await replace(changeOf(subscription, 'mine'));

    expect([mine, dynamodb.losses, late]).toEqual([true, 0, false]);
    expect(await get(subscription)).toMatchObject({ status: 'disabled', revision: 3 });
  });
});

describe('disabling', () => {
  const disable = (subscription: Subscription) =>
    edge.disableSubscription(client, table, subscription, later);

  it('switches an enabled subscription off, once', async () => {
    const subscription = newSubscription();
    await put(subscription);

    const answers = [await disable(subscription), await disable(subscription)];

    expect(answers).toEqual([true, false]);
    expect(await get(subscription)).toMatchObject({ status: 'disabled', revision: 2 });
  });

  it('leaves one as it is that has another URL by now than the one that was called', async () => {
    const before = newSubscription();
    await put(before);
    const url = 'https://new.example.com/';
    await replace({ ...before, url, revision: 2 });

    expect(await disable(before)).toBe(false);
    expect(await get(before)).toMatchObject({ url, status: 'enabled', revision: 2 });
  });

  it('leaves a paused and a deleted one as they are', async () => {
    const paused = newSubscription({ status: 'paused' });
    const deleted = newSubscription();
    await put(paused);
    await put(deleted);
    await remove(deleted);

    const answers = [await disable(paused), await disable(deleted)];

    expect(answers).toEqual([false, false]);
    expect((await get(paused))?.status).toBe('paused');
  });
});

describe('a list longer than a page', () => {
  it('is read to its end', async () => {
    const { companyId } = newSubscription();
    const ids = Array.from({ length: 100 }, (_, slot) => subscriptionIdOf(slot, 'a'.repeat(20)));
    for (const id of ids) {
      await put(newSubscription({ companyId, id, description: 'x'.repeat(30_000) }));
    }

    const found = await list(companyId);

    expect(found.map(({ id }) => id)).toEqual(ids);
  });
});

describe('a write whose answer was lost, which the SDK sends again', () => {
  it('puts the subscription and says so', async () => {
    const subscription = newSubscription();
    dynamodb.losses = 1;

    const answer = await put(subscription);

    expect(answer).toBe(true);
    expect(dynamodb.losses).toBe(0);
    expect(await list(subscription.companyId)).toEqual([subscription]);
  });
});
