// From a request to a call: parameters, query, body and headers, each held to its route's schema.
import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type * as z from 'zod';
import { findJsonProblem } from '../../shared/find-json-problem.ts';
import { adminBodyBytesMax, adminBodyDepthMax } from '../../shared/limits.ts';
import { sentenceOf } from '../../shared/sentence-of.ts';
import { findLostKey } from './find-lost-key.ts';
import { bodyTooLarge, type FieldError, fieldErrors, invalidRequest } from './problem.ts';
import { type AppEnvironment, type Call, queryOf, type Route } from './route.ts';

export interface ReadCall {
  readonly call: Call<never, never, never>;
  /** `Idempotency-Key`, and what tells one use of it from another. POST alone. */
  readonly key?: RequestKey;
}

export interface RequestKey {
  /** Hex SHA-256 over the route and the key: what is remembered. */
  readonly hash: string;
  /** Hex SHA-256 over path, query and body: another request under the same key is refused. */
  readonly requestHash: string;
}

/** The draft's structured string loses its quotes: both ways of writing name the same key.
 *  https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
const keyPattern = /^[\x21-\x7e]{1,255}$/;

/** @throws ProblemError invalid-request, with the path of every field that is wrong · body-too-large */
export const readCall = async (
  route: Route<never>,
  c: Context<AppEnvironment>,
): Promise<ReadCall> => {
  const bytes = route.body === undefined ? undefined : await readBytes(c);
  const key = route.method === 'POST' ? readKey(route, c, bytes) : undefined;
  const [params, query] = [c.req.param(), singleValues(c)];
  const errors: FieldError[] = [];
  const read = (schema: z.ZodType, value: unknown, whole: string) => {
    const parsed = schema.safeParse(value, { error: sentenceOf });
    if (parsed.success) return parsed.data;
    errors.push(
      ...fieldErrors(parsed.error).map((error) => ({ ...error, path: error.path || whole })),
    );
    return undefined;
  };
  const call = {
    params: read(route.params, params, 'path'),
    query: read(queryOf(route), query, 'query'),
    body: route.body && read(route.body, parseJson(bytes!), 'body'),
    caller: c.env?.caller ?? 'unknown',
    seed: randomBytes(32).toString('hex'),
    ifMatch: c.req.header('if-match'),
  };
  if (errors.length > 0) throw invalidRequest(errors);
  return { call: call as Call<never, never, never>, key };
};

/** Refused by its declared length before it is read, and by what was read where the declaration lied. */
const readBytes = async (c: Context): Promise<Uint8Array> => {
  const declared = Number(c.req.header('content-length') ?? 0);
  if (declared > adminBodyBytesMax) throw bodyTooLarge(declared);
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (bytes.byteLength > adminBodyBytesMax) throw bodyTooLarge(bytes.byteLength);
  return bytes;
};

/** No body at all is read as an empty object: many a POST needs none. */
const parseJson = (bytes: Uint8Array): unknown => {
  if (bytes.byteLength === 0) return {};
  const [text, value] = decodeJson(bytes);
  const found = findJsonProblem(text, adminBodyDepthMax);
  if (found) throw invalidRequest([{ path: found.path || 'body', message: found.problem }]);
  const lost = findLostKey(value);
  if (lost) throw invalidRequest([{ path: lost, message: 'is no name that is taken here' }]);
  return value;
};

/** Instead of bytes that are no UTF-8, the body of a Function URL that comes as text has this. */
const replacement = '\ufffd';

const decodeJson = (bytes: Uint8Array): readonly [string, unknown] => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes(replacement)) return [text, JSON.parse(text)];
  } catch {
    throw invalidRequest([{ path: 'body', message: 'must be JSON in UTF-8' }]);
  }
  const message =
    'must be UTF-8: it holds U+FFFD, which stands for bytes that are not; meant as a character, it is written "\\ufffd"';
  throw invalidRequest([{ path: 'body', message }]);
};

const singleValues = (c: Context): Record<string, string> => {
  const entries = Object.entries(c.req.queries());
  const repeated = entries.filter(([, values]) => values.length > 1);
  if (repeated.length > 0) {
    throw invalidRequest(repeated.map(([path]) => ({ path, message: 'may be given once' })));
  }
  return Object.fromEntries(entries.map(([name, [value]]) => [name, value!]));
};

const readKey = (
  route: Route<never>,
  c: Context,
  bytes: Uint8Array | undefined,
): RequestKey | undefined => {
  const given = c.req.header('idempotency-key');
  if (given === undefined) return undefined;
  const key = given.replace(/^"(.*)"$/, '$1');
  if (!keyPattern.test(key)) {
    const message = 'must be 1 to 255 visible ASCII characters, such as a UUID';
    throw invalidRequest([{ path: 'Idempotency-Key', message }]);
  }
  const url = new URL(c.req.url);
  return {
    hash: sha256(`${route.id} ${c.req.param('company_id') ?? ''} ${key}`),
    requestHash: createHash('sha256')
      .update(`${url.pathname}${url.search}\n`)
      .update(bytes ?? '')
      .digest('hex'),
  };
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
