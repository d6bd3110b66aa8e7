// The subscriptions table over DynamoDB's protocol: slots, claims, and writes whose answer was lost.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriptionIdOf } from '../../shared/identifiers.ts';
import type { Subscription } from '../../shared/subscription.ts';
import * as edge from '../../shared/subscriptions-table.ts';
import { type LossyProxy, startLossyProxy } from '../support/lose-answers.ts';
import {
  localCredentials,
  localRegion,
  startDynalite,
  type TestDynamoDb,
} from '../support/start-dynalite.ts';

const now = new Date('2026-10-12T08:15:30.240Z');
const later = new Date(now.getTime() + 1_000);

let dynamodb: TestDynamoDb;
let proxy: LossyProxy;
let client: DynamoDBClient;
beforeAll(async () => {
  dynamodb = await startDynalite();
  proxy = await startLossyProxy(dynamodb.endpoint);
  client = new DynamoDBClient({
    endpoint: proxy.endpoint,
    region: localRegion,
    credentials: localCredentials,
  });
});
afterAll(async () => {
  client.destroy();
  await proxy.close();
  await dynamodb.close();
});

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
const remove = (subscription: Subscription, at = later) =>
  edge.markDeleted(client, table, subscription, at);

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

describe('deleting', () => {
  it('marks: the list still tells of it, a read does not', async () => {
    const subscription = newSubscription();
    await put(subscription);

    const deleted = await remove(subscription);

    expect(deleted).toBe(true);
    expect(await get(subscription)).toBeUndefined();
    expect(await list(subscription.companyId)).toEqual([
      { ...subscription, deletedAt: later, updatedAt: later, revision: 2 },
    ]);
  });

  it('happens once, and never to what is not there', async () => {
    const subscription = newSubscription();
    await put(subscription);

    const answers = await Promise.all([1, 2, 3].map(() => remove(subscription)));

    expect(answers.filter(Boolean).length).toBe(1);
    expect(await remove(newSubscription())).toBe(false);
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

describe('the claim of a URL', () => {
  const mine = { subscriptionId: 'sub_mine', claimedAt: now };
  const theirs = { subscriptionId: 'sub_theirs', claimedAt: now };
  const claim = (companyId: number, what: edge.UrlClaim, instead?: edge.UrlClaim) =>
    edge.claimUrl(client, table, companyId, 'hash', what, instead);
  const read = (companyId: number) => edge.getUrlClaim(client, table, companyId, 'hash');

  it('is one subscription’s, and each company has its own', async () => {
    const [ours, others] = [++companies, ++companies];

    const answers = [
      await claim(ours, mine),
      await claim(ours, theirs),
      await claim(others, theirs),
    ];

    expect(answers).toEqual([true, false, true]);
    expect(await read(ours)).toEqual(mine);
    expect(await list(ours)).toEqual([]);
  });

  it('is taken over from the holder that is named, and from nobody else', async () => {
    const company = ++companies;
    await claim(company, mine);

    const wrong = await claim(company, theirs, { ...mine, subscriptionId: 'sub_other' });
    const right = await claim(company, theirs, mine);

    expect([wrong, right]).toEqual([false, true]);
    expect(await read(company)).toEqual(theirs);
  });

  it('left over goes to one of many that take it over at once', async () => {
    const company = ++companies;
    await claim(company, mine);
    const rivals = Array.from({ length: 10 }, (_, index) => ({
      ...theirs,
      subscriptionId: `r${index}`,
    }));

    const answers = await Promise.all(rivals.map((rival) => claim(company, rival, mine)));

    expect(answers.filter(Boolean).length).toBe(1);
    expect(await read(company)).toEqual(rivals[answers.indexOf(true)]);
  });

  it('is released by its holder only', async () => {
    const company = ++companies;
    await claim(company, mine);
    const release = (id: string) => edge.releaseUrl(client, table, company, 'hash', id);

    const answers = [
      await release('sub_theirs'),
      await release('sub_mine'),
      await release('sub_mine'),
    ];

    expect(answers).toEqual([false, true, false]);
    expect(await read(company)).toBeUndefined();
  });
});

describe('a write whose answer was lost, which the SDK sends again', () => {
  it('puts the subscription and says so', async () => {
    const subscription = newSubscription();
    proxy.losses = 1;

    const answer = await put(subscription);

    expect(answer).toBe(true);
    expect(proxy.losses).toBe(0);
    expect(await list(subscription.companyId)).toEqual([subscription]);
  });

  it('claims the URL and says so', async () => {
    const company = ++companies;
    proxy.losses = 1;

    const claimed = await edge.claimUrl(client, table, company, 'hash', {
      subscriptionId: 'sub_mine',
      claimedAt: now,
    });

    expect(claimed).toBe(true);
    expect(proxy.losses).toBe(0);
  });
});
