// The HTTP answer that a function's result becomes behind a Function URL.
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { InvokeResult } from '../stack-model.ts';

export interface UrlAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

const json = { 'content-type': 'application/json' };

/** What a caller sees of a function that failed, or whose answer is none: nothing of why. */
const badGateway: UrlAnswer = {
  status: 502,
  headers: json,
  body: Buffer.from('Internal Server Error'),
};

/** The length and the connection are the server's own affair. */
const serversHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A result with a `statusCode` is the whole answer. Any other becomes the JSON body of a 200; a
 *  text is that body as it is.
 *  https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
export const urlAnswerOf = (result: InvokeResult): UrlAnswer => {
  if (result.kind === 'failed') return badGateway;
  const { value } = result;
  if (isRecord(value) && 'statusCode' in value) return readAnswer(value) ?? badGateway;
  return { status: 200, headers: json, body: Buffer.from(textOf(value)) };
};

const readAnswer = (value: Record<string, unknown>): UrlAnswer | undefined => {
  const status = Number(value.statusCode);
  const headers = readHeaders(value.headers ?? {}, value.cookies ?? []);
  if (!Number.isInteger(status) || status < 200 || status > 599 || !headers) return undefined;
  const encoding = value.isBase64Encoded === true ? 'base64' : 'utf8';
  return { status, headers, body: Buffer.from(textOf(value.body ?? ''), encoding) };
};

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const readHeaders = (given: unknown, cookies: unknown): UrlAnswer['headers'] | undefined => {
  if (!isRecord(given) || !Array.isArray(cookies)) return undefined;
  const headers: Record<string, string | string[]> = { ...json };
  for (const [name, value] of Object.entries(given)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
    if (!serversHeaders.has(name.toLowerCase())) headers[name.toLowerCase()] = String(value);
  }
  if (cookies.length > 0) headers['set-cookie'] = cookies.map(String);
  return areSendable(headers) ? headers : undefined;
};

const areSendable = (headers: UrlAnswer['headers']): boolean => {
  try {
    for (const [name, values] of Object.entries(headers)) {
      validateHeaderName(name);
      for (const value of [values].flat()) validateHeaderValue(name, value);
    }
    return true;
  } catch {
    return false;
  }
};
