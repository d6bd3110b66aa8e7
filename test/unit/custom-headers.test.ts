// Custom headers: what a subscription may set, what it may not, and where the values go.
import { validateHeaderName, validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  customHeaders,
  dropOtherHeaders,
  giveHeaders,
  headersSentTo,
  keepsHeaders,
} from '../../shared/custom-headers.ts';
import { customHeadersMax, headersCharactersMax } from '../../shared/limits.ts';

const problemsOf = (headers: unknown): [path: string, message: string][] =>
  (customHeaders.safeParse(headers).error?.issues ?? []).map(({ path, message }) => [
    path.join('.'),
    message,
  ]);

describe('a header', () => {
  it.each([
    [{ Authorization: 'Bearer abc.def-ghi' }],
    [{ 'X-Api-Key': 'a' }],
    [{ 'x-source': 'two words,\tand a tab' }],
    [{ 'X.Y_z~1': '"quoted"' }],
    [{ constructor: 'Ford' }],
    [{}],
  ])('is taken: %j', (headers) => {
    expect(customHeaders.parse(headers)).toEqual(headers);
  });

  it.each([
    ...['Host', 'connection', 'Keep-Alive', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade'],
    ...['Proxy-Authorization', 'proxy-connection', 'Expect', 'Via', 'HTTP2-Settings'],
    ...['Content-Type', 'Content-Length', 'CONTENT-ENCODING', 'content-whatever'],
    ...['Webhook-Id', 'webhook-signature', 'WEBHOOK-TIMESTAMP', 'webhook-new'],
    ...['Rappel-Delivery-Id', 'User-Agent', 'Accept-Encoding', 'Cookie', 'Set-Cookie', 'Date'],
    ...['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'X-HTTP-Method-Override', 'Sec-Fetch-Mode'],
    ...['X-Amz-Target', 'Range', 'Origin', 'X-Original-URL'],
  ])('that is not the subscription’s to set is refused: %s', (name) => {
    expect(problemsOf({ [name]: 'x' })).toEqual([[name, 'cannot be set by a subscription']]);
  });

  it.each(['Webhook_Signature', 'CONTENT_LENGTH', 'Content.Type', 'x_real_ip'])(
    'that a receiver would read as such a one is refused: %s',
    (name) => {
      expect(problemsOf({ [name]: 'x' })).toEqual([[name, 'cannot be set by a subscription']]);
    },
  );

  it.each(['', ' ', 'a b', 'a:', ':path', 'a\r\nb', 'é', 'a\0', '_a', '-', '(a)', 'a'.repeat(65)])(
    'whose name is no name is refused: %j',
    (name) => {
      expect(problemsOf({ [name]: 'x' })[0]?.[1]).toContain('letters, digits and hyphens');
    },
  );

  it.each([
    ...['', ' ', ' a', 'a ', '\ta', 'a\r\nWebhook-Id: b', 'a\nb', 'a\rb', 'a\0b', 'a\x7fb'],
    ...['é', '\u2028', '日本', 'a\x0bb'],
  ])('whose value could end it, or be read otherwise, is refused: %j', (value) => {
    expect(problemsOf({ 'X-Key': value })[0]?.[1]).toContain('must be visible ASCII');
  });

  it('is refused twice, however it is spelt', () => {
    const said = 'is there twice, as receivers read names';

    expect(problemsOf({ 'X-Key': 'a', 'x-key': 'b' })).toEqual([['x-key', said]]);
    expect(problemsOf({ 'X-Key': 'a', X_Key: 'b' })).toEqual([['X_Key', said]]);
  });

  it('is refused where there are too many, or too long ones', () => {
    const many = Object.fromEntries(
      Array.from({ length: customHeadersMax + 1 }, (_, index) => [`X-${index}`, 'a']),
    );
    const long = { 'X-A': 'a'.repeat(2_048), 'X-B': 'b'.repeat(headersCharactersMax - 2_048 - 5) };

    expect(problemsOf(many)).toEqual([['', 'must be at most 10 headers']]);
    expect(problemsOf({ 'X-A': 'a'.repeat(2_049) })).toEqual([
      ['X-A', 'must have at most 2048 characters'],
    ]);
    expect(problemsOf(long)[0]?.[1]).toContain('at most 4096 characters');
  });

  it('of another kind than text is refused', () => {
    for (const value of [1, null, ['a'], {}, true])
      expect(problemsOf({ a: value })).toHaveLength(1);
    for (const headers of [[], 'a', null, 7]) expect(problemsOf(headers)).toHaveLength(1);
  });

  it('that is refused never has its value repeated', () => {
    const said = problemsOf({ Host: 'sesame', 'X-Key': 'sesame\n', 'X\n': 'sesame' });

    expect(said).toHaveLength(3);
    expect(JSON.stringify(said)).not.toContain('sesame');
  });

  it('that is taken is one that Node sends', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), (headers) => {
        if (!customHeaders.safeParse(headers).success) return;
        for (const [name, value] of Object.entries(headers)) {
          validateHeaderName(name);
          validateHeaderValue(name, value);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the values', () => {
  const given = giveHeaders(undefined, 'https://a.example/hook', { 'X-Key': 'for a' });

  it('go to the scheme, host and port that they were given for, whatever the path', () => {
    expect(headersSentTo('https://a.example/other?x=1', given)).toEqual({ 'X-Key': 'for a' });
    expect(headersSentTo('https://A.example:443/', given)).toEqual({ 'X-Key': 'for a' });
  });

  it.each([
    'https://b.example/hook',
    'https://x.a.example/hook',
    'https://a.example:8443/hook',
    'http://a.example/hook',
    'https://a.example.b.example/hook',
  ])('go nowhere else: %s', (url) => {
    expect(headersSentTo(url, given)).toEqual({});
    expect(keepsHeaders('https://a.example/hook', url)).toBe(false);
  });

  it('of two hosts lie side by side while the URL changes, each for its own', () => {
    const both = giveHeaders(given, 'https://b.example/', { 'X-Key': 'for b' });

    expect(headersSentTo('https://a.example/', both)).toEqual({ 'X-Key': 'for a' });
    expect(headersSentTo('https://b.example/', both)).toEqual({ 'X-Key': 'for b' });
    expect(dropOtherHeaders(both, 'https://b.example/new')).toEqual({
      'https://b.example': { 'X-Key': 'for b' },
    });
    expect(dropOtherHeaders(given, 'https://b.example/')).toBeUndefined();
  });

  it('are replaced as a whole, and removed by giving none', () => {
    const replaced = giveHeaders(given, 'https://a.example/', { Authorization: 'new' });
    const none = giveHeaders(given, 'https://a.example/', {});

    expect(headersSentTo('https://a.example/', replaced)).toEqual({ Authorization: 'new' });
    expect(headersSentTo('https://a.example/', none)).toEqual({});
    expect(dropOtherHeaders(none, 'https://a.example/')).toBeUndefined();
  });

  it('outlive a change of the path', () => {
    expect(keepsHeaders('https://a.example/hook', 'https://a.example/other')).toBe(true);
  });
});
