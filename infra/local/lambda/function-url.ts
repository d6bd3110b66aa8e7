// The Function URL on 127.0.0.1: verifies who calls, and hands the request to the function.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { portError } from '../reserve-port.ts';
import {
  type Authorize,
  accessKeyIdOf,
  type FunctionEngine,
  type FunctionUrlModel,
  localSecretAccessKey,
  type Observe,
  type Principal,
  rootAccessKeyId,
  type StackModel,
} from '../stack-model.ts';
import { StartError } from '../start-error.ts';
import { payloadBytesMax, tooLargeText } from './function-runner.ts';
import { checkSignature, type SignatureRefusal } from './request-signature.ts';
import { type UrlAnswer, urlAnswerOf } from './url-answer.ts';
import { readTarget, type UrlRequest, urlEventOf } from './url-event.ts';

export interface FunctionUrlOptions {
  /** Its `url` names the port; 0 takes a free one. */
  readonly url: FunctionUrlModel;
  readonly stack: Pick<StackModel, 'region' | 'accountId' | 'functions'>;
  readonly functions: FunctionEngine;
  readonly authorize: Authorize;
  readonly observe: Observe;
  /** For the age of signatures; the machine's clock if not given. */
  readonly now?: () => Date;
}

export interface FunctionUrlServer {
  /** The address that it listens on. */
  readonly url: string;
  /** Waits for the requests under way, but no longer than 3 s. */
  close(): Promise<void>;
}

const closeGraceMs = 3_000;

/** Milliseconds that a refused caller gets to stop sending, so that it can read the answer. */
const drainMs = 2_000;

/** Throws a sentence on a busy port, and on a URL that is open to everybody: none is emulated. */
export const startFunctionUrl = async (options: FunctionUrlOptions): Promise<FunctionUrlServer> => {
  const { url } = options;
  if (url.authType !== 'AWS_IAM') {
    throw new StartError(
      `${url.logicalId}: only a Function URL of AuthType AWS_IAM can run locally.`,
    );
  }
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    respond(options, request, response).catch((fault) => {
      // A caller that went away in the midst of its request is no trouble of ours.
      if (request.socket.destroyed) return;
      const text = `The Function URL could not answer. ${fault}`;
      options.observe({ kind: 'trouble', at: Date.now(), text });
      response.writeHead(500).end('Internal Server Error');
    });
  };
  // With a listener of its own, a body that is too large is refused before the caller sends it.
  const server = createServer(serve).on('checkContinue', serve);
  const port = await listen(server, Number(new URL(url.url).port));
  return { url: `http://127.0.0.1:${port}/`, close: () => close(server) };
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(portError(port, cause)));
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

const close = async (server: Server): Promise<void> => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await closed;
  clearTimeout(timer);
};

const respond = async (
  options: FunctionUrlOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const requestId = randomUUID();
  const answer = await answerOf(options, request, response, requestId);
  response.writeHead(answer.status, {
    ...answer.headers,
    'x-amzn-requestid': requestId,
    'content-length': answer.body.length,
  });
  response.end(answer.body);
  if (!request.complete) drain(request);
};

const drain = (request: IncomingMessage): void => {
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), drainMs);
  request.once('close', () => clearTimeout(timer));
};

const answerOf = async (
  options: FunctionUrlOptions,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<UrlAnswer> => {
  const target = readTarget(request.url ?? '');
  if (!target) return refusal(400, 'ValidationException', { message: 'The path begins with /.' });
  if (Number(request.headers['content-length'] ?? 0) > payloadBytesMax) return tooLarge;
  const now = options.now ?? (() => new Date());
  const head = { method: request.method ?? '', ...target, headers: headersOf(request) };
  const check = checkSignature(head, {
    region: options.stack.region,
    service: 'lambda',
    secretOf: (key) => (principalOf(options, key) ? localSecretAccessKey : undefined),
    now,
  });
  if (!check) return forbidden;
  if (check.kind === 'refused') return badSignature(check.refusal);
  if (request.headers.expect) response.writeContinue();
  const body = await readBody(request);
  if (!body) return tooLarge;
  const fault = await check.verify(body);
  if (fault) return badSignature(fault);
  const { accessKeyId } = check;
  const principal = principalOf(options, accessKeyId);
  if (!principal || !isAllowed(options, principal)) return forbidden;
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const caller = { accessKeyId, accountId: options.stack.accountId, principal };
  const context = { requestId, urlId: options.url.logicalId.toLowerCase(), now: now(), caller };
  return callFunction(options, urlEventOf({ ...head, sourceIp, body }, context));
};

const callFunction = async (
  { functions, url }: FunctionUrlOptions,
  event: object,
): Promise<UrlAnswer> => {
  // Base64 and escapes make the event larger than the body was.
  if (Buffer.byteLength(JSON.stringify(event)) > payloadBytesMax) return tooLarge;
  return urlAnswerOf(await functions.invoke(url.functionArn, event));
};

const headersOf = ({ rawHeaders }: IncomingMessage): UrlRequest['headers'] => {
  const headers = new Map<string, string[]>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[at + 1] ?? '']);
  }
  return headers;
};

/** Undefined for a body over the limit, of which no more is kept than that. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Without this option, leaving the loop would close the connection before the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > payloadBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const principalOf = ({ stack }: FunctionUrlOptions, accessKeyId: string): Principal | undefined => {
  if (accessKeyId === rootAccessKeyId) return { kind: 'root' };
  const fn = stack.functions.find((each) => accessKeyIdOf(each) === accessKeyId);
  return fn && { kind: 'role', arn: fn.roleArn };
};

/** Both permissions are needed. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
const isAllowed = (options: FunctionUrlOptions, principal: Principal): boolean => {
  const { authorize, observe, url } = options;
  const needed = {
    'lambda:InvokeFunctionUrl': { 'lambda:FunctionUrlAuthType': url.authType },
    'lambda:InvokeFunction': { 'lambda:InvokedViaFunctionUrl': 'true' },
  };
  for (const [action, condition] of Object.entries(needed)) {
    const context = { 'aws:SecureTransport': 'true', ...condition };
    const decision = authorize({ principal, action, resourceArn: url.functionArn, context });
    if (decision.allowed) continue;
    observe({ kind: 'denied', at: Date.now(), reason: decision.reason });
    return false;
  }
  return true;
};

const refusal = (status: number, type: string, body: object): UrlAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
  body: Buffer.from(JSON.stringify(body)),
});

/** An unsigned request, and one without permission, get the same answer.
 *  https://github.com/awsdocs/aws-lambda-developer-guide/issues/494 */
const forbidden = refusal(403, 'AccessDeniedException', {
  Message:
    'Forbidden. For troubleshooting Function URL authorization issues, see: ' +
    'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
});

const tooLarge = refusal(413, 'RequestTooLargeException', {
  Message: tooLargeText,
});

const badSignature = ({ type, message }: SignatureRefusal): UrlAnswer =>
  refusal(403, type, { message });
