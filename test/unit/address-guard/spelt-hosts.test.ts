// Whole URLs whose host is this machine or a name inside, in letters, digits and dots of other scripts.
import { describe, expect, it } from 'vitest';
import { checkUrl, parseAllowList } from '../../../shared/address-guard.ts';

const reasonFor = (url: string): string => {
  const checked = checkUrl(url, parseAllowList(''));
  return checked.ok ? `passed as ${checked.normalised}` : checked.reason;
};

describe.each<[string, string[]]>([
  [
    'a name inside',
    [
      ...['foo.internal', 'foo.local', 'foo.internal.', 'foo.local.', 'FOO.INTERNAL', 'FOO.Local.'],
      ...[
        'foo。internal',
        'foo．internal',
        'foo｡internal',
        'foo.ｉｎｔｅｒｎａｌ',
        'foo.loca\u{1d5c5}',
      ],
      ...['foo.internal%2e', 'foo%2einternal', 'foo.internal。', 'foo.local．', 'foo.internal..'],
      ...['foo.%69nternal', 'foo.\u00adinternal', 'foo.internal\u200d'],
    ],
  ],
  [
    'this machine',
    [
      ...['localhost', 'localhost.', 'LOCALHOST', 'foo.localhost', 'foo.localhost.', 'localhoſt'],
      ...['ｌocalhost', 'localhos\u{1d42d}', 'foo。localhost', 'localhost。', 'localhost%2e'],
      ...['loc\u212alhost', 'localhost.localdomain', 'ip6-localhost'],
    ],
  ],
  [
    'an address',
    [
      ...['١٢٧.٠.٠.١', '１２７.0.0.1', '127。0。0。1', '127.0.0.1。', '127．1'],
      ...[
        '𝟭𝟮𝟳.𝟬.𝟬.𝟭',
        '①②⑦.⓪.⓪.①',
        '1₂7.0.0.1',
        '0x7f。1',
        '[：：1]',
        '127.0.0.1%2e',
        '127.0.0.1.',
      ],
    ],
  ],
])('a URL of %s is refused', (_, hosts) => {
  it.each(
    hosts.flatMap((host) => [`https://${host}/`, `https://${host}:443/hook`, `https://${host}`]),
  )('spelt %j', (url) => {
    expect(reasonFor(url)).not.toMatch(/^passed/);
  });
});

it.each([
  ...['https://example.com:４４３/', 'https://example.com：443/', 'https://example.com:٤٤٣/'],
  ...['https://example.com:%34%34%33/', 'https://example.com:443。/', 'https://example.com:+443/'],
])('a URL whose port is spelt %j is refused', (url) => {
  expect(reasonFor(url)).not.toMatch(/^passed/);
});

it.each([
  ['https://foo.ınternal/', 'https://foo.xn--nternal-qfb/'],
  ['https://१२७.०.०.१/', 'https://xn--e4bcp.xn--d4b.xn--d4b.xn--e4b/'],
])('%s is a name of its own, which stands for no other: %s', (url, normalised) => {
  expect(checkUrl(url, parseAllowList(''))).toMatchObject({ ok: true, normalised });
});
