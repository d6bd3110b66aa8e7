// The address guard: what a callback URL may say. `resolve-name.ts` beside it judges its addresses.
import { isIP } from 'node:net';
import { domainToUnicode } from 'node:url';
import { type GuardRules, loopbackOriginOf, portOf } from './address-guard/allow-list.ts';
import { urlCharactersMax } from './limits.ts';

export { type GuardRules, parseAllowList } from './address-guard/allow-list.ts';

/** Where a callback may connect: to public addresses, or, by the allow-list, to this machine. */
export type Reach = 'public' | 'loopback';

export type CheckedUrl =
  | {
      readonly ok: true;
      readonly url: URL;
      /** Two URLs with one normalised form are the same. For comparing: `url` is what is called. */
      readonly normalised: string;
      readonly reach: Reach;
    }
  /** Completes the sentence "The URL …"; holds no part of the URL. */
  | { readonly ok: false; readonly reason: string };

/**
 * Judges a URL without asking any name server. It must be spelt as it will be read: whatever a
 * lenient parser would mend (spaces, backslashes, other spellings of a host) is refused, since the
 * next parser mends it otherwise.
 */
export const checkUrl = (text: string, rules: GuardRules): CheckedUrl => {
  const badText = problemOfText(text);
  if (badText !== undefined) return { ok: false, reason: badText };
  const url = URL.parse(text);
  if (url === null) return { ok: false, reason: 'is not a valid URL' };
  const reach = loopbackOriginOf(url, rules) === undefined ? 'public' : 'loopback';
  const problem =
    problemOfLength(url.href) ??
    problemOfSpelling(text, url) ??
    (reach === 'public' ? problemOfOrigin(url, rules) : undefined);
  return problem === undefined
    ? { ok: true, url, normalised: normalise(url), reach }
    : { ok: false, reason: problem };
};

const problemOfLength = (text: string): string | undefined =>
  text.length > urlCharactersMax
    ? `must have at most ${urlCharactersMax} characters, once it is encoded`
    : undefined;

const problemOfText = (text: string): string | undefined => {
  const tooLong = problemOfLength(text);
  if (tooLong !== undefined) return tooLong;
  if (/[\p{C}\p{Z}\\]/u.test(text)) {
    return 'must not hold spaces, control or invisible characters, or backslashes';
  }
  if (/%(?![0-9a-f]{2})/i.test(text)) return 'must have two hexadecimal digits after each "%"';
  if (/%([01][0-9a-f]|7f)/i.test(text)) return 'must not hold encoded control characters';
  if (text.includes('#')) return 'must not have a fragment ("#"): it would never be sent';
  if (!/^https?:\/\/[^/]/i.test(text)) return 'must start with "https://" and a host';
  return undefined;
};

/** The host as written must be the host as read: no 0x7f.1, no 127。0。0。1, no a%62.com. */
const problemOfSpelling = (text: string, url: URL): string | undefined => {
  const authority = /^https?:\/\/([^/?]*)/i.exec(text)?.[1] ?? '';
  if (authority.includes('@')) return 'must not hold a user name or a password';
  const [, host = '', port] = /^(.*?)(?::(\d*))?$/su.exec(authority) ?? [];
  const isComposed = host === host.normalize('NFC');
  const readings = [url.hostname, domainToUnicode(url.hostname)];
  if (!isComposed || !readings.includes(host.toLowerCase())) {
    return 'must name its host in the usual spelling';
  }
  if (port !== undefined && port !== portOf(url)) return 'must have a plain port number, or none';
  return undefined;
};

const problemOfOrigin = (url: URL, rules: GuardRules): string | undefined => {
  if (url.protocol !== 'https:') return 'must start with "https://"';
  const ports = [...rules.publicPorts];
  if (!rules.publicPorts.has(portOf(url))) return `must use port ${ports.join(' or ')}`;
  if (url.hostname.startsWith('[') || isIP(url.hostname) !== 0) {
    return 'must name its host; an IP address is not accepted';
  }
  return problemOfName(url.hostname);
};

/** Names that lead into private networks, by standard or by habit. `.test`, `.example` and
 *  `.invalid` are not here: they resolve to nothing, which is no danger. */
const privateTopLevels: readonly (readonly [name: string, source: string])[] = [
  ['localhost', 'https://www.rfc-editor.org/rfc/rfc6761#section-6.3'],
  ['local', 'https://www.rfc-editor.org/rfc/rfc6762#section-3'],
  ['arpa', 'https://www.rfc-editor.org/rfc/rfc8375'],
  ['onion', 'https://www.rfc-editor.org/rfc/rfc7686'],
  ['alt', 'https://www.rfc-editor.org/rfc/rfc9476'],
  ['internal', 'https://datatracker.ietf.org/doc/draft-davies-internal-tld/'],
  ...['intranet', 'private', 'corp', 'home', 'lan'].map(
    (name) => [name, 'https://www.rfc-editor.org/rfc/rfc6762#appendix-G'] as const,
  ),
  ['localdomain', 'https://man7.org/linux/man-pages/man5/hosts.5.html'],
  ['svc', 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/'],
];

const privateNames = new Set(privateTopLevels.map(([name]) => name));

/** What a certificate's name may be made of, and `_`, which some hosts do have. */
const labelPattern = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Characters of a whole name. https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const nameCharactersMax = 253;

const problemOfName = (hostname: string): string | undefined => {
  if (hostname.endsWith('.')) return 'must not have a dot at the end of its host';
  const labels = hostname.split('.');
  const top = labels.at(-1) ?? '';
  if (labels.length < 2) return 'must have a full host name, such as hooks.example.com';
  if (hostname.length > nameCharactersMax || !labels.every((label) => labelPattern.test(label))) {
    return 'must have a host name of letters, digits and hyphens, such as hooks.example.com';
  }
  if (privateNames.has(top) || !/^([a-z]{2,}|xn--.+)$/.test(top)) {
    return `must have a public host name; ".${top}" is not public`;
  }
  return undefined;
};

/** https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2, beyond what the URL parser does itself. */
const normalise = (url: URL): string =>
  // An empty query is written or left out; a query that is itself a question mark is another URL.
  (url.search === '' ? url.href.replace(/\?$/, '') : url.href).replace(
    /%[0-9a-f]{2}/gi,
    (triplet) => {
      const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : triplet.toUpperCase();
    },
  );
