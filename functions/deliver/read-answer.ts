// From an HTTP answer to an outcome: what the receiver says, and no more of it than is needed.
import type { IncomingMessage } from 'node:http';
import { responseBytesMax } from '../../shared/limits.ts';
import type { Met, ReceiverRequest } from '../../shared/outcome.ts';
import { decodeAnswer } from './decode-answer.ts';
import { parseRetryAfter } from './retry-after.ts';

/** Bytes of a success that are read, and thrown away, so that its socket can be used again. */
const drainedBytesMax = 64 * 1024;

/** Bytes of a failure that are read: compressed, a text is hardly ever longer than it is. */
const keptBytesMax = responseBytesMax + 1024;

/** Headers of a failure that help its receiver to find the cause, and hold no secret. */
const shownHeaders = [
  ...['allow', 'content-encoding', 'content-length', 'content-type', 'date', 'location'],
  ...['retry-after', 'server', 'via', 'www-authenticate', 'x-request-id'],
];

const headerCharactersMax = 256;

/**
 * A success counts once its body has ended or has filled the drain: an answer that is cut off, or
 * outlasts the deadline, rejects, and is no success. A failure counts from its status on, with what
 * came of its body. Nothing is followed, redirects included.
 */
export const readAnswer = async (response: IncomingMessage, now: Date): Promise<Met> => {
  const status = response.statusCode ?? 0;
  const request = requestOf(status, response.headers);
  if (status >= 200 && status <= 299) {
    await readBody(response, drainedBytesMax);
    return { kind: 'accepted', status, ...(request && { request }) };
  }
  const retryAfterMs = retryAfterOf(status, response, now);
  const parts: Buffer[] = [];
  await readBody(response, keptBytesMax, parts).catch(() => {});
  return {
    kind: 'refused',
    errorClass: 'http',
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(request && { request }),
    bodyExcerpt: await decodeAnswer(Buffer.concat(parts), response.headers['content-encoding']),
    headers: headersOf(response),
  };
};

/** Reads to the end or to the limit, at which the socket is destroyed with what is to come. */
const readBody = async (
  response: IncomingMessage,
  bytesMax: number,
  parts?: Buffer[],
): Promise<void> => {
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts?.push(part);
    bytes += part.length;
    if (bytes >= bytesMax) return;
  }
};

/** Where a receiver asks for both, it is switched off: that ends this delivery's attempts too. */
const requestOf = (
  status: number,
  headers: IncomingMessage['headers'],
): ReceiverRequest | undefined => {
  // Sent twice, a header's values come as one list.
  const says = (name: string, word: string) =>
    String(headers[name] ?? '')
      .split(',')
      .every((value) => value.trim().toLowerCase() === word);
  if (status === 410 || says('rappel-subscription', 'disable')) return 'disable-subscription';
  return says('rappel-delivery', 'abort') ? 'abort-delivery' : undefined;
};

const retryAfterOf = (status: number, response: IncomingMessage, now: Date): number | undefined => {
  const value = response.headers['retry-after'];
  return value !== undefined && (status === 429 || status === 503)
    ? parseRetryAfter(value, now)
    : undefined;
};

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    shownHeaders
      .filter((name) => headers[name] !== undefined)
      .map((name) => [name, String(headers[name]).slice(0, headerCharactersMax)]),
  );
