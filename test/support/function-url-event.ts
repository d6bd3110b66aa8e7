// A request as Lambda's Function URL hands it to a function.
import type { LambdaFunctionURLEvent } from 'aws-lambda';

export interface RequestParts {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
export const functionUrlEvent = (
  method: string,
  path: string,
  { query = '', headers = {}, body }: RequestParts = {},
): LambdaFunctionURLEvent => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: query,
  headers,
  requestContext: {
    accountId: '000000000000',
    apiId: 'abc',
    domainName: 'abc.lambda-url.eu-west-3.on.aws',
    domainPrefix: 'abc',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: '1',
    routeKey: '$default',
    stage: '$default',
    time: '12/Oct/2026:08:15:30 +0000',
    timeEpoch: 1_791_792_930_000,
  },
  ...(body !== undefined && { body: Buffer.from(body).toString('base64') }),
  isBase64Encoded: body !== undefined,
});
