// The allow-list: two kinds of entry, and nothing that could open a hole by a slip.
import { expect, it } from 'vitest';
import { parseAllowList } from '../../../shared/address-guard.ts';
import { ConfigError } from '../../../shared/errors.ts';

it.each(['', ' ', ',', ' , '])('opens port 443 of public hosts only, where it is %j', (text) => {
  expect(parseAllowList(text)).toEqual({ publicPorts: new Set(['443']), loopbackOrigins: [] });
});

it('reads ports of public hosts and origins of this machine', () => {
  const rules = parseAllowList(
    'https://*:8443, http://127.0.0.1:*,https://[::1]:9,http://a.test:80',
  );

  expect(rules).toEqual({
    publicPorts: new Set(['443', '8443']),
    loopbackOrigins: [
      { protocol: 'http:', hostname: '127.0.0.1', port: '*' },
      { protocol: 'https:', hostname: '[::1]', port: '9' },
      { protocol: 'http:', hostname: 'a.test', port: '80' },
    ],
  });
});

it.each([
  ...['*', 'true', 'http://*:*', 'https://*:*', 'http://*:8080', 'https://*', 'https://*:0'],
  ...['http://127.0.0.1', 'http://127.0.0.1:', 'http://127.0.0.1:0', 'http://127.0.0.1:70000'],
  ...['http://10.0.0.1:*', 'http://169.254.169.254:80', 'http://0.0.0.0:*', 'http://8.8.8.8:*'],
  ...['http://[::]:*', 'http://[::ffff:127.0.0.1]:*', 'http://[fe80::1]:*', 'http://127.1:*'],
  ...['http://0x7f.1:*', 'http://2130706433:*', 'http://*.test:*', 'http://user@localhost:*'],
  ...['http://localhost:*/', 'http://LOCALHOST:*', 'ftp://localhost:*', 'localhost:*', '//a:1'],
  ...['http://localhost:080', 'http://a.test.:*;b', 'http://a b:*'],
])('refuses the entry %j, and shows right ones', (entry) => {
  const read = () => parseAllowList(`http://localhost:*,${entry}`);

  expect(read).toThrow(ConfigError);
  expect(read).toThrow(`"${entry}" is no entry. Right are https://*:8443`);
});
