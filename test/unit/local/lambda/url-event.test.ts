// What a function behind a Function URL is given of a request.
import { describe, expect, it } from 'vitest';
import {
  readTarget,
  type UrlCaller,
  type UrlRequest,
  urlEventOf,
} from '../../../../infra/local/lambda/url-event.ts';

const root: UrlCaller = {
  accessKeyId: 'local',
  accountId: '000000000000',
  principal: { kind: 'root' },
};

const eventOf = (
  target: string,
  headers: Record<string, string[]> = {},
  body = '',
  caller = root,
): Record<string, unknown> => {
  const request: UrlRequest = {
    method: 'POST',
    ...readTarget(target)!,
    headers: new Map(Object.entries({ host: ['127.0.0.1:4567'], ...headers })),
    sourceIp: '127.0.0.1',
    body: Buffer.from(body),
  };
  const now = new Date('2020-03-12T19:03:58.390Z');
  const event = urlEventOf(request, { requestId: 'id', urlId: 'adminurl', now, caller });
  return event as Record<string, unknown>;
};

it('has the fields of payload format 2.0', () => {
  const headers = { 'user-agent': ['aws-cli/2'], 'content-type': ['application/json'] };

  const event = eventOf('/v1/a%20b?x=1&x=2&y', headers, '{"a":"é"}');

  expect(event).toEqual({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/v1/a%20b',
    rawQueryString: 'x=1&x=2&y',
    headers: {
      host: '127.0.0.1:4567',
      'user-agent': 'aws-cli/2',
      'content-type': 'application/json',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    },
    queryStringParameters: { x: '1,2', y: '' },
    requestContext: {
      accountId: '000000000000',
      apiId: 'adminurl',
      authentication: null,
      authorizer: {
        iam: {
          accessKey: 'local',
          accountId: '000000000000',
          callerId: '000000000000',
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: 'arn:aws:iam::000000000000:root',
          userId: '000000000000',
        },
      },
      domainName: '127.0.0.1:4567',
      domainPrefix: 'adminurl',
      http: {
        method: 'POST',
        path: '/v1/a%20b',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'aws-cli/2',
      },
      requestId: 'id',
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: 1584039838390,
    },
    body: '{"a":"é"}',
    isBase64Encoded: false,
  });
});

it('leaves out what the request has not: body, parameters, cookies', () => {
  const event = eventOf('/');

  expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  expect(Object.keys(event)).not.toContain('body');
  expect(Object.keys(event)).not.toContain('queryStringParameters');
  expect(Object.keys(event)).not.toContain('cookies');
});

it('lists cookies apart from the headers, joins repeated headers, and drops the signature', () => {
  const headers = { cookie: ['a=1; b=2', 'c=3'], 'x-two': ['1', '2'], authorization: ['AWS4…'] };

  const event = eventOf('/', headers);

  expect(event.cookies).toEqual(['a=1', 'b=2', 'c=3']);
  expect(event.headers).toMatchObject({ 'x-two': '1,2' });
  expect(Object.keys(event.headers as object)).not.toContain('cookie');
  expect(Object.keys(event.headers as object)).not.toContain('authorization');
});

it('names the role of a caller that has one', () => {
  const principal = { kind: 'role', arn: 'arn:aws:iam::000000000000:role/sweep' } as const;

  const event = eventOf('/', {}, '', { ...root, accessKeyId: 'LOCALSweep', principal });

  expect(event.requestContext).toMatchObject({
    authorizer: {
      iam: {
        accessKey: 'LOCALSweep',
        userArn: 'arn:aws:sts::000000000000:assumed-role/sweep/local',
        userId: 'LOCALSweep:sweep',
      },
    },
  });
});

describe('a target', () => {
  it.each([
    ['/a%2Fb/%C3%A9//', '/a%2Fb/%C3%A9//', '', {}],
    ['/a+b?q=a+b', '/a+b', 'q=a+b', { q: ['a b'] }],
    ['/?q=a%2Bb', '/', 'q=a%2Bb', { q: ['a+b'] }],
    ['/?a=1&b=2&a=3', '/', 'a=1&b=2&a=3', { a: ['1', '3'], b: ['2'] }],
    ['/?k&=v&&l=', '/', 'k&=v&&l=', { k: [''], '': ['v'], l: [''] }],
    ['/?a=b=c?d', '/', 'a=b=c?d', { a: ['b=c?d'] }],
    ['/?bad=%zz&cut=%C3', '/', 'bad=%zz&cut=%C3', { bad: ['%zz'], cut: ['%C3'] }],
    ['/?__proto__=x', '/', '__proto__=x', Object.fromEntries([['__proto__', ['x']]])],
  ])(
    'is split but not decoded, and its parameters are decoded: %s',
    (target, path, rawQuery, query) => {
      const read = readTarget(target);

      expect(read).toEqual({ path, rawQuery, query });
    },
  );

  it.each(['*', 'http://127.0.0.1/', 'v1'])('is none without a path: %s', (target) => {
    const read = readTarget(target);

    expect(read).toBeUndefined();
  });
});

describe('a body', () => {
  it.each([
    ['text/plain', false],
    ['text/csv; charset=utf-8', false],
    ['application/json', false],
    ['Application/JSON;charset=utf-8', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['application/json-seq', true],
    ['', true],
  ])('of the type "%s" is in base64: %s', (type, isBase64Encoded) => {
    const event = eventOf('/', { 'content-type': [type] }, 'é');

    expect(event).toMatchObject({
      body: isBase64Encoded ? Buffer.from('é').toString('base64') : 'é',
      isBase64Encoded,
    });
  });

  it('that is compressed is in base64, whatever its type', () => {
    const headers = { 'content-type': ['text/plain'], 'content-encoding': ['gzip'] };

    const event = eventOf('/', headers, 'zip');

    expect(event).toMatchObject({ isBase64Encoded: true });
  });
});
