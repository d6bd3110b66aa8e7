// The settings of a subscription that choose its events, and what of them is sent: as they are given and as they are shown.
import * as z from 'zod';
import { refuseCostlyPattern } from '../../../shared/event-pattern/pattern-cost.ts';
import { InvalidPatternError } from '../../../shared/event-pattern/pattern-errors.ts';
import { encodedId, plainId } from '../../../shared/event-types/kinds.ts';
import { type EventTypeName, eventTypes } from '../../../shared/event-types.ts';
import { objectIdsMax, patternCharactersMax } from '../../../shared/limits.ts';
import type { Subscription } from '../../../shared/subscription.ts';

/**
 * The pattern's text: as it came, or of the object that came. Not a schema of an object, which could leave out a
 * key and so let pass what that key keeps back.
 */
const filter = z
  .unknown()
  .meta({
    type: ['object', 'string'],
    description:
      'An EventBridge event pattern over the full body of the callback: an object, or its JSON text. ' +
      `Refused, with the place and the reason, where it is invalid, longer than ${patternCharactersMax} characters ` +
      'or too costly: more than seven searches within a string, such as `*word*`, are.',
  })
  .transform((pattern, context): string => {
    const problem = problemOf(pattern);
    if (problem === undefined)
      return typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
    context.issues.push({ code: 'custom', message: problem, input: pattern });
    return z.NEVER;
  });

const problemOf = (pattern: unknown): string | undefined => {
  try {
    refuseCostlyPattern(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidPatternError) return error.message;
    throw error;
  }
};

/** An empty list would take nothing; who means everything leaves it out. */
const objectIds = (description: string) =>
  z
    .array(
      z.union([plainId, encodedId], {
        error: 'must be a plain id, such as 318, or an encoded one of 16 letters or digits',
      }),
    )
    .min(1)
    .max(objectIdsMax)
    .transform((ids) => [...new Set(ids)])
    .describe(description);

/** None of them must be given. Null takes back what was given before. */
export const settings = {
  filter: filter.nullable().optional(),
  vacancy_ids: objectIds('Only these job listings, of the event types that have one.')
    .nullable()
    .optional(),
  column_ids: objectIds('Only these columns, of the event types that come from one.')
    .nullable()
    .optional(),
  hired_only: z
    .boolean()
    .nullable()
    .optional()
    .describe('Of moves, only those into a column for hires.'),
  include_private_comments: z.boolean().nullable().optional().describe('Private comments too.'),
  payload: z
    .enum(['full', 'thin'])
    .nullable()
    .optional()
    .describe('`thin`: of `data`, ids and public links only.'),
};

const givenSettings = z.object(settings);

/** Has the settings that were given, and no others: those that were taken back, as undefined. */
export const settingsFrom = (given: z.output<typeof givenSettings>): Partial<Subscription> => ({
  ...(given.filter !== undefined && { filter: given.filter ?? undefined }),
  ...(given.vacancy_ids !== undefined && { vacancyIds: given.vacancy_ids ?? undefined }),
  ...(given.column_ids !== undefined && { columnIds: given.column_ids ?? undefined }),
  ...(given.hired_only !== undefined && { hiredOnly: given.hired_only ?? undefined }),
  ...(given.include_private_comments !== undefined && {
    includePrivateComments: given.include_private_comments ?? undefined,
  }),
  ...(given.payload !== undefined && { payload: given.payload ?? undefined }),
});

const shownIds = z.array(z.union([plainId, encodedId])).nullable();

export const shownSettings = {
  filter: z.string().nullable().describe('JSON text. Null: every event.'),
  vacancy_ids: shownIds,
  column_ids: shownIds,
  hired_only: z.boolean(),
  include_private_comments: z.boolean(),
  payload: z.enum(['full', 'thin']),
  versions: z
    .record(z.string(), z.int().min(1))
    .describe(
      'The version of `data` that it gets of each event type: the newest when it was made, and kept since. ' +
        'An event that was published in an earlier version is sent as it was.',
    ),
};

export const showSettings = (subscription: Subscription) => ({
  filter: subscription.filter ?? null,
  vacancy_ids: subscription.vacancyIds ?? null,
  column_ids: subscription.columnIds ?? null,
  hired_only: subscription.hiredOnly ?? false,
  include_private_comments: subscription.includePrivateComments ?? false,
  payload: subscription.payload ?? 'full',
  versions: versionsOf(subscription),
});

/** Of every type, also of those that a change may add: so that no change of the subscription changes them. */
const versionsOf = ({ versions }: Subscription): Record<string, number> =>
  Object.fromEntries(
    Object.keys(eventTypes).map((type) => [type, versions?.[type as EventTypeName] ?? 1]),
  );
