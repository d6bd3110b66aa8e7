// A proxy that lets a request take effect and loses its answer: what a cut connection leaves a client with.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LossyProxy {
  readonly endpoint: string;
  /** How many answers are to be lost from now on. */
  losses: number;
  close(): Promise<void>;
}

export const startLossyProxy = async (upstream: string): Promise<LossyProxy> => {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const headers = Object.entries(request.headers).filter(
      ([name]) => name.startsWith('x-amz-') || ['authorization', 'content-type'].includes(name),
    ) as [string, string][];
    const answer = await fetch(upstream, { method: 'POST', headers, body });
    const answerBody = Buffer.from(await answer.arrayBuffer());
    if (proxy.losses > 0) {
      proxy.losses -= 1;
      request.socket.destroy();
      return;
    }
    const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.0';
    response.writeHead(answer.status, { 'content-type': type }).end(answerBody);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: LossyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    losses: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
};
