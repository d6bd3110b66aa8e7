// From the text of a queue message to an event, and from an event to the bytes that every company receives.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { PoisonError } from './errors.ts';
import {
  type EventTypeName,
  eventTypes,
  isEventTypeName,
  isRoutedEventTypeName,
  publishedTypeOf,
} from './event-types.ts';
import { findJsonProblem } from './find-json-problem.ts';
import { identifierPattern, subscriptionIdPattern } from './identifiers.ts';
import { companyIdMax, eventBytesMax, eventDepthMax } from './limits.ts';
import { sentenceOf } from './sentence-of.ts';

export interface AtsEvent {
  readonly id: string;
  readonly type: EventTypeName;
  /** ISO 8601, UTC: when it happened in the ATS. */
  readonly timestamp: string;
  readonly companyId: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Of `data`: the catalogue's version of the type when the event was published. @default 1 */
  readonly version?: number;
  /** Plain and encoded ids of each object, where the ATS gives them. */
  readonly ids?: Readonly<Record<string, unknown>>;
  /** Set on a test: the one subscription that gets it, and as which type, its own or one derived from it. */
  readonly test?: { readonly subscriptionId: string; readonly type: EventTypeName };
  /** When the bus took it, in whole seconds. Undefined where it is replayed: that time is long ago. */
  readonly putAt?: Date;
}

/** Passed on as it came, `__proto__` and all: a record of zod's would leave that key out. */
const jsonObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

/** The envelope is strict; `data` is not: a surprising null must not hold back a hire. */
const detailSchema = z.strictObject({
  id: z.string().regex(identifierPattern, 'must match [A-Za-z0-9_-]{1,64}'),
  timestamp: z.iso.datetime({
    error: 'must be an ISO 8601 instant in UTC, such as 2026-10-10T09:16:00.120Z',
  }),
  company_id: z.int().positive().max(companyIdMax),
  data: jsonObject,
  /** Also of objects that the catalogue does not know yet; but what stands for an id must be one. */
  ids: jsonObject
    .check((context) => {
      for (const path of misplacedIn(context.value)) {
        const message =
          path.length === 1 ? 'must be an object of ids' : 'must be a string or a number';
        context.issues.push({ code: 'custom', message, path, input: context.value });
      }
    })
    .optional(),
  version: z.int().positive().optional(),
  test: z
    .strictObject({
      subscription_id: z.string().regex(subscriptionIdPattern, 'must be the id of a subscription'),
      event_type: z.string().refine(isEventTypeName, 'is not an event type'),
    })
    .optional(),
});

/** The places in `ids` that hold something else than objects of strings and numbers. */
const misplacedIn = (ids: Readonly<Record<string, unknown>>): string[][] =>
  Object.entries(ids).flatMap(([name, pair]) => {
    if (typeof pair !== 'object' || pair === null || Array.isArray(pair)) return [[name]];
    return Object.entries(pair)
      .filter(([, id]) => typeof id !== 'string' && typeof id !== 'number')
      .map(([kind]) => [name, kind]);
  });

const envelopeSchema = z
  .object({
    'detail-type': z
      .string()
      .refine(isRoutedEventTypeName, 'is not an event type that the ATS publishes'),
    detail: detailSchema,
    // The bus's own, and no reason to refuse an event.
    time: z.iso.datetime().optional().catch(undefined),
    'replay-name': z.unknown().optional(),
  })
  .refine(({ 'detail-type': type, detail }) => isTestOf(type, detail.test?.event_type), {
    path: ['detail', 'test', 'event_type'],
    error: 'is neither the type of this event nor one derived from it',
  });

const isTestOf = (type: string, tested: string | undefined): boolean =>
  tested === undefined || publishedTypeOf(tested as EventTypeName) === type;

/** Characters of a reason: names of unknown fields are in it, and an event may have a thousand. */
const reasonCharactersMax = 500;

/**
 * Reads what EventBridge put into a queue.
 * @throws PoisonError INVALID_EVENT with the paths and problems, EVENT_TOO_LARGE with the size
 */
export const readEvent = (queueBody: string): AtsEvent => {
  const envelope = parseJson(queueBody);
  const parsed = envelopeSchema.safeParse(envelope, { error: sentenceOf });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'event'}: ${issue.message}`,
    );
    throw new PoisonError('INVALID_EVENT', problems.join('; ').slice(0, reasonCharactersMax));
  }
  const { detail, time, 'replay-name': replay } = parsed.data;
  const type = parsed.data['detail-type'] as EventTypeName;
  const bytes = Buffer.byteLength(JSON.stringify(detail));
  if (bytes > eventBytesMax) {
    throw new PoisonError(
      'EVENT_TOO_LARGE',
      `detail: ${bytes} bytes; at most ${eventBytesMax} are taken`,
    );
  }
  const { version } = eventTypes[type];
  if (detail.version !== undefined && detail.version > version) {
    throw new PoisonError(
      'INVALID_EVENT',
      `detail.version: ${type} has no version ${detail.version} here, only ${version}; deploy Rappel before what publishes the next`,
    );
  }
  return {
    id: detail.id,
    type,
    timestamp: detail.timestamp,
    companyId: detail.company_id,
    data: detail.data,
    ...(detail.version !== undefined && { version: detail.version }),
    ...(detail.ids && { ids: detail.ids }),
    ...(detail.test && {
      test: {
        subscriptionId: detail.test.subscription_id,
        type: detail.test.event_type as EventTypeName,
      },
    }),
    ...(time !== undefined && replay === undefined && { putAt: new Date(time) }),
  };
};

/** The version that an event's data have, whatever the catalogue has by now. */
export const versionOf = ({ version = 1 }: AtsEvent): number => version;

/** The callback's body, in the documented order of fields: what filters look at. */
export const callbackOf = (event: AtsEvent) => ({
  id: event.id,
  type: event.type,
  event: eventTypes[event.type].legacyName,
  timestamp: event.timestamp,
  company_id: event.companyId,
  test: event.test !== undefined,
  data: event.data,
  ids: event.ids,
});

/** The body's bytes, without `ids` where there are none. These are stored, signed and sent. */
export const renderCallback = (event: AtsEvent): Uint8Array =>
  Buffer.from(JSON.stringify(callbackOf(event)));

/**
 * Hex SHA-256 of what the ATS said: tells a repeated event from an id used twice. The order of keys says
 * nothing in JSON, and a publisher that puts an event again may write them in another. A test is told by its id
 * alone: the same one, put again, has a time of its own.
 */
export const fingerprintOf = (event: AtsEvent): string =>
  createHash('sha256')
    .update(canonical(event.test ? [event.type, event.test] : saidBy(event)))
    .digest('hex');

const saidBy = (event: AtsEvent): readonly unknown[] => [
  event.type,
  event.timestamp,
  event.data,
  event.ids ?? null,
  versionOf(event),
];

/** JSON with the keys in order. Recursive, so for events only whose depth was checked. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
};

/** One level is the queue message's own, around `Detail`. */
const queueBodyDepthMax = eventDepthMax + 1;

const parseJson = (text: string): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const hint = text.startsWith('\uFEFF') ? ': it begins with a byte order mark' : '';
    throw new PoisonError('INVALID_EVENT', `event: is not JSON${hint}`, { cause });
  }
  const found = findJsonProblem(text, queueBodyDepthMax);
  if (found !== undefined) {
    const { path, problem } = found;
    throw new PoisonError(
      'INVALID_EVENT',
      `${path.slice(0, reasonCharactersMax) || 'event'}: ${problem}`,
    );
  }
  return value;
};
