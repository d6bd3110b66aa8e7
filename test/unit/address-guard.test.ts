// Callback URLs: honest ones pass, in one form; what the allow-list opens, and what it does not.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkUrl, parseAllowList } from '../../shared/address-guard.ts';
import { urlCharactersMax } from '../../shared/limits.ts';

const asDeployed = parseAllowList('');
const local = parseAllowList('http://127.0.0.1:*,http://localhost:8080,https://*:8443');

const reasonFor = (url: string, rules = asDeployed): string => {
  const checked = checkUrl(url, rules);
  return checked.ok ? `passed as ${checked.normalised}` : checked.reason;
};

it.each([
  ['https://example.com', 'https://example.com/'],
  ['HTTPS://Hooks.Example.COM:443/Path?Q=1', 'https://hooks.example.com/Path?Q=1'],
  ['https://a.b.c.example.co.uk/hook/', 'https://a.b.c.example.co.uk/hook/'],
  ['https://my_host-1.example.com/', 'https://my_host-1.example.com/'],
  ['https://1.example.com/', 'https://1.example.com/'],
  ['https://3com.com/', 'https://3com.com/'],
  ['https://société.fr/événement', 'https://xn--socit-esab.fr/%C3%A9v%C3%A9nement'],
  ['https://SOCIÉTÉ.fr/', 'https://xn--socit-esab.fr/'],
  ['https://xn--socit-esab.fr/', 'https://xn--socit-esab.fr/'],
  ['https://faß.de/', 'https://xn--fa-hia.de/'],
  ['https://例え.テスト/', 'https://xn--r8jz45g.xn--zckzah/'],
  ['https://hooks.receiver.test/x', 'https://hooks.receiver.test/x'],
  ['https://no-such-host.invalid/', 'https://no-such-host.invalid/'],
  ['https://127.0.0.1.nip.io/', 'https://127.0.0.1.nip.io/'],
  ['https://example.com/@user:x', 'https://example.com/@user:x'],
  ['https://example.com/http://10.0.0.1/', 'https://example.com/http://10.0.0.1/'],
  ['https://example.com?a=b', 'https://example.com/?a=b'],
])('%s passes, and normalises to %s', (url, normalised) => {
  expect(checkUrl(url, asDeployed)).toMatchObject({ ok: true, normalised, reach: 'public' });
});

it.each([
  ['https://example.com', 'https://EXAMPLE.com:443/?'],
  ['https://example.com/a/../b/./c', 'https://example.com/b/c'],
  ['https://example.com/%2e%2e/a', 'https://example.com/a'],
  ['https://example.com/%7euser%2fx', 'https://example.com/~user%2Fx'],
  ['https://example.com/é', 'https://example.com/%c3%A9'],
  ['https://société.fr/', 'https://xn--socit-esab.fr/'],
])('%s and %s are the same URL', (one, other) => {
  expect(reasonFor(one)).toMatch(/^passed/);
  expect(reasonFor(one)).toBe(reasonFor(other));
});

it.each([
  ['https://example.com/a', 'https://example.com/a/'],
  ['https://example.com/a', 'https://example.com/A'],
  ['https://example.com/a', 'https://example.com/a?b'],
  ['https://example.com/?a=1&b=2', 'https://example.com/?b=2&a=1'],
  ['https://example.com/a%2Fb', 'https://example.com/a/b'],
  ['https://example.com/', 'https://www.example.com/'],
  ['https://example.com/?', 'https://example.com/??'],
])('%s and %s are different URLs', (one, other) => {
  expect(reasonFor(one)).toMatch(/^passed/);
  expect(reasonFor(one)).not.toBe(reasonFor(other));
});

it('takes the normalised form of any URL that passes, and normalises it to itself', () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }), (url) => {
      const checked = checkUrl(url, asDeployed);
      fc.pre(checked.ok);

      const again = checkUrl(checked.normalised, asDeployed);

      expect(again).toMatchObject({ ok: true, normalised: checked.normalised });
    }),
  );
});

it('lets nothing pass, of any text, but https to a dotted name on port 443', () => {
  const parts = fc.constantFrom(
    ...[
      'https://',
      'http://',
      '127.0.0.1',
      'example.com',
      'localhost',
      '[::1]',
      '0x7f.1',
      '@',
      ':',
    ],
    ...['443', '80', '/', '\\', '#', '?', '.', '%2e', '%00', ' ', '\t', '。', '１', 'user', '..'],
  );
  const texts = fc.array(parts, { maxLength: 8 }).map((all) => `https://${all.join('')}`);
  fc.assert(
    fc.property(fc.oneof(texts, fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
      const checked = checkUrl(text, asDeployed);
      fc.pre(checked.ok);

      const { protocol, hostname, port, username, password, hash } = checked.url;
      expect([protocol, port, username, password, hash]).toEqual(['https:', '', '', '', '']);
      expect(hostname).toMatch(/^([a-z0-9_-]+\.)+[a-z][a-z0-9-]+$/);
      expect(text.toLowerCase()).toContain('https://');
    }),
    { numRuns: 2_000 },
  );
});

it('takes a URL of the greatest length, as written and as encoded, and none above', () => {
  const start = 'https://example.com/';
  const rest = urlCharactersMax - start.length;

  expect(reasonFor(start + 'a'.repeat(rest))).toMatch(/^passed/);
  expect(reasonFor(start + 'a'.repeat(rest + 1))).toContain('at most 2048 characters');
  expect(reasonFor(start + 'é'.repeat(rest / 6))).toMatch(/^passed/);
  expect(reasonFor(start + 'é'.repeat(rest / 6 + 1))).toContain('at most 2048 characters');
});

it('repeats no part of a refused URL but the end of its host', () => {
  const secret = 's3cr3t';

  for (const url of [`http://a.com/${secret}`, `https://${secret}@a.com/`, `https://a/${secret}`]) {
    expect(reasonFor(url)).not.toContain(secret);
  }
});

it.each([
  ['http://127.0.0.1/', 'loopback'],
  ['http://127.0.0.1:4567/hook', 'loopback'],
  ['http://localhost:8080/hook', 'loopback'],
  ['https://example.com:8443/', 'public'],
  ['https://example.com/', 'public'],
])('%s passes by the allow-list, with %s reach', (url, reach) => {
  expect(checkUrl(url, local)).toMatchObject({ ok: true, reach });
});

it.each([
  ['http://localhost:8081/', 'must start with "https://"'],
  ['http://localhost/', 'must start with "https://"'],
  ['https://127.0.0.1/', 'an IP address is not accepted'],
  ['http://127.0.0.2/', 'must start with "https://"'],
  ['http://127.1:80/', 'the usual spelling'],
  ['http://0x7f.0.0.1/', 'the usual spelling'],
  ['http://2130706433/', 'the usual spelling'],
  ['http://user@127.0.0.1/', 'a user name or a password'],
  ['http://127.0.0.1/#a', 'a fragment'],
  ['http://127.0.0.1\\@example.com/', 'backslashes'],
  ['http://127.0.0.1.nip.io/', 'must start with "https://"'],
  ['http://localhost.example.com:8080/', 'must start with "https://"'],
  ['http://example.com/', 'must start with "https://"'],
  ['https://example.com:8444/', 'must use port 443 or 8443'],
])('%s is refused in spite of the allow-list', (url, reason) => {
  expect(reasonFor(url, local)).toContain(reason);
});
