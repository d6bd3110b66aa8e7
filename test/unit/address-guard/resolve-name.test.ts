// Resolving: real questions to a real name server, which says whatever a hostile one could say.
import { afterEach, expect, it } from 'vitest';
import { resolveName } from '../../../shared/address-guard/resolve-name.ts';
import { type Answer, type NameServer, startNameServer } from '../../fixtures/name-server.ts';

let server: NameServer | undefined;
afterEach(() => server?.close());

/** Serves one name, and resolves it. */
const resolveWith = async (
  answers: { A: Answer; AAAA: Answer },
  reach: 'public' | 'loopback' = 'public',
  timeoutMs = 2_000,
) => {
  server = await startNameServer((_, family) => answers[family]);
  return resolveName({ nameServers: [server.address], timeoutMs }, 'hooks.test', reach);
};

it('gives all addresses of both families, IPv4 first', async () => {
  const resolution = await resolveWith({ A: ['8.8.8.8', '1.1.1.1'], AAAA: ['2606:4700::1111'] });

  expect(resolution).toEqual({
    kind: 'resolved',
    addresses: ['8.8.8.8', '1.1.1.1', '2606:4700::1111'],
  });
  expect(server!.questions.toSorted()).toEqual(['A hooks.test', 'AAAA hooks.test']);
});

it.each([
  ['no IPv6', { A: ['8.8.8.8'], AAAA: [] }, ['8.8.8.8']],
  ['no IPv4', { A: [], AAAA: ['2606:4700::1111'] }, ['2606:4700::1111']],
  ['a failure for IPv6', { A: ['8.8.8.8'], AAAA: 'server-failure' }, ['8.8.8.8']],
  ['a denial for IPv6', { A: ['8.8.8.8'], AAAA: 'no-such-name' }, ['8.8.8.8']],
  ['silence about IPv6', { A: ['8.8.8.8'], AAAA: 'silence' }, ['8.8.8.8']],
  ['garbage about IPv6', { A: ['8.8.8.8'], AAAA: 'garbage' }, ['8.8.8.8']],
] as const)('makes do with one family where the name has %s', async (_, answers, addresses) => {
  const resolution = await resolveWith(answers);

  expect(resolution).toEqual({ kind: 'resolved', addresses });
});

it.each([
  ['a private address', { A: ['10.0.0.5'], AAAA: [] }, '10.0.0.5'],
  ['a public and a private address', { A: ['8.8.8.8', '169.254.169.254'], AAAA: [] }, '169.254'],
  ['a private address behind a public IPv4', { A: ['8.8.8.8'], AAAA: ['fd00:ec2::254'] }, 'fd00'],
  ['loopback', { A: ['127.0.0.1'], AAAA: [] }, '127.0.0.1'],
  ['IPv6 loopback', { A: [], AAAA: ['::1'] }, '::1'],
  ['a mapped private address', { A: [], AAAA: ['::ffff:a00:5'] }, '::ffff:'],
  ['no address at all, spelt as one', { A: ['0.0.0.0'], AAAA: [] }, '0.0.0.0'],
  ['a 6to4 address', { A: [], AAAA: ['2002:a00:5::1'] }, '2002:'],
] as const)('blocks a name with %s', async (_, answers, address) => {
  const resolution = await resolveWith(answers);

  expect(resolution).toEqual({ kind: 'blocked', reason: expect.stringContaining(address) });
});

it('judges the addresses of an origin of this machine the other way round', async () => {
  expect(await resolveWith({ A: ['127.0.0.2'], AAAA: ['::1'] }, 'loopback')).toEqual({
    kind: 'resolved',
    addresses: ['127.0.0.2', '::1'],
  });
  server!.close();
  expect(await resolveWith({ A: ['127.0.0.1', '8.8.8.8'], AAAA: [] }, 'loopback')).toEqual({
    kind: 'blocked',
    reason: 'hooks.test has the address 8.8.8.8, which is not loopback.',
  });
});

