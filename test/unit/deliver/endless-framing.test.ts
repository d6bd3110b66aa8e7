// Answers that are endless in what is neither header nor body: each is given up, at the price of any other.
import { describe, expect, it } from 'vitest';
import { receiveRequests, receiveSockets } from '../../fixtures/receivers.ts';
import { expectCheap, flood, measure } from './measure-receiver.ts';
import { open, send } from './send-callback-setup.ts';

const chunked = (status: string) => `HTTP/1.1 ${status}\r\ntransfer-encoding: chunked\r\n\r\n`;
const padded = `1;${'a'.repeat(900)}\r\nx\r\n`.repeat(64);
const bare = '1\r\nx\r\n'.repeat(10_000);

const endless = { kind: 'unreachable', errorClass: 'protocol', reason: 'Its answer is endless.' };
const accepted = { kind: 'accepted', status: 200 };
const refused = { kind: 'refused', errorClass: 'http', status: 500 };

describe.each<[string, string, string, { kind: string; errorClass?: string }]>([
  ['empty lines before its answer', '', '\r\n'.repeat(32_768), endless],
  ['noughts in the size of a chunk', chunked('200 OK'), '0'.repeat(65_536), endless],
  ['chunks padded with extensions', chunked('200 OK'), padded, endless],
  ['chunks padded with extensions, of a failure', chunked('500 No'), padded, refused],
  ['chunks of a byte each', chunked('200 OK'), bare, accepted],
  ['chunks of a byte each, of a failure', chunked('500 No'), bare, refused],
])('a receiver that sends without end %s', (_, beginning, bytes, outcome) => {
  const receive = () =>
    open(receiveSockets((socket) => socket.once('data', () => flood(beginning, bytes)(socket))));

  it('is given up once its answer has more bytes than any that is read', async () => {
    const { port, connections } = await receive();

    expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject(outcome);
    await expect.poll(() => connections[0]!.destroyed).toBe(true);
  });

  it('costs 5 MB at most, and ten seconds', async () => {
    const harmless = await open(
      receiveRequests((_, response) => response.writeHead(500).end('no')),
    );
    const hostile = await receive();

    const measured = await measure(
      `http://127.0.0.1:${harmless.port}/`,
      `http://127.0.0.1:${hostile.port}/`,
    );

    expectCheap(measured, outcome.errorClass ?? outcome.kind);
  });
});
