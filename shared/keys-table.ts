// The keys table: key (company#subscription). What must stay secret of a subscription, apart from everything else.
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { CustomHeaders } from './custom-headers.ts';
import { subscriptionPartition } from './identifiers.ts';
import type { DatedKey } from './key-rotation.ts';
import { dated, fromItem, getItem, type Item, succeeds, toItem } from './row.ts';

export interface SigningKeys {
  /** Newest first. */
  readonly keys: readonly DatedKey[];
  readonly headers?: CustomHeaders;
}

export interface StoredKeys extends SigningKeys {
  /** Grows with every change. */
  readonly revision: number;
}

interface KeysRow {
  readonly keys: readonly {
    readonly secret: string;
    readonly expires_at?: string;
    readonly made_by?: string;
  }[];
  readonly headers?: CustomHeaders;
  readonly revision: number;
}

export const signingKeysKey = (companyId: number, subscriptionId: string) => ({
  pk: subscriptionPartition(companyId, subscriptionId),
  sk: 'keys',
});

/** Strongly consistent; undefined where the subscription is deleted, or never was. */
export const getSigningKeys = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
): Promise<StoredKeys | undefined> => {
  const item = await getItem(client, table, signingKeysKey(companyId, subscriptionId));
  return item && signingKeysOf(item);
};

/** Writes the keys of a subscription that is being created. */
export const putSigningKeys = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
  keys: SigningKeys,
): Promise<void> => {
  const Item = toItem(toRow(companyId, subscriptionId, { ...keys, revision: 1 }));
  await client.send(new PutItemCommand({ TableName: table, Item }));
};

/** Changes the keys that were read at this revision. False where they changed since, or are deleted. */
export const replaceSigningKeys = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
  { revision, ...keys }: StoredKeys,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem(toRow(companyId, subscriptionId, { ...keys, revision: revision + 1 })),
        ConditionExpression: 'revision = :read',
        ExpressionAttributeValues: toItem({ ':read': revision }),
      }),
    ),
  );

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

export const signingKeysOf = (item: Item): StoredKeys => {
  const { keys, headers, revision } = fromItem<KeysRow>(item);
  return {
    keys: keys.map(({ secret, expires_at, made_by }) => ({
      secret,
      ...dated('expiresAt', expires_at),
      ...(made_by !== undefined && { madeBy: made_by }),
    })),
    ...(headers && { headers }),
    revision,
  };
};

const toRow = (companyId: number, subscriptionId: string, stored: StoredKeys) =>
  ({
    ...signingKeysKey(companyId, subscriptionId),
    keys: stored.keys.map(({ secret, expiresAt, madeBy }) => ({
      secret,
      expires_at: expiresAt?.toISOString(),
      made_by: madeBy,
    })),
    headers: stored.headers && mapsOf(stored.headers),
    revision: stored.revision,
  }) satisfies Omit<KeysRow, 'headers'> & ReturnType<typeof signingKeysKey> & { headers?: unknown };

/** Maps, whose keys may be any: of an object the SDK looks at `constructor`, which may be a header's name. */
const mapsOf = (headers: CustomHeaders): ReadonlyMap<string, ReadonlyMap<string, string>> =>
  new Map(
    Object.entries(headers).map(([origin, values]) => [origin, new Map(Object.entries(values))]),
  );
