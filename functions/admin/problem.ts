// Errors as RFC 9457 has them: a type, a title, and the fields that are wrong with what would be right.
import type { z } from 'zod';
import { adminBodyBytesMax, tombstoneDays } from '../../shared/limits.ts';

export interface FieldError {
  /** `event_types[0]`; `body` for all of it. */
  readonly path: string;
  readonly message: string;
}

/** Every type of problem, and what it says of the request. */
export const problemTypes = {
  '/problems/invalid-request':
    'The request is not as its description says; `errors` name the places.',
  '/problems/not-found': 'There is none, or none yet, or it belongs to another company.',
  '/problems/method-not-allowed': 'The resource does not take this method.',
  '/problems/body-too-large': 'The body is larger than the API takes.',
  '/problems/url-in-use': 'The company has a subscription to this URL already.',
  '/problems/too-many-subscriptions': 'The company has as many subscriptions as it may.',
  '/problems/changed-meanwhile': 'It is no longer what `If-Match` names.',
  '/problems/not-possible-now': 'Its state does not allow this.',
  '/problems/idempotency-key-reused': 'The key was used for another request within 24 hours.',
  '/problems/request-under-way': 'A request with this key has not ended yet.',
  '/problems/gone': 'What the request with this key made is there no more.',
  '/problems/fault': 'Rappel failed. Nothing is known to be wrong with the request.',
} as const;

export type ProblemType = keyof typeof problemTypes;

/** Of its answer: said here alone. */
export const problemStatuses = {
  '/problems/invalid-request': 400,
  '/problems/not-found': 404,
  '/problems/method-not-allowed': 405,
  '/problems/body-too-large': 413,
  '/problems/url-in-use': 409,
  '/problems/too-many-subscriptions': 409,
  '/problems/changed-meanwhile': 412,
  '/problems/not-possible-now': 409,
  '/problems/idempotency-key-reused': 422,
  '/problems/request-under-way': 409,
  '/problems/gone': 410,
  '/problems/fault': 500,
} as const satisfies Readonly<Record<ProblemType, number>>;

/** https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  /** Stable: what a program may switch on. */
  readonly type: ProblemType;
  readonly status: (typeof problemStatuses)[ProblemType];
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

/** Thrown by a route, answered by the app. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  /** Its status is its type's. */
  constructor(
    { type, ...said }: Omit<Problem, 'status'>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(said.title);
    this.problem = { type, status: problemStatuses[type], ...said };
    this.headers = headers;
  }
}

/** What failed is ours, and not shown. */
export const fault = (): ProblemError =>
  new ProblemError({
    type: '/problems/fault',
    title: 'Rappel failed; the request may be repeated.',
  });

export const notFound = (what: string, detail?: string): ProblemError =>
  new ProblemError({
    type: '/problems/not-found',
    title: `There is no such ${what}.`,
    detail,
  });

/** Of an id that may have been given out a moment ago: by a test, or by the ATS. */
export const notFoundYet = (what: 'delivery' | 'event'): ProblemError =>
  notFound(what, 'What was published or tested just now is found within seconds: ask again.');

export const invalidRequest = (errors: readonly FieldError[]): ProblemError =>
  new ProblemError({
    type: '/problems/invalid-request',
    title: 'The request is not valid.',
    errors,
  });

/** `Allow` belongs to a 405. https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6 */
export const methodNotAllowed = (allow: string): ProblemError =>
  new ProblemError(
    {
      type: '/problems/method-not-allowed',
      title: `This resource takes ${allow}.`,
    },
    { allow },
  );

export const bodyTooLarge = (bytes: number): ProblemError =>
  new ProblemError({
    type: '/problems/body-too-large',
    title: `The body has ${bytes} bytes; at most ${adminBodyBytesMax} are taken.`,
  });

/** `current`: the tag of what is there now. https://www.rfc-editor.org/rfc/rfc9110#section-15.5.13 */
export const changedMeanwhile = (current: string): ProblemError =>
  new ProblemError(
    {
      type: '/problems/changed-meanwhile',
      title: 'It has been changed since it was read.',
      detail: 'Read it again, and send the change with its ETag in If-Match.',
    },
    { etag: current },
  );

/** Its events would be dropped in silence: fan-out does so for as long as the tombstone is kept. */
export const companyDeleted = (): ProblemError =>
  notPossibleNow(
    'The company has been deleted.',
    `Its events are dropped, for ${tombstoneDays} days from then: a subscription would receive nothing.`,
  );

/** Others changed what the request changes, again and again. */
export const keptChanging = (): ProblemError =>
  notPossibleNow('Other requests change this at the same time.', 'Repeat the request.');

/** The state of the thing refuses it, not the request. */
export const notPossibleNow = (title: string, detail?: string): ProblemError =>
  new ProblemError({ type: '/problems/not-possible-now', title, detail });

export const keyOfAnotherRequest = (): ProblemError =>
  new ProblemError({
    type: '/problems/idempotency-key-reused',
    title: 'This Idempotency-Key belongs to another request.',
    detail: 'A key names one request for 24 hours. Send this one with a key of its own.',
  });

export const requestUnderWay = (): ProblemError =>
  new ProblemError({
    type: '/problems/request-under-way',
    title: 'The request with this Idempotency-Key is under way.',
    detail: 'Or it was cut off. Repeat it in a minute.',
  });

/** The answer to a repeated request cannot be made again. */
export const gone = (what: string): ProblemError =>
  new ProblemError({
    type: '/problems/gone',
    title: `The ${what} that this request made is there no more.`,
  });

export const urlInUse = (subscriptionId: string): ProblemError =>
  urlConflict(
    'This company has a subscription to this URL already.',
    `${subscriptionId} has it. Two subscriptions to one URL receive every common event twice; say "allow_same_url": true if that is wanted.`,
  );

export const urlIsBeingClaimed = (): ProblemError =>
  urlConflict(
    'Another request is subscribing this URL.',
    'It is under way, or was cut off within the last minute. Repeat this one in a minute.',
  );

const urlConflict = (title: string, detail: string): ProblemError =>
  new ProblemError({
    type: '/problems/url-in-use',
    title,
    detail,
    errors: [{ path: 'url', message: 'is in use' }],
  });

export const tooManySubscriptions = (max: number): ProblemError =>
  new ProblemError({
    type: '/problems/too-many-subscriptions',
    title: `A company may have ${max} subscriptions, and has them.`,
    detail: 'Delete one, or let one subscription take several event types.',
  });

/** Errors that one answer lists: a body may have thousands of unknown fields. */
const fieldErrorsMax = 50;

/** zod's issues as paths and sentences. An unknown field is named as a path of its own. */
export const fieldErrors = (error: z.ZodError): FieldError[] =>
  error.issues
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a known field' }))
        : [issue],
    )
    .slice(0, fieldErrorsMax)
    .map(({ path, message }) => ({ path: pathText(path), message }));

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
