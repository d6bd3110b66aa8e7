// What a caller of a Function URL is given of a function's result.
import { describe, expect, it } from 'vitest';
import { urlAnswerOf } from '../../../../infra/local/lambda/url-answer.ts';

const answerOf = (value: unknown) => {
  const { status, headers, body } = urlAnswerOf({ kind: 'returned', value, durationMs: 1 });
  return { status, headers, body: body.toString() };
};

const badGateway = {
  status: 502,
  headers: { 'content-type': 'application/json' },
  body: 'Internal Server Error',
};

describe('a result with a status code', () => {
  it('says status, headers, cookies and body', () => {
    const answer = answerOf({
      statusCode: 201,
      headers: { 'Content-Type': 'application/problem+json', 'X-Count': 3, ETag: '"1"' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: '{"a":1}',
    });

    expect(answer).toEqual({
      status: 201,
      headers: {
        'content-type': 'application/problem+json',
        'x-count': '3',
        etag: '"1"',
        'set-cookie': ['a=1; Path=/', 'b=2'],
      },
      body: '{"a":1}',
    });
  });

  it('is JSON without a body if it says no more', () => {
    const answer = answerOf({ statusCode: 204 });

    expect(answer).toEqual({
      status: 204,
      headers: { 'content-type': 'application/json' },
      body: '',
    });
  });

  it('may hold its body in base64', () => {
    const body = Buffer.from('é').toString('base64');

    const answer = answerOf({ statusCode: 200, body, isBase64Encoded: true });

    expect(answer.body).toBe('é');
  });

  it('does not decide on the length or the connection', () => {
    const headers = { 'Content-Length': '1', Connection: 'close', 'Transfer-Encoding': 'chunked' };

    const answer = answerOf({ statusCode: 200, headers, body: 'long' });

    expect(answer.headers).toEqual({ 'content-type': 'application/json' });
  });

  it.each([
    ['a status that is no number', { statusCode: 'fine' }],
    ['a status out of range', { statusCode: 99 }],
    ['an informational status', { statusCode: 100 }],
    ['headers that are a list', { statusCode: 200, headers: ['a'] }],
    ['a header that is an object', { statusCode: 200, headers: { a: {} } }],
    ['a header with a line break', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
    ['a header name with a space', { statusCode: 200, headers: { 'a b': 'c' } }],
    ['cookies that are a text', { statusCode: 200, cookies: 'a=1' }],
  ])('is a bad gateway with %s', (_, value) => {
    const answer = answerOf(value);

    expect(answer).toEqual(badGateway);
  });
});

describe('any other result', () => {
  it.each([
    ['an object', { a: 1 }, '{"a":1}'],
    ['a text, as it is', 'hello', 'hello'],
    ['a number', 1, '1'],
    ['null', null, 'null'],
    ['a list', [1], '[1]'],
  ])('is the body of a 200: %s', (_, value, body) => {
    const answer = answerOf(value);

    expect(answer).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body });
  });
});

it('tells nothing of why a function failed', () => {
  const failed = { kind: 'failed', error: 'Error: secret', durationMs: 1 } as const;

  const answer = urlAnswerOf(failed);

  expect({ ...answer, body: answer.body.toString() }).toEqual(badGateway);
});
