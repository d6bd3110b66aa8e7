// Rows of one table by their keys, strongly consistent: however many, and however often DynamoDB hands some back.
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PartialFailureError } from './errors.ts';
import { type Item, toItem } from './row.ts';

export interface RowKey {
  readonly pk: string;
  readonly sk: string;
}

/** Keys of one BatchGetItem request.
 *  https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const keysMax = 100;

/** Rounds of one request: an answer ends at 16 MB, which a hundred rows of 400 KB take three times. */
const roundsMax = 8;

/**
 * Finds a row by its key; undefined where there is none.
 * @throws PartialFailureError where DynamoDB leaves keys unread, round after round
 */
export const getRows = async (
  client: DynamoDBClient,
  table: string,
  keys: readonly RowKey[],
): Promise<(key: RowKey) => Item | undefined> => {
  const found = new Map<string, Item>();
  const distinct = [...new Map(keys.map(({ pk, sk }) => [nameOf(pk, sk), { pk, sk }])).values()];
  for (let from = 0; from < distinct.length; from += keysMax) {
    let left: Item[] = distinct.slice(from, from + keysMax).map(toItem);
    for (let round = 0; left.length > 0; round += 1) {
      if (round === roundsMax) throw new PartialFailureError(`${table}: keys were left unread`);
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({
          RequestItems: { [table]: { Keys: left, ConsistentRead: true } },
        }),
      );
      for (const row of Responses?.[table] ?? []) found.set(nameOf(row.pk?.S, row.sk?.S), row);
      left = UnprocessedKeys?.[table]?.Keys ?? [];
    }
  }
  return ({ pk, sk }) => found.get(nameOf(pk, sk));
};

const nameOf = (pk: string | undefined, sk: string | undefined): string => `${pk}|${sk}`;
