// One route of the admin API, as data: routing, validation, answers and the OpenAPI document all follow from it.
import * as z from 'zod';
import type { ProblemType } from './problem.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What the handler knows of a request beside the request: who calls. */
export interface AppEnvironment {
  readonly Bindings: { readonly caller?: string };
}

/** A request that its route's schemas have passed. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Who calls, as IAM knows them: an ARN. */
  readonly caller: string;
  /**
   * 64 random hex digits: what a route draws ids from. The same at each try of a request with an
   * `Idempotency-Key`, so that one repeated after a crash makes the same thing, not a second one.
   */
  readonly seed: string;
  /** `If-Match`, as it came. */
  readonly ifMatch?: string;
}

export interface Answer {
  readonly status: number;
  /** JSON, held to the schema of this status; text where the route says so. */
  readonly body?: unknown;
  readonly etag?: string;
  /** What an idempotency key remembers of this answer: ids, from which `rebuild` makes it again. Never a secret. */
  readonly reference?: Readonly<Record<string, string>>;
}

interface AnswerShape {
  readonly description: string;
  /** Strict: a field that it does not name is a fault, and never shown. */
  readonly schema?: z.ZodType;
  /** @default application/json */
  readonly contentType?: string;
  /** It carries an ETag. */
  readonly hasEtag?: boolean;
}

interface Shape<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly method: Method;
  /** As OpenAPI writes it: `/v1/companies/{company_id}/subscriptions`. */
  readonly path: string;
  /** OpenAPI's operationId: `createSubscription`. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Refusals of its own, beside those that every route may give. */
  readonly problems?: readonly ProblemType[];
  /** It takes `If-Match`, and gives 412 where that names no longer what is there. */
  readonly takesIfMatch?: boolean;
}

export interface Route<Deps> extends Shape<z.ZodObject, z.ZodObject, z.ZodType> {
  /** @throws ProblemError for what is refused; any other error is a fault of ours */
  handle(deps: Deps, call: Call<never, never, never>): Promise<Answer>;
  /** The answer to a request that was made before with the same key. POST alone. */
  rebuild?(
    deps: Deps,
    call: Call<never, never, never>,
    reference: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

const nothing = z.strictObject({});

/** Holds a handler to the types of its route's schemas. */
export const defineRoute = <
  Deps,
  Params extends z.ZodObject,
  Query extends z.ZodObject = typeof nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(
  route: Shape<Params, Query, Body> & {
    handle(
      deps: Deps,
      call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
    ): Promise<Answer>;
    rebuild?(
      deps: Deps,
      call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
      reference: Readonly<Record<string, string>>,
    ): Promise<Answer>;
  },
): Route<Deps> => route as unknown as Route<Deps>;

/** Query parameters are strict too: a misspelt filter that was dropped in silence would show too much. */
export const queryOf = ({ query }: Route<never>): z.ZodObject => query ?? nothing;