it.each([
  ['does not exist', { A: 'no-such-name', AAAA: 'no-such-name' }, 'does not exist'],
  ['has no address', { A: [], AAAA: [] }, 'has no address'],
  ['cannot be looked up', { A: 'server-failure', AAAA: 'server-failure' }, 'no usable answer'],
] as const)('says that a name %s', async (_, answers, sentence) => {
  const resolution = await resolveWith(answers);

  expect(resolution).toEqual({ kind: 'unresolved', reason: expect.stringContaining(sentence) });
});

it('gives up on a silent name server at its deadline', async () => {
  const startedAt = performance.now();
  const resolution = await resolveWith({ A: 'silence', AAAA: 'silence' }, 'public', 100);

  expect(resolution).toEqual({
    kind: 'unresolved',
    reason: 'The name servers of hooks.test did not answer in time.',
  });
  expect(performance.now() - startedAt).toBeLessThan(700);
});

it('waits for the second family no longer than it must', async () => {
  const startedAt = performance.now();
  const resolution = await resolveWith({ A: ['8.8.8.8'], AAAA: 'silence' }, 'public', 10_000);

  expect(resolution.kind).toBe('resolved');
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

it('asks again where a question or its answer was lost', async () => {
  const heard = new Set<string>();
  server = await startNameServer((_, family) => {
    if (family === 'AAAA') return [];
    return heard.size === heard.add(family).size ? ['8.8.8.8'] : 'silence';
  });

  const resolution = await resolveName(
    { nameServers: [server.address], timeoutMs: 3_000 },
    'hooks.test',
    'public',
  );

  expect(resolution).toEqual({ kind: 'resolved', addresses: ['8.8.8.8'] });
});

it('keeps no answer: a name that changes its mind is judged by what it says now', async () => {
  let address = '8.8.8.8';
  server = await startNameServer((_, family) => (family === 'A' ? [address] : []));
  const options = { nameServers: [server.address], timeoutMs: 2_000 };

  const before = await resolveName(options, 'hooks.test', 'public');
  address = '169.254.169.254';
  const after = await resolveName(options, 'hooks.test', 'public');

  expect([before.kind, after.kind]).toEqual(['resolved', 'blocked']);
});

it('resolves a healthy name while twenty dead ones wait', async () => {
  server = await startNameServer((name, family) => {
    if (name.startsWith('dead')) return 'silence';
    return family === 'A' ? ['8.8.8.8'] : [];
  });
  const options = { nameServers: [server.address], timeoutMs: 1_500 };
  const settled: string[] = [];
  const resolve = async (name: string) => {
    await resolveName(options, name, 'public');
    settled.push(name);
  };

  const dead = Array.from({ length: 20 }, (_, i) => resolve(`dead-${i}.test`));
  await Promise.all([...dead, resolve('healthy.test')]);

  expect(settled[0]).toBe('healthy.test');
  expect(settled).toHaveLength(21);
});

it.each([
  ['localhost', 'loopback', ['127.0.0.1', '::1']],
  ['one.localhost', 'loopback', ['127.0.0.1', '::1']],
  ['127.0.0.1', 'loopback', ['127.0.0.1']],
  ['[::1]', 'loopback', ['::1']],
] as const)('knows %s without asking anybody', async (hostname, reach, addresses) => {
  server = await startNameServer(() => 'no-such-name');

  const resolution = await resolveName(
    { nameServers: [server.address], timeoutMs: 500 },
    hostname,
    reach,
  );

  expect(resolution).toEqual({ kind: 'resolved', addresses });
  expect(server.questions).toEqual([]);
});

it('asks for localhost like for any name where this machine is not allowed', async () => {
  server = await startNameServer(() => ['127.0.0.1']);

  const resolution = await resolveName(
    { nameServers: [server.address], timeoutMs: 500 },
    'localhost',
    'public',
  );

  expect(resolution.kind).toBe('blocked');
  expect(server.questions).toContain('A localhost');
});
