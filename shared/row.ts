// Between DynamoDB's items and plain rows. Instants are ISO texts in rows, so that a person can read them.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

export type Item = Record<string, AttributeValue>;
export type Row = Readonly<Record<string, unknown>>;

/** The primary key of a row: every table has the same two parts. */
export interface RowKey {
  readonly pk: string;
  readonly sk: string;
}

export const toItem = (row: Row): Item => marshall(row, { removeUndefinedValues: true });

/** The caller names the row's type: rows are written by this code alone. */
export const fromItem = <Type>(item: Item): Type => unmarshall(item) as Type;

/** Whether a write was refused by its condition: an answer, not a fault. */
export const isConditionFailure = (error: unknown): boolean =>
  error instanceof ConditionalCheckFailedException;

/** Seconds since 1970, as TTL wants them.
 *  https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html */
export const expirySeconds = (from: Date, days: number): number =>
  Math.floor(from.getTime() / 1000) + days * 86_400;

/**
 * Whether a row has passed its time. DynamoDB removes it within a few days of then, so every read checks.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
 */
export const hasExpired = ({ expires_at }: { readonly expires_at: number }, now: Date): boolean =>
  expires_at * 1000 <= now.getTime();

/** A field of a row that may be absent, as an instant to spread: `...dated('dueAt', row.due_at)`. */
export const dated = <Name extends string>(name: Name, text: string | undefined) =>
  (text === undefined ? {} : { [name]: new Date(text) }) as { readonly [Key in Name]?: Date };

/** Strongly consistent. As it lies there: it may have passed its time. */
export const getItem = async (
  client: DynamoDBClient,
  table: string,
  key: RowKey,
): Promise<Item | undefined> => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: toItem({ ...key }), ConsistentRead: true }),
  );
  return Item;
};

/** False where the write was refused by its condition. */
export const succeeds = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
};

/**
 * Writes a row over the revision that it was made from; 0: over none. False where another writer was first.
 * @param row with its next revision
 */
export const putOverRevision = (
  client: DynamoDBClient,
  table: string,
  row: Row,
  revision: number,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem(row),
        ConditionExpression: revision === 0 ? 'attribute_not_exists(pk)' : 'revision = :revision',
        ...(revision > 0 && { ExpressionAttributeValues: toItem({ ':revision': revision }) }),
      }),
    ),
  );
