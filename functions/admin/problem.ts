// Errors as RFC 9457 has them: a type, a title, and the fields that are wrong with what would be right.
import type { z } from 'zod';
import { subscriptionsPerCompanyMax } from '../../shared/limits.ts';

/** https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  /** Stable: what a program may switch on. */
  readonly type: ProblemType;
  readonly status: 400 | 404 | 405 | 409 | 413 | 500;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

export interface FieldError {
  /** `event_types[0]`; `body` for all of it. */
  readonly path: string;
  readonly message: string;
}

export type ProblemType = `/problems/${
  | 'invalid-request'
  | 'not-found'
  | 'method-not-allowed'
  | 'url-in-use'
  | 'too-many-subscriptions'
  | 'body-too-large'
  | 'fault'}`;

/** Thrown by a route, answered by the app. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

export const notFound = (what: string): ProblemError =>
  new ProblemError({
    type: '/problems/not-found',
    status: 404,
    title: `There is no such ${what}.`,
  });

export const invalidRequest = (errors: readonly FieldError[]): ProblemError =>
  new ProblemError({
    type: '/problems/invalid-request',
    status: 400,
    title: 'The request is not valid.',
    errors,
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
    status: 409,
    title,
    detail,
    errors: [{ path: 'url', message: 'is in use' }],
  });

export const tooManySubscriptions = (): ProblemError =>
  new ProblemError({
    type: '/problems/too-many-subscriptions',
    status: 409,
    title: `A company may have ${subscriptionsPerCompanyMax} subscriptions, and has them.`,
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
