// The keys table over DynamoDB's protocol: written by admin, read by deliver in a batch.
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  deleteSigningKeys,
  putSigningKeys,
  signingKeysKey,
  signingKeysOf,
} from '../../shared/keys-table.ts';
import { toItem } from '../../shared/row.ts';
import { startDynalite, type TestDynamoDb } from '../support/start-dynalite.ts';

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

const id = 'sub_00000000000000000000000';

const read = async (companyId: number, subscriptionId: string) => {
  const Key = toItem(signingKeysKey(companyId, subscriptionId));
  const { Item } = await dynamodb.client.send(
    new GetItemCommand({ TableName: dynamodb.tables.keys, Key, ConsistentRead: true }),
  );
  return Item && signingKeysOf(Item);
};

it('gives back the keys in their order, newest first', async () => {
  const keys = { secrets: ['whsec_new', 'whsec_old'] };

  await putSigningKeys(dynamodb.client, dynamodb.tables.keys, 318, id, keys);

  expect(await read(318, id)).toEqual(keys);
});

it("keeps one company's keys from another's of the same subscription id", async () => {
  await putSigningKeys(dynamodb.client, dynamodb.tables.keys, 318, id, { secrets: ['whsec_ours'] });

  const theirs = await read(31, id);

  expect(theirs).toBeUndefined();
});

it('forgets deleted keys, and deletes them twice without complaint', async () => {
  await putSigningKeys(dynamodb.client, dynamodb.tables.keys, 318, id, { secrets: ['whsec_gone'] });

  await deleteSigningKeys(dynamodb.client, dynamodb.tables.keys, 318, id);
  await deleteSigningKeys(dynamodb.client, dynamodb.tables.keys, 318, id);

  expect(await read(318, id)).toBeUndefined();
});
