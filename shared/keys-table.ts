// The keys table: key (company#subscription). Signing secrets, apart from everything else.
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { fromItem, type Item, toItem } from './row.ts';

export interface SigningKeys {
  /** Newest first: `whsec_…`. All of them sign, while they overlap. */
  readonly secrets: readonly string[];
}

export const signingKeysKey = (companyId: number, subscriptionId: string) => ({
  pk: `${companyId}#${subscriptionId}`,
  sk: 'keys',
});

export const putSigningKeys = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
  keys: SigningKeys,
): Promise<void> => {
  await client.send(
    new PutItemCommand({
      TableName: table,
      Item: toItem({ ...signingKeysKey(companyId, subscriptionId), secrets: keys.secrets }),
    }),
  );
};

export const deleteSigningKeys = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
): Promise<void> => {
  await client.send(
    new DeleteItemCommand({
      TableName: table,
      Key: toItem(signingKeysKey(companyId, subscriptionId)),
    }),
  );
};

export const signingKeysOf = (item: Item): SigningKeys => {
  const { secrets } = fromItem<SigningKeys>(item);
  return { secrets };
};
