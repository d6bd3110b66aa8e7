// Signatures over real sockets: whatever the path and the query, good ones pass and others do not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call, signByHand, signWithSdk, startUrl } from './url-fixture.ts';

describe('an awkward target', () => {
  // Target as sent · canonical path · canonical query · the parameters that the function sees.
  const targets: [string, string, string, Record<string, string>?][] = [
    ['/a%20b', '/a%2520b', ''],
    ['/%C3%A9t%C3%A9/%F0%9F%90%8E', '/%25C3%25A9t%25C3%25A9/%25F0%259F%2590%258E', ''],
    ['//a///b//', '/a/b/', ''],
    ['/a+b', '/a%2Bb', ''],
    ['/a%2Fb%2fc', '/a%252Fb%252fc', ''],
    [`/(a)*!'~`, '/%28a%29%2A%21%27~', ''],
    ['/a/../b/./c', '/b/c', ''],
    ['/:a@b=c;d,e$f', '/%3Aa%40b%3Dc%3Bd%2Ce%24f', ''],
    ['/?b=2&a=1&a=0', '/', 'a=0&a=1&b=2', { a: '1,0', b: '2' }],
    ['/?q=a+b', '/', 'q=a%20b', { q: 'a b' }],
    ['/?q=a%2Bb%20c', '/', 'q=a%2Bb%20c', { q: 'a+b c' }],
    ['/?q=%C3%A9', '/', 'q=%C3%A9', { q: 'é' }],
    ['/?flag', '/', 'flag=', { flag: '' }],
    ['/?a=1=2&b=/?', '/', 'a=1%3D2&b=%2F%3F', { a: '1=2', b: '/?' }],
    ['/?A=2&a=1&%C3%A9=0', '/', '%C3%A9=0&A=2&a=1', { A: '2', a: '1', é: '0' }],
    [`/?q=*'()!~`, '/', 'q=%2A%27%28%29%21~', { q: `*'()!~` }],
    ['/x?', '/x', ''],
  ];

  it.each(targets)('signed by hand is accepted: %s', async (target, path, query, parameters) => {
    const { url, events } = await startUrl();
    const headers = signByHand(url, { method: 'GET', path, query, body: '' });

    const answer = await call(url, { target, headers });

    expect(answer.status).toBe(200);
    expect(events[0]).toMatchObject({ rawPath: target.split('?')[0] });
    expect(events[0]?.queryStringParameters).toEqual(parameters);
  });

  it('of any text, signed by the SDK, is accepted', async () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((each) => each.isWellFormed());
    const segments = fc.array(text, { maxLength: 4 });
    const query = fc.dictionary(
      text.filter((name) => name !== ''),
      fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
      { maxKeys: 4 },
    );
    const { url, events } = await startUrl();

    await fc.assert(
      fc.asyncProperty(segments, query, async (names, parameters) => {
        const path = `/${names.map(encodeURIComponent).join('/')}`;
        const pairs = Object.entries(parameters).flatMap(([name, value]) =>
          [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
        );
        const headers = await signWithSdk(url, { path, query: parameters });

        const answer = await call(url, { target: `${path}?${pairs.join('&')}`, headers });

        const seen = Object.entries(parameters).map(([name, value]) => [
          name,
          [value].flat().join(),
        ]);
        expect(answer.status).toBe(200);
        expect(events.at(-1)).toMatchObject({ rawPath: path });
        expect(Object.entries(events.at(-1)?.queryStringParameters ?? {})).toEqual(
          expect.arrayContaining(seen),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('that is no path is refused', async () => {
    const { url } = await startUrl();

    const answer = await call(url, { method: 'OPTIONS', target: '*' });

    expect(answer.status).toBe(400);
  });
});

describe('a bad signature', () => {
  it.each([
    ['another secret', { secretAccessKey: 'other' }, 'InvalidSignatureException'],
    ['an unknown key', { accessKeyId: 'AKIDEXAMPLE' }, 'UnrecognizedClientException'],
    ['another region', { region: 'us-east-1' }, 'InvalidSignatureException'],
    ['another service', { service: 'execute-api' }, 'InvalidSignatureException'],
  ])('is refused with %s', async (_, signing, type) => {
    const { url, events } = await startUrl();
    const headers = await signWithSdk(url, {}, signing);

    const answer = await call(url, { headers });

    expect(answer).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': type } });
    expect(JSON.parse(answer.body)).toEqual({ message: expect.any(String) });
    expect(events).toEqual([]);
  });

  it.each([
    ['body', { body: '{"a":2}' }],
    ['path', { target: '/b?c=d' }],
    ['query', { target: '/a?c=e' }],
    ['method', { method: 'PUT' }],
  ])('is refused when its %s was changed on the way', async (_, change) => {
    const { url, events } = await startUrl();
    const body = '{"a":1}';
    const parts = { method: 'POST', path: '/a', query: { c: 'd' }, body };
    const headers = await signWithSdk(url, parts);

    const answer = await call(url, { method: 'POST', target: '/a?c=d', headers, body, ...change });

    expect(answer.status).toBe(403);
    expect(answer.body).toContain('The request signature we calculated does not match');
    expect(events).toEqual([]);
  });

  it('is refused when it is older than five minutes', async () => {
    const now = () => new Date(Date.now() + 6 * 60_000);
    const { url } = await startUrl(undefined, { now });
    const headers = await signWithSdk(url, {});

    const answer = await call(url, { headers });

    expect(answer.status).toBe(403);
    expect(answer.body).toContain('Signature expired');
  });
});
