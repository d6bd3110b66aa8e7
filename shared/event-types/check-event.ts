// One event of the ATS's code, made into the text that goes on the bus, or refused with every reason.
import * as z from 'zod';
import {
  eventTypes,
  isRoutedEventTypeName,
  type RoutedEventTypeName,
  routedEventTypes,
} from '../event-types.ts';
import { findJsonProblem } from '../find-json-problem.ts';
import { identifierPattern } from '../identifiers.ts';
import { companyIdMax, eventBytesMax, eventDepthMax } from '../limits.ts';
import {
  type Deviation,
  deviationsFrom,
  findDeviations,
  pathCharactersMax,
  within,
} from './find-deviations.ts';
import { type EventIds, ids as idsSchema } from './ids.ts';
import { instant, plainId } from './kinds.ts';
import { findForbidden } from './strip-forbidden.ts';

/** What `data` is for a type. */
export type EventData<Type extends keyof typeof eventTypes> = z.infer<
  (typeof eventTypes)[Type]['data']
>;

/** An event as the ATS's code says it. What a field of `data` means is in the catalogue. */
export type NewEvent<Type extends RoutedEventTypeName = RoutedEventTypeName> = {
  [Each in Type]: {
    readonly type: Each;
    /** The plain id of the company that the event belongs to. */
    readonly companyId: number;
    readonly data: EventData<Each>;
    /** When it happened, not when it is published. @default now */
    readonly timestamp?: Date;
    /**
     * With an id (`[A-Za-z0-9_-]{1,64}`) and a timestamp from your own record of the event, publishing again
     * after a crash makes no second event. @default a random one
     */
    readonly id?: string;
    readonly ids?: EventIds;
  };
}[Type];

export type RefusalCode = 'INVALID_EVENT' | 'EVENT_TOO_LARGE';

export type CheckedEvent =
  | { readonly ok: true; readonly type: RoutedEventTypeName; readonly detail: string }
  | {
      readonly ok: false;
      readonly code: RefusalCode;
      /** Paths within `Detail`: `data.candidate.email`. Never a value. */
      readonly problems: readonly Deviation[];
    };

/** An event whose id and timestamp are settled. */
export type SettledEvent = NewEvent & { readonly id: string; readonly timestamp: Date };

/** Never throws for what an event holds. */
export const checkEvent = (event: SettledEvent): CheckedEvent => {
  const { id, type, timestamp, companyId, data, ids } = event;
  const version = versionToSay(type);
  const detail = toJson({ id, timestamp, company_id: companyId, data, ids, version });
  if (detail === undefined) return { ok: false, code: 'INVALID_EVENT', problems: [notJson] };
  const bytes = Buffer.byteLength(detail);
  if (bytes > eventBytesMax) {
    const problem = `is ${bytes} bytes; at most ${eventBytesMax} are taken`;
    return { ok: false, code: 'EVENT_TOO_LARGE', problems: [{ path: '', problem }] };
  }
  const malformed = findJsonProblem(detail, eventDepthMax);
  if (malformed) {
    const path = malformed.path.toWellFormed().slice(0, pathCharactersMax);
    return { ok: false, code: 'INVALID_EVENT', problems: [{ ...malformed, path }] };
  }
  const problems = problemsOf(type, JSON.parse(detail));
  return problems.length === 0
    ? { ok: true, type, detail }
    : { ok: false, code: 'INVALID_EVENT', problems };
};

/** The catalogue's version, once a type has a second one: what `data` is held to here. */
const versionToSay = (type: RoutedEventTypeName): number | undefined =>
  isRoutedEventTypeName(type) && eventTypes[type].version > 1
    ? eventTypes[type].version
    : undefined;

const notJson = {
  path: 'data',
  problem: 'cannot be written as JSON: it has a cycle, a BigInt or no end of nesting',
};

/** Characters that stand for none, and that SQS refuses, a dead-letter queue too: text of a document may hold them.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const noCharacters = /[\uFFFE\uFFFF]/g;

/** JSON leaves them as they are. In their place comes the character for what cannot be shown. */
const toJson = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value)?.replaceAll(noCharacters, '\uFFFD');
  } catch {
    return undefined;
  }
};

/** What is outside `data`: what passes here, fan-out takes. */
const envelope = z.object({
  id: z.string().regex(identifierPattern, 'must match [A-Za-z0-9_-]{1,64}'),
  timestamp: instant,
  company_id: plainId.max(companyIdMax),
  ids: idsSchema.optional(),
});

/** Looks at what a receiver would read, not at the caller's objects: a Date is its text, a NaN is null. */
const problemsOf = (type: unknown, detail: { readonly data?: unknown }): Deviation[] => {
  const forbidden = findForbidden(detail).map((path) => ({ path, problem: 'must never leave' }));
  return isRoutedEventTypeName(type)
    ? [
        ...deviationsFrom(envelope, detail),
        ...forbidden,
        ...within('data', findDeviations(type, detail.data)),
      ]
    : [{ path: 'type', problem: `must be one of ${routedEventTypes.join(', ')}` }];
};
