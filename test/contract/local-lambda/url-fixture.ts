// A Function URL for the tests, and requests to it exactly as they are written.
import { createHash, createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { onTestFinished } from 'vitest';
import {
  type FunctionUrlOptions,
  startFunctionUrl,
} from '../../../infra/local/lambda/function-url.ts';
import type { InvokeResult, Observation } from '../../../infra/local/stack-model.ts';

const functionArn = 'arn:aws:lambda:eu-west-3:000000000000:function:admin';

export interface RunningUrl {
  readonly url: string;
  /** The events that the function was given. */
  readonly events: Record<string, unknown>[];
  readonly observations: Observation[];
}

/** Starts a URL on a free port until the test ends; its function answers an empty 200 unless
 *  told otherwise. */
export const startUrl = async (
  answer: (event: Record<string, unknown>) => unknown = () => ({ statusCode: 200 }),
  changes: Partial<FunctionUrlOptions> = {},
): Promise<RunningUrl> => {
  const events: Record<string, unknown>[] = [];
  const observations: Observation[] = [];
  const invoke = async (_: string, event: unknown): Promise<InvokeResult> => {
    events.push(event as Record<string, unknown>);
    return {
      kind: 'returned',
      value: await answer(event as Record<string, unknown>),
      durationMs: 1,
    };
  };
  const server = await startFunctionUrl({
    url: { logicalId: 'AdminUrl', functionArn, authType: 'AWS_IAM', url: 'http://127.0.0.1:0/' },
    stack: { region: 'eu-west-3', accountId: '000000000000', functions: [] },
    functions: { invoke },
    authorize: () => ({ allowed: true }),
    observe: (each) => observations.push(each),
    ...changes,
  });
  onTestFinished(() => server.close());
  return { url: server.url, events, observations };
};

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  /** The target of the request line, as it is. */
  readonly target?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** Sends a request as it is: no normalised path, no added header but `host` and the body's
 *  length. */
export const call = (
  url: string,
  { method = 'GET', target = '/', headers = {}, body }: RawRequest,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const outgoing = request({ hostname, port, method, path: target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

export interface Signing {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
}

/** The headers of a request that the SDK's own signer has signed. */
export const signWithSdk = async (
  url: string,
  parts: {
    method?: string;
    path?: string;
    query?: Record<string, string | string[]>;
    headers?: Record<string, string>;
    body?: string | Buffer;
  },
  signing: Signing = {},
): Promise<Record<string, string>> => {
  const { accessKeyId = 'local', secretAccessKey = 'local', sessionToken } = signing;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    region: signing.region ?? 'eu-west-3',
    service: signing.service ?? 'lambda',
    sha256: Sha256,
  });
  const { method = 'GET', path = '/', query = {}, body } = parts;
  const { hostname, host } = new URL(url);
  const headers = { host, ...parts.headers };
  const unsigned = { method, protocol: 'http:', hostname, path, query, headers, body };
  return (await signer.sign(unsigned)).headers;
};

/** The headers of a request signed step by step, from a canonical path and query that the test
 *  wrote out. */
export const signByHand = (
  url: string,
  canonical: { method: string; path: string; query: string; body: string },
): Record<string, string> => {
  const { host } = new URL(url);
  const amzDate = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const date = amzDate.slice(0, 8);
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest();
  const { method, path, query, body } = canonical;
  const signedHeaders = 'host;x-amz-date';
  const canonicalRequest = `${method}\n${path}\n${query}\nhost:${host}\nx-amz-date:${amzDate}\n\n${signedHeaders}\n${sha256(body)}`;
  const scope = `${date}/eu-west-3/lambda/aws4_request`;
  const stringToSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(canonicalRequest)}`;
  const key = [date, 'eu-west-3', 'lambda', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    'AWS4local',
  );
  const signature = hmac(key, stringToSign).toString('hex');
  return {
    host,
    'x-amz-date': amzDate,
    authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
};
