// Rows by their keys, strongly consistent: of one table or several, and however often DynamoDB hands some keys back.
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { backOff } from './back-off.ts';
import { PartialFailureError } from './errors.ts';
import { type Item, type RowKey, toItem } from './row.ts';

export interface RowPlace extends RowKey {
  readonly table: string;
}

/** Keys of one BatchGetItem request.
 *  https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const keysMax = 100;

/** Rounds of one request, over most of a second. An answer ends at 16 MB: a hundred rows of 400 KB take three. */
const roundsMax = 6;

/**
 * Finds a row by its key; undefined where there is none.
 * @throws PartialFailureError where DynamoDB leaves keys unread, round after round
 */
export const getRows = async (
  client: DynamoDBClient,
  table: string,
  keys: readonly RowKey[],
): Promise<(key: RowKey) => Item | undefined> => {
  const find = await getPlacedRows(
    client,
    keys.map(({ pk, sk }) => ({ table, pk, sk })),
  );
  return ({ pk, sk }) => find({ table, pk, sk });
};

/** The same, of several tables. Each key is asked for once: DynamoDB refuses a request that names one twice. */
export const getPlacedRows = async (
  client: DynamoDBClient,
  places: readonly RowPlace[],
): Promise<(place: RowPlace) => Item | undefined> => {
  const found = new Map<string, Item>();
  const distinct = [...new Map(places.map((place) => [nameOf(place), place])).values()];
  for (let from = 0; from < distinct.length; from += keysMax) {
    const rows = await readAll(client, distinct.slice(from, from + keysMax));
    for (const [name, row] of rows) found.set(name, row);
  }
  return (place) => found.get(nameOf(place));
};

const readAll = async (
  client: DynamoDBClient,
  places: readonly RowPlace[],
): Promise<[string, Item][]> => {
  const found: [string, Item][] = [];
  let left = requestItems(places);
  for (let round = 1; Object.keys(left).length > 0; round += 1) {
    if (round > roundsMax) {
      const tables = Object.keys(left).join(', ');
      throw new PartialFailureError(`${tables}: keys were left unread in ${roundsMax} rounds`);
    }
    if (round > 1) await backOff(round - 1);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: left }),
    );
    for (const [table, rows] of Object.entries(Responses ?? {})) {
      for (const row of rows) {
        found.push([nameOf({ table, pk: `${row.pk?.S}`, sk: `${row.sk?.S}` }), row]);
      }
    }
    left = (UnprocessedKeys ?? {}) as typeof left;
  }
  return found;
};

const nameOf = ({ table, pk, sk }: RowPlace): string => `${table}|${pk}|${sk}`;

const requestItems = (
  places: readonly RowPlace[],
): Record<string, { Keys: Item[]; ConsistentRead: boolean }> =>
  Object.fromEntries(
    [...Map.groupBy(places, ({ table }) => table)].map(([table, group]) => [
      table,
      { Keys: group.map(({ pk, sk }) => toItem({ pk, sk })), ConsistentRead: true },
    ]),
  );
