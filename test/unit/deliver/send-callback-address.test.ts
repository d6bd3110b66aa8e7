// Where callbacks connect: to an address that was judged, whatever the name server says later.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { exchangeCallback } from '../../../functions/deliver/exchange-callback.ts';
import { parseAllowList } from '../../../shared/address-guard.ts';
import { callbackTimeoutMs, connectTimeoutMs } from '../../../shared/limits.ts';
import { type Answer, startNameServer } from '../../fixtures/name-server.ts';
import { receiveRequests } from '../../fixtures/receivers.ts';
import { depsWith, open, send, short } from './send-callback-setup.ts';

/** A receiver, and a name server that gives each question for IPv4 the next of its answers. */
const receiveBehind = async (...answers: Answer[]) => {
  const names = await open(
    startNameServer((_, family) => {
      if (family === 'AAAA') return [];
      return answers.length > 1 ? answers.shift()! : answers[0]!;
    }),
  );
  const receiver = await open(receiveRequests((_, response) => response.end()));
  const deps = depsWith({ nameServers: [names.address] });
  return { ...receiver, deps, names, url: `http://hooks.receiver.test:${receiver.port}/s3cr3t` };
};

/** As deployed: public hosts only, but on the receiver's port, so that a hole would be seen. */
const asDeployed = (port: number) => parseAllowList(`https://*:${port}`);

it.each<[string, Answer]>([
  ['loopback', ['127.0.0.1']],
  ['the metadata service', ['169.254.169.254']],
  ['a private network', ['10.0.0.1']],
  ['a public and a private address', ['8.8.8.8', '127.0.0.1']],
])('connects to nothing for a public name that leads to %s', async (_, answer) => {
  const { port, deps, connections } = await receiveBehind(answer);

  const outcome = await send(`https://hooks.example.org:${port}/s3cr3t`, {
    deps: { ...deps, rules: asDeployed(port) },
  });

  expect(outcome).toMatchObject({
    kind: 'unreachable',
    errorClass: 'blocked',
    reason: expect.stringMatching(
      /^hooks\.example\.org has the address .*, which is not public\.$/,
    ),
  });
  expect(JSON.stringify(outcome)).not.toContain('s3cr3t');
  expect(connections).toHaveLength(0);
});

it('goes past every proxy that the environment names', async () => {
  const proxy = await open(receiveRequests((_, response) => response.end()));
  const { port, connections } = await open(receiveRequests((_, response) => response.end()));
  const script = `
    import { openCallbackSockets } from './functions/deliver/callback-sockets.ts';
    import { sendCallback } from './functions/deliver/send-callback.ts';
    import { parseAllowList } from './shared/address-guard.ts';
    const deps = { rules: parseAllowList('http://127.0.0.1:*'), sockets: openCallbackSockets(), now: () => new Date() };
    const { kind } = await sendCallback(deps, { url: 'http://127.0.0.1:${port}/', headers: {}, body: Buffer.from('{}') });
    deps.sockets.close();
    console.log(kind);`;
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'];
  const proxies = names.map((name) => [name, `http://127.0.0.1:${proxy.port}`]);

  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: { ...Object.fromEntries(proxies), NO_PROXY: '', NODE_USE_ENV_PROXY: '1' },
    },
  );

  expect(stdout).toBe('accepted\n');
  expect(connections).toHaveLength(1);
  expect(proxy.connections).toHaveLength(0);
});

it('connects to the address that it judged, and asks no second time', async () => {
  const { url, deps, names, connections } = await receiveBehind(['127.0.0.1'], ['10.0.0.1']);

  const outcome = await send(url, { deps });

  expect(outcome).toMatchObject({ kind: 'accepted', peerAddress: '127.0.0.1' });
  expect(connections).toHaveLength(1);
  expect(names.questions.filter((question) => question.startsWith('A '))).toHaveLength(1);
});

it('judges anew for each new connection: a name that turns private is blocked', async () => {
  const { url, deps, connections } = await receiveBehind(['127.0.0.1'], ['10.0.0.1']);

  const before = await send(url, { deps });
  deps.sockets.close();
  const after = await send(url, { deps });

  expect([before, after]).toMatchObject([{ kind: 'accepted' }, { errorClass: 'blocked' }]);
  expect(connections).toHaveLength(1);
});

it('goes on over a socket that is open, without a question', async () => {
  const { url, deps, names, connections } = await receiveBehind(['127.0.0.1'], ['10.0.0.1']);

  const outcomes = [await send(url, { deps }), await send(url, { deps })];

  expect(outcomes).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }]);
  expect(connections).toHaveLength(1);
  expect(names.questions).toHaveLength(2);
});

it('sends nothing to a literal, should one ever get past the URL check', async () => {
  const bodies: Buffer[] = [];
  const { port } = await open(receiveRequests((_, __, body) => bodies.push(body)));
  const deps = depsWith();

  const { met } = await exchangeCallback(
    {
      url: new URL(`http://127.0.0.1:${port}/`),
      reach: 'public',
      headers: {},
      body: Buffer.from('x'),
      agent: deps.sockets.agentFor('http:', false),
      connectMs: connectTimeoutMs,
      totalMs: callbackTimeoutMs,
      leftMs: callbackTimeoutMs,
    },
    deps.now,
  );

  expect(met).toMatchObject({ kind: 'unreachable', errorClass: 'blocked' });
  expect(bodies).toEqual([]);
});

it('lets an origin of this machine lead to no public address', async () => {
  const { url, deps } = await receiveBehind(['8.8.8.8']);

  const outcome = await send(url, { deps });

  expect(outcome).toMatchObject({
    errorClass: 'blocked',
    reason: 'hooks.receiver.test has the address 8.8.8.8, which is not loopback.',
  });
});

it('tries the next address where one is refused', async () => {
  const { url, deps, connections } = await receiveBehind(['127.0.0.2', '127.0.0.3', '127.0.0.1']);

  const outcome = await send(url, { deps });

  expect(outcome).toMatchObject({ kind: 'accepted', peerAddress: '127.0.0.1' });
  expect(connections).toHaveLength(1);
});

it('tries IPv6 where IPv4 is refused', async () => {
  const names = await open(
    startNameServer((_, family) => (family === 'A' ? ['127.0.0.2'] : ['::1'])),
  );
  const { port } = await open(receiveRequests((_, response) => response.end(), { host: '::1' }));

  const outcome = await send(`http://hooks.receiver.test:${port}/`, {
    deps: depsWith({ nameServers: [names.address] }),
  });

  expect(outcome).toMatchObject({ kind: 'accepted', peerAddress: '::1' });
});

it('fails to connect where all addresses refuse', async () => {
  const { deps } = await receiveBehind(['127.0.0.2', '127.0.0.3']);
  const { port, close } = await receiveRequests(() => {});
  close();

  const outcome = await send(`http://hooks.receiver.test:${port}/`, { deps });

  expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'connect' });
});

it.each<[Answer, string]>([
  ['no-such-name', 'The name hooks.receiver.test does not exist.'],
  [[], 'The name hooks.receiver.test has no address.'],
  ['server-failure', 'The name servers of hooks.receiver.test gave no usable answer.'],
])('says of a name that answers %j: %s', async (answer, reason) => {
  const { url, deps } = await receiveBehind(answer);

  const outcome = await send(url, { deps });

  expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'dns', reason });
});

it('gives a silent name server the time to connect, and no more', async () => {
  const { url, deps } = await receiveBehind('silence');

  const outcome = await send(url, { deps, timeouts: short });

  expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'dns' });
  expect(outcome.durationMs).toBeLessThan(short.totalMs);
});
