// Requests with an idempotency key, as rows of the subscriptions table: key (company, `request#` + hash).
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { idempotencyDays } from './limits.ts';
import { expirySeconds, fromItem, isConditionFailure, toItem } from './row.ts';

export interface RequestName {
  /** The company; `operations` for requests of none. */
  readonly scope: string;
  readonly hash: string;
}

export interface RequestState {
  readonly requestHash: string;
  /** Ids of what it made; undefined while it is under way. */
  readonly reference?: Readonly<Record<string, string>>;
  readonly leasedUntil: Date;
}

export interface RequestBeginning {
  readonly requestHash: string;
  /** Of this very try: the SDK repeats a write whose answer was lost, and finds its own row. */
  readonly token: string;
  readonly now: Date;
  readonly leasedUntil: Date;
}

interface RequestRow {
  readonly request_hash: string;
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
  { requestHash, token, now, leasedUntil }: RequestBeginning,
): Promise<RequestState | undefined> => {
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem({
          ...requestKey(name),
          request_hash: requestHash,
          token,
          leased_until: leasedUntil.toISOString(),
          expires_at: expirySeconds(now, idempotencyDays),
        }),
        ConditionExpression:
          'attribute_not_exists(pk) OR expires_at <= :seconds OR ' +
          '(request_hash = :hash AND attribute_not_exists(#reference) AND leased_until <= :now)',
        ExpressionAttributeNames: { '#reference': 'reference' },
        ExpressionAttributeValues: toItem({
          ':seconds': expirySeconds(now, 0),
          ':hash': requestHash,
          ':now': now.toISOString(),
        }),
      }),
    );
    return undefined;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: toItem(requestKey(name)), ConsistentRead: true }),
  );
  if (Item === undefined) return { requestHash, leasedUntil };
  const row = fromItem<RequestRow>(Item);
  if (row.token === token) return undefined;
  return {
    requestHash: row.request_hash,
    leasedUntil: new Date(row.leased_until),
    ...(row.reference && { reference: row.reference }),
  };
};

/** Remembers what a request made. */
export const endRequest = async (
  client: DynamoDBClient,
  table: string,
  name: RequestName,
  reference: Readonly<Record<string, string>>,
): Promise<void> => {
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: toItem(requestKey(name)),
      UpdateExpression: 'SET #reference = :reference',
      ExpressionAttributeNames: { '#reference': 'reference' },
      ExpressionAttributeValues: toItem({ ':reference': reference }),
    }),
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
