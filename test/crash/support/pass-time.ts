// Time passes for one company: every instant in its rows moves back by as much.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TestStack } from '../../local/support/local-stack.ts';
import { type Item, type PlacedRow, writeAll } from './company.ts';

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Where nothing is under way: rows are read and written whole. Expiry is left alone, as days do not matter here. */
export const passTime = async (
  stack: TestStack,
  rows: readonly PlacedRow[],
  ms: number,
): Promise<void> => {
  if (ms <= 0) return;
  await writeAll(
    stack,
    rows.map(({ table, item }) => ({ table, item: earlier(item, ms) })),
  );
};

/** When the sweep has to look at one of these rows next. */
export const nextTimer = (rows: readonly PlacedRow[]): Date | undefined => {
  const times = rows.map(({ item }) => item.due_at?.S).filter((at) => at !== undefined);
  return times.length === 0 ? undefined : new Date(times.sort()[0]!);
};

const earlier = (item: Item, ms: number): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, earlierValue(value, ms)]));

const earlierValue = (value: AttributeValue, ms: number): AttributeValue => {
  if (value.S !== undefined && instant.test(value.S)) {
    return { S: new Date(Date.parse(value.S) - ms).toISOString() };
  }
  if (value.L !== undefined) return { L: value.L.map((each) => earlierValue(each, ms)) };
  return value.M === undefined ? value : { M: earlier(value.M, ms) };
};
