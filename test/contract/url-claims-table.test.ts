// The claims of URLs over DynamoDB's protocol: one holder each, whoever asks at the same time.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimUrl, getUrlClaim, releaseUrl, type UrlClaim } from '../../shared/url-claims-table.ts';
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
const table = 'subscriptions';

describe('the claim of a URL', () => {
  const mine = { subscriptionId: 'sub_mine', claimedAt: now, revision: 1 };
  const theirs = { subscriptionId: 'sub_theirs', claimedAt: now, revision: 1 };
  const claim = (companyId: number, what: UrlClaim, instead?: UrlClaim) =>
    claimUrl(client, table, companyId, 'hash', what, instead);
  const read = (companyId: number) => getUrlClaim(client, table, companyId, 'hash');

  it('is one subscription’s, and each company has its own', async () => {
    const [ours, others] = [++companies, ++companies];

    const answers = [
      await claim(ours, mine),
      await claim(ours, theirs),
      await claim(others, theirs),
    ];

    expect(answers).toEqual([true, false, true]);
    expect(await read(ours)).toEqual(mine);
  });

  it('is taken over from the holder that is named, and from nobody else', async () => {
    const company = ++companies;
    await claim(company, mine);

    const wrong = await claim(company, theirs, { ...mine, subscriptionId: 'sub_other' });
    const old = await claim(company, theirs, { ...mine, claimedAt: later });
    const right = await claim(company, theirs, mine);

    expect([wrong, old, right]).toEqual([false, false, true]);
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
    const release = (id: string) => releaseUrl(client, table, company, 'hash', { id, revision: 1 });

    const answers = [
      await release('sub_theirs'),
      await release('sub_mine'),
      await release('sub_mine'),
    ];

    expect(answers).toEqual([false, true, false]);
    expect(await read(company)).toBeUndefined();
  });

  it('made for a later revision outlives the release of an earlier one', async () => {
    const company = ++companies;
    await claim(company, mine);
    await claim(company, { ...mine, revision: 3 });
    const release = (revision: number) =>
      releaseUrl(client, table, company, 'hash', { id: 'sub_mine', revision });

    const answers = [await release(2), await release(3)];

    expect(answers).toEqual([false, true]);
  });

  it('whose answer was lost is the claimant’s all the same', async () => {
    dynamodb.losses = 1;

    const claimed = await claim(++companies, mine);

    expect([claimed, dynamodb.losses]).toEqual([true, 0]);
  });
});
