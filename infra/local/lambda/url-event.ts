// The event that an HTTP request becomes for a function: payload format 2.0.
import type { Principal } from '../stack-model.ts';
import type { SignedRequest } from './request-signature.ts';

export interface UrlCaller {
  readonly accessKeyId: string;
  readonly accountId: string;
  readonly principal: Principal;
}

export interface UrlRequest extends SignedRequest {
  readonly rawQuery: string;
  readonly sourceIp: string;
  readonly body: Buffer;
}

/** Splits the target of a request line. Undefined for one that does not begin with `/`. */
export const readTarget = (
  target: string,
): Pick<UrlRequest, 'path' | 'query' | 'rawQuery'> | undefined => {
  if (!target.startsWith('/')) return undefined;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const rawQuery = mark < 0 ? '' : target.slice(mark + 1);
  return { path, rawQuery, query: readQuery(rawQuery) };
};

/** `+` is a space, as HTML forms have it; what is no percent-encoding stays as it is. */
const decode = (text: string): string => {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
};

const readQuery = (rawQuery: string): Record<string, string[]> => {
  const all = new Map<string, string[]>();
  for (const pair of rawQuery.split('&').filter((each) => each !== '')) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    all.set(name, [...(all.get(name) ?? []), value]);
  }
  return Object.fromEntries(all);
};

/** Of the signed headers a function sees all but `authorization`; who called is in
 *  `requestContext`. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export const urlEventOf = (
  request: UrlRequest,
  context: { requestId: string; urlId: string; now: Date; caller: UrlCaller },
): object => {
  const headers = headersOf(request);
  const cookies = (request.headers.get('cookie') ?? []).flatMap((each) => each.split(/; */));
  const parameters = Object.entries(request.query).map(([name, all]) => [name, all.join(',')]);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(parameters.length > 0 && { queryStringParameters: Object.fromEntries(parameters) }),
    requestContext: requestContextOf(request, headers, context),
    ...bodyOf(request),
  };
};

const headersOf = ({ headers, sourceIp }: UrlRequest): Record<string, string> => ({
  ...Object.fromEntries(
    [...headers]
      .filter(([name]) => name !== 'authorization' && name !== 'cookie')
      .map(([name, values]) => [name, values.join(',')]),
  ),
  'x-forwarded-for': sourceIp,
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '443',
});

const requestContextOf = (
  request: UrlRequest,
  headers: Readonly<Record<string, string>>,
  { requestId, urlId, now, caller }: Parameters<typeof urlEventOf>[1],
): object => ({
  accountId: caller.accountId,
  apiId: urlId,
  authentication: null,
  authorizer: { iam: iamOf(caller) },
  domainName: headers.host,
  domainPrefix: urlId,
  http: {
    method: request.method,
    path: request.path,
    protocol: 'HTTP/1.1',
    sourceIp: request.sourceIp,
    userAgent: headers['user-agent'] ?? '',
  },
  requestId,
  routeKey: '$default',
  stage: '$default',
  time: logTimeOf(now),
  timeEpoch: now.getTime(),
});

const iamOf = ({ accessKeyId, accountId, principal }: UrlCaller): object => {
  const roleName = principal.kind === 'role' ? principal.arn.split('/').at(-1) : undefined;
  const userId = roleName === undefined ? accountId : `${accessKeyId}:${roleName}`;
  return {
    accessKey: accessKeyId,
    accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn:
      roleName === undefined
        ? `arn:aws:iam::${accountId}:root`
        : `arn:aws:sts::${accountId}:assumed-role/${roleName}/local`,
    userId,
  };
};

/** `12/Mar/2020:19:03:58 +0000` */
const logTimeOf = (date: Date): string => {
  const [, day, month, year, time] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
};

/** Media types whose bodies arrive as text. All others, forms among them, arrive in base64.
 *  https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
const textType = /^(text\/[^;]+|application\/(json|javascript|xml)) *(;|$)/i;

const bodyOf = ({ headers, body }: UrlRequest): { body?: string; isBase64Encoded: boolean } => {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText =
    textType.test(headers.get('content-type')?.[0] ?? '') && !headers.has('content-encoding');
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
};
