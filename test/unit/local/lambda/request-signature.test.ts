// Signature Version 4, against AWS's published examples and signatures computed step by step with node:crypto.
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  checkSignature,
  type SignatureRules,
  type SignedRequest,
} from '../../../../infra/local/lambda/request-signature.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const signedAt = new Date('2015-08-30T12:36:00Z');

const rulesFor = (service: string, changes: Partial<SignatureRules> = {}): SignatureRules => ({
  region: 'us-east-1',
  service,
  secretOf: (accessKeyId) => (accessKeyId === 'AKIDEXAMPLE' ? secret : undefined),
  now: () => signedAt,
  ...changes,
});

const requestOf = (
  headers: Record<string, string>,
  changes: Partial<SignedRequest> = {},
): SignedRequest => ({
  method: 'GET',
  path: '/',
  query: {},
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
  ...changes,
});

const authorizationOf = (service: string, signedHeaders: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`;

const check = async (request: SignedRequest, rules: SignatureRules, body = '') => {
  const checked = checkSignature(request, rules);
  if (checked?.kind !== 'claimed') return checked?.refusal;
  return checked.verify(Buffer.from(body));
};

/** The algorithm of AWS's page, by hand, over a canonical request that a test has written out. */
const signByHand = (canonicalRequest: string, service = 'lambda'): string => {
  const hmac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest();
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const scope = `20150830/us-east-1/${service}/aws4_request`;
  const stringToSign = `AWS4-HMAC-SHA256\n20150830T123600Z\n${scope}\n${hash}`;
  const key = ['20150830', 'us-east-1', service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secret}`,
  );
  return hmac(key, stringToSign).toString('hex');
};

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const basicHeaders = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };

/** A good request to `lambda`, of which a test spoils one thing. */
const goodRequest = (changes: Record<string, string> = {}, scope = 'lambda') => {
  const canonical = `GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n${emptyHash}`;
  const authorization = authorizationOf(scope, 'host;x-amz-date', signByHand(canonical));
  return requestOf({ ...basicHeaders, authorization, ...changes });
};

describe('accepts', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
  it('the example of AWS`s documentation', async () => {
    const signature = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      host: 'iam.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: authorizationOf('iam', 'content-type;host;x-amz-date', signature),
    };
    const query = { Action: ['ListUsers'], Version: ['2010-05-08'] };

    const fault = await check(requestOf(headers, { query }), rulesFor('iam'));

    expect(fault).toBeUndefined();
  });

  // https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html
  it.each([
    ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      { Param2: ['value2'], Param1: ['value1'] },
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])('%s of AWS`s test suite', async (_, query, signature) => {
    const authorization = authorizationOf('service', 'host;x-amz-date', signature);
    const request = requestOf({ ...basicHeaders, authorization }, { query });

    const fault = await check(request, rulesFor('service'));

    expect(fault).toBeUndefined();
  });

  it('a request with a body, repeated headers and parameters, and a signed user agent', async () => {
    const body = '{"url":"https://example.com/é"}';
    const bodyHash = createHash('sha256').update(body).digest('hex');
    const signedHeaders =
      'host;user-agent;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-two';
    const canonical = [
      'POST',
      '/v1/a%2520b/',
      'a=1&a=2&b=%C3%A9%20%2B',
      'host:example.amazonaws.com',
      'user-agent:by hand',
      `x-amz-content-sha256:${bodyHash}`,
      'x-amz-date:20150830T123600Z',
      'x-amz-security-token:token',
      'x-two:one,two',
      '',
      signedHeaders,
      bodyHash,
    ].join('\n');
    const headers = new Map<string, string[]>([
      ['host', ['example.amazonaws.com']],
      ['user-agent', ['by   hand']],
      ['x-amz-content-sha256', [bodyHash]],
      ['x-amz-date', ['20150830T123600Z']],
      ['x-amz-security-token', ['token']],
      ['x-two', ['one', 'two']],
      ['authorization', [authorizationOf('lambda', signedHeaders, signByHand(canonical))]],
    ]);
    const query = { b: ['é +'], a: ['2', '1'] };
    const request: SignedRequest = { method: 'POST', path: '/v1//a%20b/', query, headers };

    const fault = await check(request, rulesFor('lambda'), body);

    expect(fault).toBeUndefined();
  });

  it.each([-5 * 60_000, 5 * 60_000])('a clock that is %d ms away', async (offsetMs) => {
    const now = () => new Date(signedAt.getTime() + offsetMs);

    const fault = await check(goodRequest(), rulesFor('lambda', { now }));

    expect(fault).toBeUndefined();
  });
});

