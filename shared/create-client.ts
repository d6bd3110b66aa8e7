// Clients of AWS whose calls end: by an answer or an error, before the invocation does.
import {
  awsCallsAtOnceMax,
  awsConnectTimeoutMs,
  awsRequestTimeoutMs,
  awsTriesMax,
} from './limits.ts';

/**
 * By itself the SDK waits for an answer as long as five minutes of silence last, of SQS fifteen; `requestTimeout`
 * alone writes a warning. Beside it, `socketTimeout` ends a body that stops half way.
 * https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#request-handler-requesthandler
 */
const clientOptions = {
  maxAttempts: awsTriesMax,
  requestHandler: {
    connectionTimeout: awsConnectTimeoutMs,
    requestTimeout: awsRequestTimeoutMs,
    socketTimeout: awsRequestTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: { maxSockets: awsCallsAtOnceMax },
    httpsAgent: { maxSockets: awsCallsAtOnceMax },
  },
};

/** What every client of the SDK has, and what this file uses of it. */
interface AwsClient {
  readonly middlewareStack: { add(middleware: Middleware, options: { step: 'initialize' }): void };
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the client's calls take and give
type Call = (request: any) => Promise<any>;
type Middleware = (next: Call) => Call;

/** @param options beside the limits, such as an endpoint; deployed, the environment says all */
export const createClient = <Options extends object, Client extends AwsClient>(
  Client: new (options: Options) => Client,
  options?: Partial<Options>,
): Client => {
  const client = new Client({ ...clientOptions, ...options } as unknown as Options);
  client.middlewareStack.add(inTurn(), { step: 'initialize' });
  return client;
};

/**
 * No more calls at once than there are sockets: a sweep makes a thousand, and the SDK's time-outs would count what a
 * call waits for a socket, too.
 */
const inTurn = (): Middleware => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return (next) => async (request) => {
    if (running === awsCallsAtOnceMax) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await next(request);
    } finally {
      const first = waiting.shift();
      if (first === undefined) running -= 1;
      else first();
    }
  };
};
