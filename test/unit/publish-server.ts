// A server that speaks PutEvents' wire protocol, so that the real EventBridge client can be told any answer.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';

export interface PutEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** What one request is answered: an error code for each entry or undefined for success, or a failure as a whole. */
export type PutAnswer = readonly (string | undefined)[] | { readonly status: number; type: string };

export interface PublishServer {
  readonly eventBridge: EventBridgeClient;
  /** The entries of every request, in order. */
  readonly requests: readonly (readonly PutEntry[])[];
  close(): Promise<void>;
}

/** Answers the first request with the first answer, and so on; then every entry is accepted. */
export const startPublishServer = async (answers: readonly PutAnswer[]): Promise<PublishServer> => {
  const requests: PutEntry[][] = [];
  const server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: PutEntry[] };
    const answer = answers[requests.length] ?? [];
    requests.push(Entries);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if ('status' in answer) {
      response.statusCode = answer.status;
      response.end(JSON.stringify({ __type: answer.type, message: 'as the test says' }));
      return;
    }
    const results = Entries.map((_, index) =>
      answer[index] === undefined
        ? { EventId: `${requests.length}-${index}` }
        : { ErrorCode: answer[index], ErrorMessage: 'as the test says' },
    );
    const failed = results.filter((result) => 'ErrorCode' in result).length;
    response.end(JSON.stringify({ FailedEntryCount: failed, Entries: results }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const eventBridge = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    eventBridge,
    requests,
    close: async () => {
      eventBridge.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
