// What the address guard lets pass beyond its rules, read from one environment variable.
import { ConfigError } from '../errors.ts';
import { isLoopbackAddress } from './public-address.ts';

/** An origin on this machine: it is called at loopback addresses only, whatever its name says. */
export interface LoopbackOrigin {
  readonly protocol: 'http:' | 'https:';
  /** As the URL parser writes it: IPv6 in brackets. */
  readonly hostname: string;
  /** A port, or `*` for any. */
  readonly port: string;
}

export interface GuardRules {
  /** Ports of public hosts, as text. */
  readonly publicPorts: ReadonlySet<string>;
  readonly loopbackOrigins: readonly LoopbackOrigin[];
}

const entryPattern = /^(https?):\/\/(\*|\[[0-9a-f:]+\]|[a-z0-9.-]+):(\*|[1-9]\d{0,4})$/;

/**
 * Reads a comma-separated list. Empty, as deployed: public hosts on port 443 and nothing else. Two
 * kinds of entry: `https://*:8443` opens a port of public hosts; `http://127.0.0.1:*` or
 * `https://localhost:8443` (a name or a loopback address, one port or any) opens an origin of this
 * machine.
 * @throws ConfigError naming the entry
 */
export const parseAllowList = (text: string): GuardRules => {
  const publicPorts = new Set(['443']);
  const loopbackOrigins: LoopbackOrigin[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const [, scheme, hostname, port] = entryPattern.exec(entry) ?? [];
    if (hostname === undefined || port === undefined || Number(port) > 65_535) throw wrong(entry);
    if (hostname !== '*') {
      if (!mayBeLoopback(hostname)) throw wrong(entry);
      loopbackOrigins.push({ protocol: scheme === 'http' ? 'http:' : 'https:', hostname, port });
    } else if (scheme === 'https' && port !== '*') {
      publicPorts.add(port);
    } else {
      throw wrong(entry);
    }
  }
  return { publicPorts, loopbackOrigins };
};

/** The entry of the list that a URL falls under, if any. */
export const loopbackOriginOf = (url: URL, rules: GuardRules): LoopbackOrigin | undefined =>
  rules.loopbackOrigins.find(
    ({ protocol, hostname, port }) =>
      protocol === url.protocol &&
      hostname === url.hostname &&
      (port === '*' || port === portOf(url)),
  );

/** A URL's port, also where it is the scheme's own. */
export const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

/** A name is judged by its addresses, when it is called; a literal here. */
const mayBeLoopback = (hostname: string): boolean => {
  const parsed = URL.parse(`http://${hostname}`)?.hostname;
  const isLiteral = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return parsed === hostname && (!isLiteral || isLoopbackAddress(hostname.replace(/^\[|\]$/g, '')));
};

const wrong = (entry: string): ConfigError =>
  new ConfigError(
    `CALLBACK_ALLOW_LIST: "${entry}" is no entry. Right are https://*:8443, a port of public ` +
      'hosts, and http://127.0.0.1:* or http://localhost:8080, an origin of this machine.',
  );
