// Errors as RFC 9457 has them: a type, a title, and the fields that are wrong with what would be right.
import type { z } from 'zod';

/** https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  /** Stable: what a program may switch on. */
  readonly type: ProblemType;
  readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
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

export const invalidRequest = (errors: Problem['errors']): ProblemError =>
  new ProblemError({
    type: '/problems/invalid-request',
    status: 400,
    title: 'The request is not valid.',
    errors,
  });

/** zod's issues as paths and sentences: `event_types[0]`. */
export const fieldErrors = (error: z.ZodError): { path: string; message: string }[] =>
  error.issues.map(({ path, message }) => ({
    path: path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, ''),
    message,
  }));
