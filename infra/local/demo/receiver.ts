// A sample receiver, as an integrator would write one: it verifies with the official library, then answers 200.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly path: string;
  readonly verified: boolean;
  readonly eventId: string;
  readonly eventType: string;
  readonly at: number;
}

export interface Receiver {
  readonly url: string;
  /** From now on callbacks to this path must carry this secret's signature. */
  expect(path: string, secret: string): void;
  close(): Promise<void>;
}

export const startReceiver = async (
  port: number,
  onCallback: (received: Received) => void,
): Promise<Receiver> => {
  const webhooks = new Map<string, Webhook>();
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    const body = Buffer.concat(await Array.fromAsync(request)).toString('utf8');
    const verified = isVerified(
      webhooks.get(path),
      body,
      request.headers as Record<string, string>,
    );
    response.writeHead(verified ? 200 : 401).end();
    onCallback({
      path,
      verified,
      eventId: String(request.headers['webhook-id']),
      eventType: verified ? JSON.parse(body).type : 'unknown',
      at: Date.now(),
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    expect: (path, secret) => void webhooks.set(path, new Webhook(secret)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const isVerified = (
  webhook: Webhook | undefined,
  body: string,
  headers: Record<string, string>,
): boolean => {
  try {
    webhook?.verify(body, headers);
    return webhook !== undefined;
  } catch {
    return false;
  }
};
