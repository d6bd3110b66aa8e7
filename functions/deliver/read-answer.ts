// From an HTTP answer to an outcome: what the receiver says, and no more of it than is needed.
import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import { responseBytesMax } from '../../shared/limits.ts';
import type { AnswerHead, Met, ReceiverRequest } from '../../shared/outcome.ts';
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

export const headerCharactersMax = 256;

export const headOf = ({ statusCode = 0, headers }: IncomingMessage): AnswerHead => {
  const request = requestOf(statusCode, headers);
  return { status: statusCode, ...(request && { request }) };
};

/**
 * A success counts once its body has ended or has filled the drain: an answer that is cut off, or
 * outlasts the deadline, rejects, and is no success. A failure counts from its status on, with what
 * came of its body. Nothing is followed, redirects included.
 */
export const readAnswer = async (
  response: IncomingMessage,
  head: AnswerHead,
  now: Date,
): Promise<Met> => {
  const { status } = head;
  if (status >= 200 && status <= 299) {
    await readBody(response, drainedBytesMax);
    return { kind: 'accepted', ...head };
  }
  const retryAfterMs = retryAfterOf(status, response, now);
  const kept = Buffer.alloc(keptBytesMax);
  let keptBytes = 0;
  const keep = (part: Buffer): void => {
    keptBytes += part.copy(kept, keptBytes);
  };
  await readBody(response, keptBytesMax, keep).catch(() => {});
  const body = kept.subarray(0, keptBytes);
  return {
    kind: 'refused',
    errorClass: 'http',
    ...head,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    bodyExcerpt: await decodeAnswer(body, response.headers['content-encoding']),
    headers: headersOf(response),
  };
};

/** Reads to the end or to the limit, at which the socket is destroyed with what is to come. Nothing is collected on the
 *  way: in chunks of a byte each, an object for each of them would weigh a hundred times what it holds. */
const readBody = (
  response: IncomingMessage,
  bytesMax: number,
  onPart: (part: Buffer) => void = () => {},
): Promise<void> =>
  new Promise((resolve, reject) => {
    let bytes = 0;
    response.on('data', (part: Buffer) => {
      if (bytes >= bytesMax) return;
      onPart(part);
      bytes += part.length;
      if (bytes < bytesMax) return;
      resolve();
      response.destroy();
    });
    finished(response, (error) => (error ? reject(error) : resolve()));
  });

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
