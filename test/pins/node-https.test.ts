// Pins: what Node's HTTP client does that the sending of callbacks is built on.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { receiveRequests, receiveSockets } from '../fixtures/receivers.ts';
import { open } from '../unit/deliver/send-callback-setup.ts';

/** A look-up that notes what it is asked, and gives a fixed address. */
const notingLookup =
  (asked: string[]): LookupFunction =>
  (hostname, { all }, callback) => {
    asked.push(`${hostname} all=${all}`);
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  };

const post = async (
  url: string,
  lookup: LookupFunction,
  agent = new Agent({ autoSelectFamily: true }),
) => {
  const sent = request(url, { method: 'POST', lookup, agent }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
};

it.each(['127.0.0.1', '[::ffff:127.0.0.1]'])(
  'asks no look-up for the literal %s: why literals are refused by the URL',
  async (host) => {
    const asked: string[] = [];
    const { port } = await open(receiveRequests((_, response) => response.end(), { host: '::' }));

    const status = await post(`http://${host}:${port}/`, notingLookup(asked));

    expect(status).toBe(200);
    expect(asked).toEqual([]);
  },
);

it('asks the look-up for all addresses of a name, and connects to what it gives', async () => {
  const asked: string[] = [];
  const { port } = await open(receiveRequests((_, response) => response.end()));

  const status = await post(`http://no-such-name.invalid:${port}/`, notingLookup(asked));

  expect(status).toBe(200);
  expect(asked).toEqual(['no-such-name.invalid all=true']);
});

it('follows no redirect, where fetch turns a refused POST into a GET that succeeds', async () => {
  const methods: string[] = [];
  const { port } = await open(
    receiveRequests(({ method, url }, response) => {
      methods.push(`${method} ${url}`);
      response.writeHead(url === '/a' ? 302 : 200, { location: '/b' }).end();
    }),
  );

  const status = await post(`http://127.0.0.1:${port}/a`, notingLookup([]));
  const fetched = await fetch(`http://127.0.0.1:${port}/a`, { method: 'POST' });

  expect([status, fetched.status]).toEqual([302, 200]);
  expect(methods).toEqual(['POST /a', 'POST /a', 'GET /b']);
});

it('uses an agent again after it was destroyed', async () => {
  const { port, connections } = await open(receiveRequests((_, response) => response.end()));
  const agent = new Agent({ keepAlive: true });

  for (let i = 0; i < 2; i += 1) {
    await post(`http://127.0.0.1:${port}/`, notingLookup([]), agent);
    agent.destroy();
  }

  expect(connections).toHaveLength(2);
});

it('ends a request that is answered with 101 without an answer and without an error', async () => {
  const events: string[] = [];
  const { port } = await open(
    receiveSockets((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      ),
    ),
  );

  const sent = request({ port, host: '127.0.0.1', agent: new Agent() }).end();
  for (const event of ['response', 'error', 'close']) sent.on(event, () => events.push(event));
  await once(sent, 'close');

  expect(events).toEqual(['close']);
});

it('takes the proxy of the environment for its global agent, and not for one of ours', async () => {
  const proxied: string[] = [];
  const proxy = await open(
    receiveRequests(({ url }, response) => {
      proxied.push(url ?? '');
      response.end();
    }),
  );
  const { port } = await open(receiveRequests((_, response) => response.end()));
  const script = `
    const { get, Agent, globalAgent } = require('node:http');
    for (const [path, agent] of [['global', globalAgent], ['own', new Agent({ keepAlive: true })]])
      get('http://127.0.0.1:${port}/' + path, { agent }, (response) => response.resume().on('end', () => agent.destroy()));`;

  await promisify(execFile)(process.execPath, ['-e', script], {
    env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: '' },
  });

  expect(proxied).toEqual([`http://127.0.0.1:${port}/global`]);
});
