// Requests with an idempotency key, as rows of the subscriptions table: key (company, `request#` + hash).
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { idempotencyDays } from './limits.ts';
import { expirySeconds, fromItem, getItem, succeeds, toItem } from './row.ts';

export interface RequestName {
  /** The company; `operations` for requests of none. */
  readonly scope: string;
  readonly hash: string;
}

/** `begun`: this try is to make it. `known`: another try has, or is about to. */
export type RequestState = {
  /** What the request draws its ids from, the same at each try. */
  readonly seed: string;
} & (
  | { readonly kind: 'begun' }
  | {
      readonly kind: 'known';
      readonly requestHash: string;
      /** Ids of what it made; undefined while it is under way. */
      readonly reference?: Readonly<Record<string, string>>;
    }
);

export interface RequestBeginning {
  readonly requestHash: string;
  /** Taken where no try came before. */
  readonly seed: string;
  /** Of this very try: the SDK repeats a write whose answer was lost, and finds its own row. */
  readonly token: string;
  readonly now: Date;
  readonly leasedUntil: Date;
}

interface RequestRow {
  readonly request_hash: string;
  readonly seed: string;
  readonly token: string;
  readonly reference?: Readonly<Record<string, string>>;
  readonly leased_until: string;
}

const requestKey = ({ scope, hash }: RequestName) => ({ pk: scope, sk: `request#${hash}` });

/**
 * Begins a request: one that is new or forgotten, or the same one again where it was cut off and its lease is
 * over. Otherwise gives what is known of it.
 */
export const beginRequest = async (
  client: DynamoDBClient,
  table: string,
  name: RequestName,
  beginning: RequestBeginning,
): Promise<RequestState> => {
  const { requestHash, seed, token, now } = beginning;
  const isNew = await putRequest(client, table, name, beginning, {
    ConditionExpression: 'attribute_not_exists(pk) OR expires_at <= :seconds',
    ExpressionAttributeValues: toItem({ ':seconds': expirySeconds(now, 0) }),
  });
  if (isNew) return { kind: 'begun', seed };
  const row = await getRequest(client, table, name);
  if (row === undefined) return { kind: 'known', seed, requestHash };
  const isCutOff =
    row.request_hash === requestHash &&
    row.reference === undefined &&
    row.leased_until <= now.toISOString();
  const isMine =
    row.token === token ||
    (isCutOff &&
      (await putRequest(
        client,
        table,
        name,
        { ...beginning, seed: row.seed },
        {
          ConditionExpression: '#token IN (:theirs, :mine)',
          ExpressionAttributeNames: { '#token': 'token' },
          ExpressionAttributeValues: toItem({ ':theirs': row.token, ':mine': token }),
        },
      )));
  return {
    seed: row.seed,
    ...(isMine
      ? { kind: 'begun' }
      : { kind: 'known', requestHash: row.request_hash, reference: row.reference }),
  };
};

/** False where the condition does not hold. */
const putRequest = async (
  client: DynamoDBClient,
  table: string,
  name: RequestName,
  { requestHash, seed, token, now, leasedUntil }: RequestBeginning,
  condition: Partial<PutItemCommandInput>,
): Promise<boolean> => {
  const row: RequestRow = {
    request_hash: requestHash,
    seed,
    token,
    leased_until: leasedUntil.toISOString(),
  };
  const Item = toItem({
    ...requestKey(name),
    ...row,
    expires_at: expirySeconds(now, idempotencyDays),
  });
  return succeeds(() => client.send(new PutItemCommand({ TableName: table, Item, ...condition })));
};

const getRequest = async (
  client: DynamoDBClient,
  table: string,
  name: RequestName,
): Promise<RequestRow | undefined> => {
  const item = await getItem(client, table, requestKey(name));
  return item && fromItem<RequestRow>(item);
};

/** Remembers what a request made; nothing where the request was removed with its company. */
export const endRequest = async (
  client: DynamoDBClient,
  table: string,
  name: RequestName,
  reference: Readonly<Record<string, string>>,
): Promise<void> => {
  await succeeds(() =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toItem(requestKey(name)),
        UpdateExpression: 'SET #reference = :reference',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#reference': 'reference' },
        ExpressionAttributeValues: toItem({ ':reference': reference }),
      }),
    ),
  );
};

/** Lets a request that made nothing be sent again, whatever it says then. */
export const forgetRequest = async (
  client: DynamoDBClient,
  table: string,
  name: RequestName,
): Promise<void> => {
  await client.send(new DeleteItemCommand({ TableName: table, Key: toItem(requestKey(name)) }));
};
