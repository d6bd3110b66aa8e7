// Between a Function URL's event and the app: a request in, a result out.
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import type { Hono } from 'hono';
import type { AppEnvironment } from './route.ts';

/**
 * Never throws for a request: one that cannot even be built (a method or a header that `Request` refuses) is
 * answered by the app as a request without a route.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export const createHandler =
  (app: Pick<Hono<AppEnvironment>, 'fetch'>) =>
  async (event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> => {
    const response = await app.fetch(requestOf(event), { caller: callerOf(event) });
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };

/** Who signed the request, as IAM says.
 *  https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload */
const callerOf = ({ requestContext }: LambdaFunctionURLEvent): string | undefined =>
  (requestContext as { authorizer?: { iam?: { userArn?: string } } }).authorizer?.iam?.userArn;

const requestOf = (event: LambdaFunctionURLEvent): Request => {
  const { method } = event.requestContext.http;
  const url = `https://admin.invalid${event.rawPath}${event.rawQueryString && `?${event.rawQueryString}`}`;
  // A resolved `..` would lead a request elsewhere than its signer wrote, and to another company's things.
  if (!isResolved(event.rawPath)) return new Request('https://admin.invalid/');
  const mayHaveBody = method !== 'GET' && method !== 'HEAD' && event.body !== undefined;
  try {
    return new Request(url, {
      method,
      headers: Object.entries(event.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ) as [string, string][],
      ...(mayHaveBody && {
        body: Buffer.from(event.body!, event.isBase64Encoded ? 'base64' : 'utf8'),
      }),
    });
  } catch {
    return new Request('https://admin.invalid/');
  }
};

/** Whether a path leads where it reads: no dot segment, plain or encoded, and nothing that a URL writes otherwise.
 *  https://url.spec.whatwg.org/#path-state */
const isResolved = (path: string): boolean =>
  URL.parse(`https://admin.invalid${path}`)?.pathname === path;
