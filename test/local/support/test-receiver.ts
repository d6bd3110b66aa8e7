// A receiver for tests: records every callback, verifies it, and answers as it is told.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface RecordedCallback {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface TestReceiver {
  readonly url: string;
  readonly callbacks: RecordedCallback[];
  /** Resolves once so many callbacks have come. Rejects after ten seconds, with what came. */
  waitFor(count: number, patienceMs?: number): Promise<RecordedCallback[]>;
  /** How callbacks are answered from now on; 200 at first. */
  answer: (response: ServerResponse, callback: RecordedCallback) => void;
  close(): Promise<void>;
}

const usualPatienceMs = 10_000;

export const startTestReceiver = async (): Promise<TestReceiver> => {
  const callbacks: RecordedCallback[] = [];
  let arrived = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const callback = { path: request.url ?? '/', headers: request.headers, body };
    callbacks.push(callback);
    receiver.answer(response, callback);
    arrived.resolve();
    arrived = Promise.withResolvers<void>();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    callbacks,
    answer: (response) => response.writeHead(200).end(),
    waitFor: async (count, patienceMs = usualPatienceMs) => {
      const deadline = AbortSignal.timeout(patienceMs);
      while (callbacks.length < count) {
        const late = new Promise<never>((_, reject) => {
          deadline.addEventListener('abort', () =>
            reject(new Error(`${callbacks.length} of ${count} callbacks came in ${patienceMs} ms`)),
          );
        });
        await Promise.race([arrived.promise, late]);
      }
      return callbacks;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
};

/** Throws where the official library does not verify the callback. */
export const verify = (secret: string, { headers, body }: RecordedCallback): unknown =>
  new Webhook(secret).verify(body.toString('utf8'), headers as Record<string, string>);
