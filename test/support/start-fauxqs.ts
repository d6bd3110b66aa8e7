// SQS on a free port of this machine, behind a door where a test can refuse a part of a batch.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { localCredentials, localRegion } from './start-dynalite.ts';

interface BatchRequest {
  Entries: { Id: string; MessageBody: string; MessageGroupId?: string; DelaySeconds?: number }[];
}

export interface TestSqs {
  readonly client: SQSClient;
  /** Entries of every SendMessageBatch, in the order of their arrival. */
  readonly batches: BatchRequest['Entries'][];
  createQueue(name: string): Promise<string>;
  /** Everything that a queue has to give, taken ten at a time. */
  receiveAll(queueUrl: string): Promise<Message[]>;
  /** Entries that SendMessageBatch shall refuse from now on; none at first. */
  refuses: (body: string) => boolean;
  close(): Promise<void>;
}

export const startFauxqs = async (): Promise<TestSqs> => {
  const app = buildApp({ logger: false, defaultRegion: localRegion });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const batches: BatchRequest['Entries'][] = [];

  const door = createServer(async (request, response) => {
    const text = Buffer.concat(await Array.fromAsync(request)).toString('utf8');
    const target = String(request.headers['x-amz-target']);
    const isBatch = target.endsWith('.SendMessageBatch');
    const { body, failed } = isBatch ? splitBatch(text) : { body: text, failed: [] };
    const answer =
      body === undefined
        ? { status: 200, json: { Successful: [] as unknown[] } }
        : await forward(port, target, body);
    if (failed.length > 0) Object.assign(answer.json, { Failed: failed });
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer.json));
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));

  /** What is left of a batch for fauxqs, and the entries that the test refuses. */
  const splitBatch = (text: string): { body: string | undefined; failed: object[] } => {
    const request = JSON.parse(text) as BatchRequest;
    batches.push(request.Entries);
    const { taken = [], refused = [] } = Object.groupBy(request.Entries, ({ MessageBody }) =>
      sqs.refuses(MessageBody) ? 'refused' : 'taken',
    );
    return {
      body: taken.length > 0 ? JSON.stringify({ ...request, Entries: taken }) : undefined,
      failed: refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
    };
  };

  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    region: localRegion,
    credentials: localCredentials,
    // Requests go to the door, whatever host fauxqs writes into its queues' URLs.
    useQueueUrlAsEndpoint: false,
  });
  const sqs: TestSqs = {
    client,
    batches,
    refuses: () => false,
    createQueue: async (QueueName) =>
      (await client.send(new CreateQueueCommand({ QueueName }))).QueueUrl!,
    receiveAll: async (QueueUrl) => {
      const all: Message[] = [];
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ['All'],
          }),
        );
        if (Messages.length === 0) return all;
        all.push(...Messages);
      }
    },
    close: async () => {
      client.destroy();
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
      await app.close();
    },
  };
  return sqs;
};

const forward = async (port: number, target: string, body: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target },
    body,
  });
  return { status: answer.status, json: (await answer.json()) as object };
};
