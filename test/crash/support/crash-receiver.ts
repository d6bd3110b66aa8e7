// A receiver that can end the worker which calls it: with the answer unsent, or just sent.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './scenario.ts';

export interface ReceivedCallback {
  /** The path without its slash: the subscription's label. */
  readonly to: string;
  readonly eventId: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface CrashReceiver {
  urlOf(label: string): string;
  close(): Promise<void>;
}

/** @param onCallback answers through `respond`, which settles once the answer has left; or leaves it unanswered */
export const startCrashReceiver = async (
  onCallback: (
    callback: ReceivedCallback,
    respond: (answer: Answer) => Promise<void>,
  ) => Promise<void>,
): Promise<CrashReceiver> => {
  const server = createServer(async (request, response) => {
    // A worker that ended while it sent its request: nothing has come.
    const parts = await Array.fromAsync(request).catch(() => undefined);
    if (parts === undefined) return;
    const callback = {
      to: request.url!.slice(1),
      eventId: String(request.headers['webhook-id']),
      headers: request.headers,
      body: Buffer.concat(parts).toString('utf8'),
    };
    await onCallback(callback, (answer) => send(response, answer));
    if (!response.writableEnded) response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (label) => `http://127.0.0.1:${port}/${label}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const send = (response: ServerResponse, { status, headers }: Answer): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', resolve);
    response.writeHead(status, headers).end(resolve);
  });
