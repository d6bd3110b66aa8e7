// Time passes for one company: every instant in its rows moves back by as much.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../shared/row.ts';
import type { TestStack } from '../../local/support/local-stack.ts';
import { type PlacedRow, writeAll } from './placed-rows.ts';

/** Alone, or before the id of an event that arrived then. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?=$|#)/;

/** Where nothing is under way: rows are read and written whole. Expiry is left alone, as days do not matter here. */
export const passTime = async (
  stack: TestStack,
  rows: readonly PlacedRow[],
  ms: number,
): Promise<void> => {
  if (ms <= 0) return;
  // A place in the feed has its instant in its key.
  const places = rows.filter(({ item }) => instant.test(item.sk!.S!));
  await writeAll(stack, [
    ...places.map(({ table, item: { pk, sk } }) => ({ table, key: { pk: pk!, sk: sk! } })),
    ...rows.map(({ table, item }) => ({ table, item: earlier(item, ms) })),
  ]);
};

/** When the sweep has to look at one of these rows next. */
export const nextTimer = (rows: readonly PlacedRow[]): Date | undefined => {
  const times = rows.map(({ item }) => item.due_at?.S).filter((at) => at !== undefined);
  return times.length === 0 ? undefined : new Date(times.sort()[0]!);
};

const earlier = (item: Item, ms: number): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, earlierValue(value, ms)]));

const earlierValue = (value: AttributeValue, ms: number): AttributeValue => {
  if (value.S !== undefined) {
    return {
      S: value.S.replace(instant, (text) => new Date(Date.parse(text) - ms).toISOString()),
    };
  }
  if (value.L !== undefined) return { L: value.L.map((each) => earlierValue(each, ms)) };
  return value.M === undefined ? value : { M: earlier(value.M, ms) };
};