describe('refuses', () => {
  const mismatch = {
    type: 'InvalidSignatureException',
    message: expect.stringContaining('The request signature we calculated does not match'),
  };

  it('nothing by itself when there is no signature: that is for the caller to judge', () => {
    const checked = checkSignature(requestOf(basicHeaders), rulesFor('lambda'));

    expect(checked).toBeUndefined();
  });

  it.each([
    ['another path', { path: '/other' }],
    ['another method', { method: 'POST' }],
    ['another parameter', { query: { a: ['1'] } }],
  ])('%s than was signed', async (_, changes) => {
    const request = { ...goodRequest(), ...changes };

    const fault = await check(request, rulesFor('lambda'));

    expect(fault).toEqual(mismatch);
  });

  it.each([
    ['another host', { host: 'other.amazonaws.com' }],
    ['another date', { 'x-amz-date': '20150830T123601Z' }],
  ])('%s than was signed', async (_, headers) => {
    const fault = await check(goodRequest(headers), rulesFor('lambda'));

    expect(fault).toEqual(mismatch);
  });

  it('another body than was signed', async () => {
    const fault = await check(goodRequest(), rulesFor('lambda'), 'body');

    expect(fault).toEqual(mismatch);
  });

  it('a hash of the body that is signed but wrong', async () => {
    const signed = 'host;x-amz-content-sha256;x-amz-date';
    const canonical = `GET\n/\n\nhost:example.amazonaws.com\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:20150830T123600Z\n\n${signed}\nUNSIGNED-PAYLOAD`;
    const request = requestOf({
      ...basicHeaders,
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      authorization: authorizationOf('lambda', signed, signByHand(canonical)),
    });

    const fault = await check(request, rulesFor('lambda'), 'body');

    expect(fault).toEqual(mismatch);
  });

  it('another secret', async () => {
    const rules = rulesFor('lambda', { secretOf: () => 'other' });

    const fault = await check(goodRequest(), rules);

    expect(fault).toEqual(mismatch);
  });

  it('an unknown key', async () => {
    const rules = rulesFor('lambda', { secretOf: () => undefined });

    const fault = await check(goodRequest(), rules);

    expect(fault).toEqual({
      type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
  });

  it.each([
    ['another region', { region: 'eu-west-3' }, `a valid region: 'eu-west-3'`],
    ['another service', { service: 'execute-api' }, `correct service: 'execute-api'`],
    [
      'a signature of six minutes ago',
      { now: () => new Date('2015-08-30T12:41:01Z') },
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
    ],
    [
      'a signature of the future',
      { now: () => new Date('2015-08-30T12:30:59Z') },
      'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
    ],
  ])('%s', async (_, changes, message) => {
    const fault = await check(goodRequest(), rulesFor('lambda', changes));

    expect(fault).toEqual({
      type: 'InvalidSignatureException',
      message: expect.stringContaining(message),
    });
  });

  it('a scope of another day than the request', async () => {
    const request = goodRequest({ 'x-amz-date': '20150831T000000Z' });
    const now = () => new Date('2015-08-31T00:00:00Z');

    const fault = await check(request, rulesFor('lambda', { now }));

    expect(fault?.message).toContain(`'20150830' != '20150831'`);
  });

  it.each([
    ['x-amz-security-token', 'token'],
    ['x-amz-content-sha256', emptyHash],
  ])('an unsigned header %s', async (name, value) => {
    const fault = await check(goodRequest({ [name]: value }), rulesFor('lambda'));

    expect(fault?.message).toBe(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
  });

  it('an unsigned host', async () => {
    const signature = signByHand(
      `GET\n/\n\nx-amz-date:20150830T123600Z\n\nx-amz-date\n${emptyHash}`,
    );
    const authorization = authorizationOf('lambda', 'x-amz-date', signature);

    const fault = await check(goodRequest({ authorization }), rulesFor('lambda'));

    expect(fault?.message).toContain(`'host' must be a 'SignedHeader'`);
  });

  it.each([
    ['another scheme', { authorization: 'Basic bG9jYWw6bG9jYWw=' }],
    ['no signature in it', { authorization: authorizationOf('lambda', 'host', '') }],
    ['a short signature', { authorization: authorizationOf('lambda', 'host', 'abc') }],
    ['no date', { 'x-amz-date': '' }],
    ['a date of another form', { 'x-amz-date': '2015-08-30T12:36:00Z' }],
    ['a date that does not exist', { 'x-amz-date': '20151330T123600Z' }],
  ])('%s', async (_, headers) => {
    const fault = await check(goodRequest(headers), rulesFor('lambda'));

    expect(fault?.type).toBe('IncompleteSignatureException');
  });
});
