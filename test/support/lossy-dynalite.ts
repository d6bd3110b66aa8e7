// A local DynamoDB whose answers can be lost after the request took effect: what a cut connection leaves a client with.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  localCredentials,
  localRegion,
  startDynalite,
  type TestDynamoDb,
} from './start-dynalite.ts';

export interface LossyDynamoDb extends Pick<TestDynamoDb, 'client' | 'tables' | 'close'> {
  /** How many answers are to be lost from now on. */
  losses: number;
}

export const startLossyDynalite = async (): Promise<LossyDynamoDb> => {
  const dynamodb = await startDynalite();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const headers = Object.entries(request.headers).filter(
      ([name]) => name.startsWith('x-amz-') || ['authorization', 'content-type'].includes(name),
    ) as [string, string][];
    const answer = await fetch(dynamodb.endpoint, { method: 'POST', headers, body });
    const answerBody = Buffer.from(await answer.arrayBuffer());
    if (lossy.losses > 0) {
      lossy.losses -= 1;
      request.socket.destroy();
      return;
    }
    const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.0';
    response.writeHead(answer.status, { 'content-type': type }).end(answerBody);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const lossy: LossyDynamoDb = {
    client: new DynamoDBClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: localRegion,
      credentials: localCredentials,
    }),
    tables: dynamodb.tables,
    losses: 0,
    close: async () => {
      lossy.client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await dynamodb.close();
    },
  };
  return lossy;
};
