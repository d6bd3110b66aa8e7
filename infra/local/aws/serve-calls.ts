// The HTTP side of the local endpoint: AWS's JSON protocols on 127.0.0.1.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { portError } from '../reserve-port.ts';
import { answerCall, type CallDeps } from './answer-call.ts';
import type { AwsAnswer, AwsServiceName } from './aws-call.ts';
import { AwsError, answerOfError } from './aws-error.ts';

/** Bytes of a request. DynamoDB's own limit is the largest of the three services.
 *  https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const requestBytesMax = 16 * 1024 * 1024;

const serviceOfTarget: Readonly<Record<string, AwsServiceName>> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > requestBytesMax) {
      throw new AwsError(
        'RequestEntityTooLarge',
        `A request may have ${requestBytesMax} bytes at most.`,
        { status: 413 },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, contentType: string, answer: AwsAnswer): void => {
  const body = Buffer.from(JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    'content-type': contentType,
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
    ...answer.headers,
  });
  response.end(body);
};

const unreadable = (request: IncomingMessage): AwsAnswer =>
  answerOfError(
    'dynamodb',
    new AwsError(
      'UnknownOperationException',
      `${request.method} ${request.url} names no operation. This endpoint speaks the JSON ` +
        'protocols of DynamoDB, SQS and EventBridge, with the operation in X-Amz-Target. ' +
        'An SDK or aws command line of 2023 or before speaks another one to SQS: use a newer one.',
    ),
  );

const handle = async (
  deps: CallDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.0';
  const [prefix = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const service = serviceOfTarget[prefix];
  if (service === undefined || operation === '') {
    request.resume();
    send(response, contentType, unreadable(request));
    return;
  }
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const body = await bodyOf(request);
    const { authorization, 'x-amz-security-token': token } = request.headers;
    const call = { service, operation, authorization, body, signal: gone.signal };
    const sessionToken = typeof token === 'string' ? { sessionToken: token } : {};
    send(response, contentType, await answerCall(deps, { ...call, ...sessionToken }));
  } catch (error) {
    if (error instanceof AwsError) send(response, contentType, answerOfError(service, error));
    else response.destroy();
  }
};

/** Listens on 127.0.0.1; port 0 takes a free one. `close` ends all connections, then waits for the
 *  calls that are under way. Throws a sentence on a busy port. */
export const serveCalls = async (
  deps: CallDeps,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> => {
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const call = handle(deps, request, response).finally(() => underWay.delete(call));
    underWay.add(call);
  });
  // A client that reuses a socket in the moment the server closes it sees a reset: let the client
  // close first.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(portError(port, cause)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await Promise.all(underWay);
    },
  };
};
