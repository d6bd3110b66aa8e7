// The keys table over DynamoDB's protocol: written by admin, read by deliver in a batch.
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  deleteSigningKeys,
  getSigningKeys,
  putSigningKeys,
  replaceSigningKeys,
  type SigningKeys,
} from '../../shared/keys-table.ts';
import { type LossyDynamoDb, startLossyDynalite } from '../support/lossy-dynalite.ts';

let dynamodb: LossyDynamoDb;
beforeAll(async () => {
  dynamodb = await startLossyDynalite();
});
afterAll(() => dynamodb.close());

let subscriptions = 0;
const newId = () => `sub_${String(subscriptions++).padStart(23, '0')}`;

const only = (secret: string): SigningKeys => ({ keys: [{ secret }] });
const read = (companyId: number, id: string) =>
  getSigningKeys(dynamodb.client, dynamodb.tables.keys, companyId, id);
const put = (companyId: number, id: string, keys: SigningKeys) =>
  putSigningKeys(dynamodb.client, dynamodb.tables.keys, companyId, id, keys);
const replace = (companyId: number, id: string, keys: SigningKeys, revision: number) =>
  replaceSigningKeys(dynamodb.client, dynamodb.tables.keys, companyId, id, { ...keys, revision });

it('gives back keys in their order, with their ends and makers, and headers by origin', async () => {
  const id = newId();
  const keys: SigningKeys = {
    keys: [
      { secret: 'whsec_new', madeBy: 'request' },
      { secret: 'whsk_old', expiresAt: new Date('2026-11-25T09:00:00Z') },
    ],
    headers: { 'https://receiver.example': { 'X-Api-Key': 'a b', constructor: 'Ford' } },
  };

  await put(318, id, keys);

  expect(await read(318, id)).toEqual({ ...keys, revision: 1 });
});

it("keeps one company's keys from another's of the same subscription id", async () => {
  const id = newId();
  await put(318, id, only('whsec_ours'));

  const theirs = await read(31, id);

  expect(theirs).toBeUndefined();
});

it('forgets deleted keys, and deletes them twice without complaint', async () => {
  const id = newId();
  await put(318, id, only('whsec_gone'));

  await deleteSigningKeys(dynamodb.client, dynamodb.tables.keys, 318, id);
  await deleteSigningKeys(dynamodb.client, dynamodb.tables.keys, 318, id);

  expect(await read(318, id)).toBeUndefined();
});

it('takes one of two changes that were made to the same keys', async () => {
  const id = newId();
  await put(318, id, only('whsec_first'));

  const taken = await Promise.all([
    replace(318, id, only('whsec_one'), 1),
    replace(318, id, only('whsec_other'), 1),
  ]);

  const winner = taken[0] ? 'whsec_one' : 'whsec_other';
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await read(318, id)).toEqual({ ...only(winner), revision: 2 });
});

it('takes a change whose answer was lost for another’s: who made it finds it there', async () => {
  const id = newId();
  await put(318, id, only('whsec_first'));
  dynamodb.losses = 1;

  const mine = { keys: [{ secret: 'whsec_mine', madeBy: 'request' }], revision: 1 };
  const taken = await replaceSigningKeys(dynamodb.client, dynamodb.tables.keys, 318, id, mine);

  expect(taken).toBe(false);
  expect(await read(318, id)).toEqual({ ...mine, revision: 2 });
});

it('brings no deleted keys back', async () => {
  const id = newId();
  await put(318, id, only('whsec_gone'));
  await deleteSigningKeys(dynamodb.client, dynamodb.tables.keys, 318, id);

  const taken = await replace(318, id, only('whsec_new'), 1);

  expect(taken).toBe(false);
  expect(await read(318, id)).toBeUndefined();
});
