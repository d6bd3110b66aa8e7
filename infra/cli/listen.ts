// A receiver on this machine: verifies each callback, and shows it.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { printable } from '../printable.ts';
import { CommandError, UsageError } from './command-error.ts';
import { readCount } from './read-command.ts';
import { type Command, type CommandArguments, printResult, type Session } from './session.ts';
import { createSubscription, subscriptionsPath } from './subscriptions.ts';
import { isSignedBy, refuseNoKey } from './verify-callback.ts';

/** More than any callback has. */
const bodyBytesMax = 4 * 1024 * 1024;

export const listen: Command = {
  usage: 'listen [TYPE…]',
  summary: 'receive on this machine, verify and show; in local mode it subscribes itself',
  takes: [0, 50],
  options: {
    port: { type: 'string', about: 'N  8080 if not said; 0 takes a free one' },
    answer: { type: 'string', about: 'STATUS  what to answer if verified: 500 to see retries' },
    key: { type: 'string', about: 'KEY  whsec_… or whpk_…, instead of subscribing' },
    keep: { type: 'boolean', about: 'leave the subscription when it ends' },
    count: { type: 'string', about: 'N  end after so many' },
  },
  run: async (session, given) => {
    const answer = readAnswer(given);
    const port = readCount(given, 'port', 65_535, 0) ?? 8080;
    if (given.values.key !== undefined) refuseNoKey(String(given.values.key));
    const count = readCount(given, 'count', 1_000_000) ?? Number.POSITIVE_INFINITY;
    const ended = Promise.withResolvers<void>();
    session.stopped.addEventListener('abort', () => ended.resolve());
    const key = Promise.withResolvers<string>();
    let received = 0;
    const server = await serve(port, async (headers, body) => {
      const verified = isVerified(await key.promise, headers, body);
      const status = verified ? answer : 401;
      showCallback(session, { verified, status, headers, body });
      received += 1;
      if (received >= count) setImmediate(ended.resolve);
      return status;
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      const subscribed = await introduce(session, given, url);
      key.resolve(subscribed.key);
      if (!session.stopped.aborted) await ended.promise;
      if (subscribed.id !== undefined && !given.values.keep) {
        const path = `${subscriptionsPath(session.companyId())}/${subscribed.id}`;
        await session.openStack().request('DELETE', path, []);
      }
    } finally {
      await close(server);
    }
  },
};

/** Says where it listens, and for whom. */
const introduce = async (
  session: Session,
  { positionals, values }: CommandArguments,
  url: string,
): Promise<{ key: string; id?: string }> => {
  if (values.key !== undefined) {
    printResult(session, { listening: url }, () => `Listening on ${url}`);
    return { key: String(values.key) };
  }
  if (!session.openStack().isLocal) {
    throw new UsageError(
      'A deployed stack cannot reach this machine: lead a public https URL here, `npx rappel subscribe` it, and ' +
        'listen with the --key that it shows.',
    );
  }
  const created = await createSubscription(session, {
    url,
    event_types: positionals.length === 0 ? ['*'] : positionals,
    description: 'npx rappel listen',
    allow_same_url: true,
  });
  printResult(
    session,
    { listening: url, subscription: created.id, ...(values.keep && { key: created.secret }) },
    () =>
      `Listening on ${url} as ${created.id}. Ctrl-C ends it.` +
      (values.keep ? ` Listen again on this port by --key ${created.secret}` : ''),
  );
  return { key: created.secret!, id: created.id };
};

const readAnswer = (given: CommandArguments): number => readCount(given, 'answer', 599, 200) ?? 200;

const isVerified = (key: string, headers: IncomingHttpHeaders, body: Buffer): boolean =>
  isSignedBy(key, {
    id: String(headers['webhook-id']),
    timestamp: String(headers['webhook-timestamp']),
    signature: String(headers['webhook-signature']),
    body,
  });

interface Received {
  readonly verified: boolean;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const showCallback = (session: Session, { verified, status, headers, body }: Received): void => {
  const callback = readJson(body);
  const deliveryId = String(headers['rappel-delivery-id'] ?? '-');
  printResult(session, { verified, delivery_id: deliveryId, callback }, () => {
    const { type } = Object(callback) as { type?: unknown };
    const time = session.now().toISOString().slice(11, 23);
    const said = `${verified ? 'verified' : 'NOT VERIFIED'}, answered ${status}`;
    const pretty = JSON.stringify(callback, null, 2).split('\n').map(printable).join('\n');
    return `${time}  ${printable(String(type))}  ${said}  ${printable(deliveryId)}\n${pretty}`;
  });
};

const readJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return body.toString('utf8');
  }
};

const serve = async (
  port: number,
  onCallback: (headers: IncomingHttpHeaders, body: Buffer) => Promise<number>,
): Promise<Server> => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of request) {
        bytes += chunk.length;
        if (bytes > bodyBytesMax) return void response.writeHead(413).end();
        chunks.push(chunk);
      }
      response.writeHead(await onCallback(request.headers, Buffer.concat(chunks))).end();
    } catch {
      // The sender hung up.
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  }).catch((cause: unknown) => {
    throw new CommandError(`Port ${port} on 127.0.0.1 is busy: choose another by --port.`, {
      cause,
    });
  });
  return server;
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
