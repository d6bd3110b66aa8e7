// The feed: a company's events in the order of their arrival, for a receiver that wants to know what it missed.
import * as z from 'zod';
import {
  arrivalPattern,
  type FeedPage,
  type FeedRange,
} from '../../../shared/events-feed-table.ts';
import { pageBytesMax, pageItemsMax } from '../../../shared/limits.ts';
import { callbackBody, callbackOf } from '../log/event-json.ts';
import { cursorOf, nextCursor, pageQuery, positionIn } from '../page.ts';
import { company } from '../parameters.ts';
import { defineRoute, type Route } from '../route.ts';

export interface FeedDeps {
  listEvents(companyId: number, range: FeedRange): Promise<FeedPage>;
  /** How old an event is when it is listed: no later one can still come before it. */
  readonly feedDelayMs: number;
  now(): Date;
}

const feedEventJson = z.strictObject({
  id: z.string(),
  type: z.string(),
  arrived_at: z.iso.datetime(),
  erased: z.boolean(),
  callback: callbackBody,
});

export const feedRoutes: readonly Route<FeedDeps>[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/companies/{company_id}/events',
    id: 'listEvents',
    tag: 'Events',
    summary: "A company's events, in the order of their arrival",
    description:
      'Every event of the last 30 days once, tests excepted, a minute after it came: whoever goes on from ' +
      '`resume_cursor` meets each event that was, or should have been, pushed. Callbacks are given in full, whatever ' +
      'a subscription takes, private comments too: what of it a receiver may see is for the caller to say. An erased ' +
      'event is listed without its callback.',
    params: company,
    query: z.strictObject({
      after: z
        .string()
        .max(1_024)
        .optional()
        .describe('`next_cursor` or `resume_cursor` of a page before.'),
      limit: pageQuery.limit,
    }),
    answers: {
      200: {
        description: 'A page of them.',
        schema: z.strictObject({
          events: z.array(feedEventJson),
          next_cursor: nextCursor,
          resume_cursor: z
            .string()
            .nullable()
            .describe(
              'Where this page ends, on the last one too. Null where nothing was ever listed.',
            ),
        }),
      },
    },
    handle: async (deps: FeedDeps, { params, query }) => {
      const list = ['feed', params.company_id];
      const after = positionIn(list, query.after, [arrivalPattern], 'after')?.[0];
      const { events, end, isLast } = await deps.listEvents(params.company_id, {
        ...(after !== undefined && { after }),
        before: new Date(deps.now().getTime() - deps.feedDelayMs),
        limit: query.limit ?? pageItemsMax,
        bytesMax: pageBytesMax,
      });
      const cursor = end === undefined ? null : cursorOf(list, [end]);
      return {
        status: 200,
        body: {
          events: events.map((event) => ({
            id: event.id,
            type: event.type,
            arrived_at: event.storedAt.toISOString(),
            erased: event.body === undefined,
            callback: callbackOf(event),
          })),
          next_cursor: isLast ? null : cursor,
          resume_cursor: cursor,
        },
      };
    },
  }),
];
