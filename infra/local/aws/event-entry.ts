// One entry of PutEvents: what AWS refuses, and the envelope in which targets receive it.
import { randomUUID } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import { type Members, numberMember, stringList, stringMember } from './call-input.ts';

/** Entries of a request, and bytes of all of them: 1 MB since January 2026.
 *  https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const entriesMax = 10;
const requestBytesMax = 1_048_576;

export interface BusEvent {
  readonly id: string;
  readonly busName: string;
  readonly source: string;
  readonly detailType: string;
  /** `detail.id`, where it is a string. */
  readonly detailId?: string;
  /** When it was put. */
  readonly at: number;
  /** The envelope. Its detail is the text that was put: no number, key or order is changed by
   *  parsing. */
  readonly text: string;
}

export interface RefusedEntry {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export interface EntryDeps {
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const bytesOf = (entry: Members): number =>
  (entry.Time === undefined ? 0 : 14) +
  [entry.Source, entry.DetailType, entry.Detail, ...stringList(entry, 'Resources')].reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    0,
  );

/** Refuses a request as a whole. */
export const checkEntries = (entries: readonly Members[]): void => {
  const count = entries.length;
  if (count === 0 || count > entriesMax) {
    const limit =
      count === 0 ? 'greater than or equal to 1' : `less than or equal to ${entriesMax}`;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '[${count} entries]' at 'entries' failed to satisfy ` +
        `constraint: Member must have length ${limit}`,
    );
  }
  if (entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > requestBytesMax) {
    throw new AwsError(
      'ValidationException',
      'Total size of the entries in the request is over the limit.',
    );
  }
};

/** Levels of nesting that `shared/event-pattern.ts` reads: a deeper detail would reach the targets of
 *  one rule and stop the next. */
const depthMax = 1_000;

const isTooDeep = (json: string): boolean => {
  let depth = 0;
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[{]|[\]}]/g)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
};

const detailOf = (text: string): Members | undefined => {
  try {
    const detail: unknown = JSON.parse(text);
    const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail);
    return isObject && !isTooDeep(text) ? (detail as Members) : undefined;
  } catch {
    return undefined;
  }
};

const invalidTime: RefusedEntry = {
  ErrorCode: 'InvalidArgument',
  ErrorMessage: 'Parameter Time is not valid. Reason: It is no time.',
};

const missing = (name: string): RefusedEntry => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
});

/** Seconds, as AWS gives the time of an event. */
const timeText = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

/** A bus is named by its name or its ARN. */
export const busNameOf = (nameOrArn: string | undefined): string =>
  nameOrArn === undefined ? 'default' : nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);

/** The envelope of an event; `detail` is JSON text.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export const envelopeText = (
  { region, accountId }: EntryDeps,
  event: {
    readonly id: string;
    readonly detailType: string;
    readonly source: string;
    readonly atMs: number;
    readonly resources: readonly string[];
    readonly detail: string;
  },
): string =>
  `{"version":"0","id":"${event.id}","detail-type":${JSON.stringify(event.detailType)},` +
  `"source":${JSON.stringify(event.source)},"account":"${accountId}",` +
  `"time":"${timeText(event.atMs)}","region":"${region}",` +
  `"resources":${JSON.stringify(event.resources)},"detail":${event.detail}}`;

/** Reads an entry that `checkEntries` let through; what AWS refuses alone is returned in its words. */
export const readEntry = (deps: EntryDeps, entry: Members): BusEvent | RefusedEntry => {
  const source = stringMember(entry, 'Source');
  const detailType = stringMember(entry, 'DetailType');
  const detail = stringMember(entry, 'Detail');
  if (!source) return missing('Source');
  if (!detailType) return missing('DetailType');
  if (!detail) return missing('Detail');
  if (source.startsWith('aws.')) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  }
  const parsed = detailOf(detail);
  if (parsed === undefined) {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  const at = deps.now();
  const seconds = numberMember(entry, 'Time');
  const atMs = seconds === undefined ? at : seconds * 1000;
  if (Number.isNaN(new Date(atMs).getTime())) return invalidTime;
  const id = randomUUID();
  return {
    id,
    busName: busNameOf(stringMember(entry, 'EventBusName')),
    source,
    detailType,
    ...(typeof parsed.id === 'string' ? { detailId: parsed.id } : {}),
    at,
    text: envelopeText(deps, {
      id,
      detailType,
      source,
      atMs,
      resources: stringList(entry, 'Resources'),
      detail: detail.trim(),
    }),
  };
};
