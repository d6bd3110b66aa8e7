// Callback URLs: every hostile spelling that we could think of.
import { describe, expect, it } from 'vitest';
import { checkUrl, parseAllowList } from '../../../shared/address-guard.ts';

const asDeployed = parseAllowList('');

describe.each<[string, string, string[]]>([
  [
    'another scheme than https',
    'must start with "https://"',
    [
      ...['http://example.com/', 'HTTP://example.com/', 'ftp://example.com/', 'file:///etc/passwd'],
      ...['gopher://example.com:70/_', 'data:text/plain,x', 'javascript:alert(1)', 'ws://a.com/'],
      ...['blob:https://example.com/x', 'view-source:https://example.com/', 'example.com/hook', ''],
      ...['//example.com/', 'https:example.com', 'https:/example.com', 'https:///example.com'],
      ...[
        'https:////example.com',
        'https://',
        'https',
        'httpss://example.com/',
        'jar:https://a.b!/',
      ],
      ...['http://localhost/', 'http://169.254.169.254/latest/meta-data/', 'unix:/var/run/x.sock'],
    ],
  ],
  [
    'what a lenient parser would mend',
    'must not hold spaces, control or invisible characters, or backslashes',
    [
      ...[
        ' https://example.com/',
        'https://example.com/ ',
        'https://example.com/a b',
        '\thttps://a.b',
      ],
      ...['https://exa\tmple.com/', 'https://exa\nmple.com/', 'https://example.com/\r\nHost: x'],
      ...['ht\ntps://example.com/', 'https://example.com\0.evil.com/', 'https://a.com/\u007f'],
      ...['https:\\\\example.com\\', 'https://example.com\\@10.0.0.1/', 'https://a.com/\\..\\x'],
      ...['https://exam\u00adple.com/', 'https://example\u200b.com/', 'https://example.com\u2060/'],
      ...['https://\u202eexample.com/', 'https://example.com/\ufeff', 'https://example.com/\u00a0'],
      ...['https://example.com/\ud800', 'https://example.com/\u2028', 'https://a.com/\u0085'],
    ],
  ],
  [
    'percent signs that mean nothing, or control characters',
    'encoded control characters|two hexadecimal digits',
    [
      ...['https://example.com/%', 'https://example.com/%2', 'https://example.com/%zz'],
      ...[
        'https://[fe80::1%eth0]/',
        'https://example.com/%u0041',
        'https://example.com/%0d%0aHost:%20x',
      ],
      ...['https://example.com/?a=%00', 'https://example.com/%7F', 'https://example.com/%1b'],
    ],
  ],
  [
    'a fragment',
    'must not have a fragment',
    [
      ...['https://example.com/#a', 'https://example.com/#', 'https://example.com#@10.0.0.1/'],
      ...['https://example.com/?a#b', 'https://10.0.0.1#example.com/'],
    ],
  ],
  [
    'a user name or password',
    'must not hold a user name or a password',
    [
      ...['https://user@example.com/', 'https://user:pass@example.com/', 'https://@example.com/'],
      ...['https://:@example.com/', 'https://example.com@10.0.0.1/', 'https://a@b@example.com/'],
      ...['https://example.com:443@169.254.169.254/', 'https://%40@example.com/'],
    ],
  ],
  [
    'a host written otherwise than it is read',
    'must name its host in the usual spelling|is not a valid URL',
    [
      ...[
        'https://0x7f.0.0.1/',
        'https://0x7f000001/',
        'https://0177.0.0.1/',
        'https://017700000001/',
      ],
      ...[
        'https://2130706433/',
        'https://127.1/',
        'https://127.0.1/',
        'https://0/',
        'https://0x0/',
      ],
      ...[
        'https://127.0.0.1./',
        'https://0X7F.1/',
        'https://127.000.000.001/',
        'https://3232235777/',
      ],
      ...['https://00000177.0.0.1/', 'https://0xa9fea9fe/', 'https://0xA9.0xFE.0xA9.0xFE/'],
      ...['https://2852039166/', 'https://0251.0376.0251.0376/', 'https://169.254.43518/'],
      ...[
        'https://１２７.０.０.１/',
        'https://127。0。0。1/',
        'https://①②⑦.0.0.1/',
        'https://127．1/',
      ],
      ...['https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/', 'https://ｅxample.com/', 'https://example。com/', 'https://℀.com/'],
      ...['https://%31%32%37.0.0.1/', 'https://a%62.com/', 'https://127.0.0.1%2f.example.com/'],
      ...['https://example.com%2f.10.0.0.1/', 'https://%6c%6f%63%61%6c%68%6f%73%74/'],
      ...['https://[0:0:0:0:0:0:0:1]/', 'https://[::127.0.0.1]/', 'https://[::ffff:127.0.0.1]/'],
      ...['https://[0000::0001]/', 'https://[64:ff9b::10.0.0.1]/'],
      ...['https://[::1%25eth0]/', 'https://[fe80::1%25en0]/', 'https://[::1/', 'https://::1/'],
      ...['https://256.0.0.1/', 'https://1.2.3.4.5/', 'https://example.com:99999/'],
      ...['https://exa<mple.com/', 'https://exam^ple.com/', 'https://a|b.com/', 'https://a.com:x/'],
      ...['https://example.0x7f/', 'https://example.1/', 'https://[v1.a]/', 'https://[]/'],
      ...[
        'https://Ⓔxample.com/',
        'https://xn--example-.com\u3002evil.com/',
        'https://K\u212a.com/',
      ],
    ],
  ],
  [
    'a port that is not 443',
    'must use port 443|must have a plain port number',
    [
      ...['https://example.com:80/', 'https://example.com:8443/', 'https://example.com:22/'],
      ...['https://example.com:0/', 'https://example.com:65535/', 'https://example.com:9001/'],
      ...['https://example.com:/', 'https://example.com:0443/', 'https://example.com:000443/'],
    ],
  ],
  [
    'an IP address',
    'an IP address is not accepted',
    [
      ...[
        'https://127.0.0.1/',
        'https://10.0.0.1/',
        'https://169.254.169.254/latest/',
        'https://8.8.8.8',
      ],
      ...['https://0.0.0.0/', 'https://255.255.255.255/', 'https://[::1]/', 'https://[::]/'],
      ...[
        'https://[::ffff:7f00:1]/',
        'https://[::FFFF:7F00:1]/',
        'https://[fd00:ec2::254]/',
        'https://[2606:4700::1111]/',
      ],
      ...['https://[64:ff9b::a00:1]/', 'https://[2002:7f00:1::]/', 'https://100.100.100.200:443/'],
    ],
  ],
  [
    'a name that is not public',
    'is not public|must have a full host name',
    [
      ...['https://localhost/', 'https://LOCALHOST/', 'https://intranet/', 'https://kubernetes/'],
      ...['https://metadata/', 'https://instance-data/latest/', 'https://app.localhost/'],
      ...['https://printer.local/', 'https://metadata.google.internal/', 'https://a.b.INTERNAL/'],
      ...['https://ip-10-0-0-1.eu-west-3.compute.internal/', 'https://host.docker.internal/'],
      ...['https://1.0.0.127.in-addr.arpa/', 'https://router.home.arpa/', 'https://abc.onion/'],
      ...['https://nas.home/', 'https://wiki.corp/', 'https://router.lan/', 'https://a.private/'],
      ...['https://localhost.localdomain/', 'https://kubernetes.default.svc/', 'https://x.alt/'],
      ...['https://kubernetes.default.svc.cluster.local/', 'https://example.c/', 'https://a.b-c/'],
    ],
  ],
  [
    'a name that is none',
    'letters, digits and hyphens|a dot at the end',
    [
      ...[
        'https://example.com./',
        'https://localhost./',
        'https://example.com../',
        'https://a..com/',
      ],
      ...['https://.example.com/', 'https://*.example.com/', 'https://-a.example.com/'],
      ...['https://a-.example.com/', "https://a'b.example.com/", 'https://a!b.example.com/'],
      ...['https://a"b.com/', 'https://a`b.com/', 'https://a{b}.com/', 'https://a,b.com/'],
      ...['https://a;b.com/', 'https://a=b.com/', 'https://a$b.com/', 'https://a(b).com/'],
      ...[`https://${'a'.repeat(64)}.com/`, `https://${'a.'.repeat(126)}com/`, 'https://../'],
    ],
  ],
])('a URL with %s', (_, reason, urls) => {
  it.each(urls)('is refused: %j', (url) => {
    expect(checkUrl(url, asDeployed)).toEqual({
      ok: false,
      reason: expect.stringMatching(reason),
    });
  });
});
