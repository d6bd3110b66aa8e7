// A subscription's own headers, sent with each of its callbacks. Their values are secrets: kept with the keys.
import * as z from 'zod';
import {
  customHeadersMax,
  headerNameCharactersMax,
  headersCharactersMax,
  headerValueCharactersMax,
} from './limits.ts';

/** By name, as it was written. */
export type HeaderValues = Readonly<Record<string, string>>;

/**
 * By the origin (scheme, host and port) that they were given for: they go nowhere else, whichever of a
 * subscription's rows is written first when its URL changes.
 */
export type CustomHeaders = Readonly<Record<string, HeaderValues>>;

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2, less what no header's name begins with. */
const namePattern = /^[A-Za-z0-9][!#$%&'*+.^_`|~0-9A-Za-z-]*$/;

/** Visible ASCII, spaces and tabs within: no line break, nothing that a receiver would cut off.
 *  https://www.rfc-editor.org/rfc/rfc9110#section-5.5 */
const valuePattern = /^[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?$/;

/**
 * Names that a subscription may not set: what frames the message, steers proxies, changes the method, claims
 * where it came from, or is ours. Most of them are the Fetch standard's forbidden request-headers.
 * https://fetch.spec.whatwg.org/#forbidden-request-header
 */
const refusedNames: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['expect', 'http2-settings', 'early-data', 'via', 'max-forwards'],
  ...[
    'accept-charset',
    'accept-encoding',
    'range',
    'cookie',
    'cookie2',
    'set-cookie',
    'set-cookie2',
  ],
  ...['date', 'dnt', 'origin', 'referer', 'user-agent'],
  ...['x-http-method', 'x-http-method-override', 'x-method-override'],
  ...[
    'forwarded',
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
    'x-rewrite-url',
  ],
]);

const refusedPrefixes: readonly string[] = [
  ...['content-', 'webhook-', 'rappel-', 'proxy-', 'sec-', 'access-control-'],
  ...['x-forwarded-', 'x-original-', 'x-amz-', 'x-amzn-'],
];

/**
 * A name as a receiver may read it: CGI, and what follows it, make one of letter case and of everything that is
 * neither letter nor digit. So `Webhook_Signature` is `webhook-signature`.
 * https://www.rfc-editor.org/rfc/rfc3875#section-4.1.18
 */
const asRead = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '-');

/** By name, at most ten. What it says of a wrong one never holds the value. */
export const customHeaders = z.record(z.string(), z.string()).superRefine((headers, context) => {
  const say = (path: string[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  const entries = Object.entries(headers);
  const characters = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (entries.length > customHeadersMax) say([], `must be at most ${customHeadersMax} headers`);
  if (characters > headersCharactersMax) {
    say([], `must have at most ${headersCharactersMax} characters, names and values together`);
  }
  const seen = new Set<string>();
  for (const [name, value] of entries.slice(0, customHeadersMax)) {
    const problem =
      problemOfName(name) ??
      (seen.has(asRead(name)) ? 'is there twice, as receivers read names' : problemOfValue(value));
    if (problem !== undefined) say([name], problem);
    seen.add(asRead(name));
  }
});

const problemOfName = (name: string): string | undefined => {
  if (name.length > headerNameCharactersMax || !namePattern.test(name)) {
    return `must have a name of at most ${headerNameCharactersMax} letters, digits and hyphens`;
  }
  const read = asRead(name);
  return refusedNames.has(read) || refusedPrefixes.some((prefix) => read.startsWith(prefix))
    ? 'cannot be set by a subscription'
    : undefined;
};

const problemOfValue = (value: string): string | undefined => {
  if (value.length > headerValueCharactersMax) {
    return `must have at most ${headerValueCharactersMax} characters`;
  }
  return valuePattern.test(value)
    ? undefined
    : 'must be visible ASCII characters, with spaces or tabs between them only';
};

/** The headers once some are given with a URL: instead of those of its origin, beside those of any other. */
export const giveHeaders = (
  headers: CustomHeaders | undefined,
  url: string,
  values: HeaderValues,
): CustomHeaders => ({ ...headers, [originOf(url)]: values });

/** What a callback to this URL carries. Given for another host, they stay here. */
export const headersSentTo = (url: string, headers: CustomHeaders | undefined): HeaderValues =>
  headers?.[originOf(url)] ?? {};

/** The headers without those of every other origin. */
export const dropOtherHeaders = (
  headers: CustomHeaders | undefined,
  url: string,
): CustomHeaders | undefined => {
  const kept = headersSentTo(url, headers);
  return Object.keys(kept).length === 0 ? undefined : { [originOf(url)]: kept };
};

/** Whether custom headers outlive a change of URL: only where scheme, host and port stay. */
export const keepsHeaders = (oldUrl: string, newUrl: string): boolean =>
  originOf(oldUrl) === originOf(newUrl);

const originOf = (url: string): string => new URL(url).origin;
