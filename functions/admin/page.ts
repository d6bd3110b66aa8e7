// Pages of a list: at most a hundred items and 4 MB each, with a cursor to the next one.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { pageBytesMax, pageItemsMax } from '../../shared/limits.ts';
import { invalidRequest } from './problem.ts';

/** Names one list: route, company, and whatever else chooses its rows. A cursor of another list is refused. */
export type ListName = readonly (string | number | undefined)[];

/** Where a page ended, as the table sorts its rows. Never whose rows they are: that is the path's to say. */
export type Position = readonly string[];

/** What each part of a list's positions looks like: anything else is no key that its table could begin behind. */
export type PositionShape = readonly RegExp[];

/** An instant as the tables' sort keys have it, to be put into a pattern. */
export const instant = String.raw`[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

/** To be spread into a route's query. */
export const pageQuery = {
  cursor: z.string().max(1_024).optional().describe('`next_cursor` of the page before.'),
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, `must be 1 to ${pageItemsMax}`)
    .transform(Number)
    .optional()
    .describe(`Items at most; ${pageItemsMax} where it is not given.`),
};

/** To be put into a list's answer. */
export const nextCursor = z
  .string()
  .nullable()
  .describe('Where the next page begins; null on the last page.');

export interface PageEnd<Item> {
  readonly limit: number | undefined;
  positionOf(item: Item): Position;
  /** Where reading stopped, when rows may follow; undefined at the list's end. */
  readonly readTo?: Position;
}

/** Cuts a page from what was read. A page may be empty and not the last, where a filter left nothing of it. */
export const pageOf = <Item>(
  list: ListName,
  items: readonly Item[],
  { limit = pageItemsMax, positionOf, readTo }: PageEnd<Item>,
): { readonly items: Item[]; readonly next_cursor: string | null } => {
  const shown: Item[] = [];
  let bytes = 0;
  for (const item of items.slice(0, limit)) {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (shown.length > 0 && bytes > pageBytesMax) break;
    shown.push(item);
  }
  const last = shown.at(-1);
  const end = shown.length < items.length && last !== undefined ? positionOf(last) : readTo;
  return { items: shown, next_cursor: end === undefined ? null : cursorOf(list, end) };
};

/**
 * Where a page is to begin: after this. Undefined: at the list's beginning.
 * @throws ProblemError invalid-request for a cursor that this list did not give
 */
export const positionIn = (
  list: ListName,
  cursor: string | undefined,
  shape: PositionShape,
  parameter = 'cursor',
): Position | undefined => {
  if (cursor === undefined) return undefined;
  try {
    const parts = z
      .array(z.string())
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    const position = parts.slice(1);
    if (cursorOf(list, position) === cursor && hasShape(position, shape)) return position;
  } catch {
    // Whatever it was, it was no cursor.
  }
  const message = 'must be the `next_cursor` of the page before, with the same parameters';
  throw invalidRequest([{ path: parameter, message }]);
};

const hasShape = (position: Position, shape: PositionShape): boolean =>
  position.length === shape.length && shape.every((part, n) => part.test(position[n]!));

/** What `positionIn` reads again. */
export const cursorOf = (list: ListName, position: Position): string =>
  Buffer.from(JSON.stringify([digestOf(list, position), ...position])).toString('base64url');

/** Finds what was altered or belongs elsewhere. It is no secret, and anybody can make one: a cursor gives no right
 *  to anything. */
const digestOf = (list: ListName, position: Position): string =>
  createHash('sha256')
    .update(JSON.stringify([list.map((part) => part ?? null), position]))
    .digest('base64url')
    .slice(0, 12);
