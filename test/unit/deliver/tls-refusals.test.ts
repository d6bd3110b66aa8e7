// Hosts whose TLS is of another time, or wants more than a webhook has: told apart by a sentence, and sent nothing.
import type { TlsOptions } from 'node:tls';
import { expect, it } from 'vitest';
import { openCallbackSockets } from '../../../functions/deliver/callback-sockets.ts';
import { type Certificate, notYetValid, receiveRequests } from '../../fixtures/receivers.ts';
import { depsWith, open, send } from './send-callback-setup.ts';

const receiveWith = async (tls: TlsOptions, certificate: Certificate = 'trusted') => {
  const bodies: string[] = [];
  const take: Parameters<typeof receiveRequests>[0] = (_, response, body) => {
    bodies.push(body.toString());
    response.end();
  };
  const { port } = await open(receiveRequests(take, { certificate, tls }));
  return { url: `https://localhost:${port}/`, bodies };
};

it('sends nothing to a host whose certificate is not valid yet', async () => {
  const { url, bodies } = await receiveWith({}, 'not-yet-valid');
  const sockets = await open(Promise.resolve(openCallbackSockets({ ca: notYetValid })));

  const outcome = await send(url, { deps: depsWith({ sockets }) });

  expect(outcome).toMatchObject({
    errorClass: 'tls',
    reason: "The host's certificate is not valid yet.",
  });
  expect(bodies).toEqual([]);
});

it('sends nothing to a host that speaks no later version than TLS 1.1', async () => {
  const { url, bodies } = await receiveWith({
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  });

  const outcome = await send(url);

  expect(outcome).toMatchObject({
    errorClass: 'tls',
    reason: 'The host does not speak TLS, or no version of it that is safe.',
  });
  expect(bodies).toEqual([]);
});

it('delivers over TLS 1.2', async () => {
  const { url, bodies } = await receiveWith({ maxVersion: 'TLSv1.2' });

  expect(await send(url)).toMatchObject({ kind: 'accepted' });
  expect(bodies).toEqual(['{"a":1}']);
});

it.each<['TLSv1.2' | 'TLSv1.3', string[]]>([
  ['TLSv1.2', ['tls']],
  // Said after the handshake: its end may be seen first.
  ['TLSv1.3', ['tls', 'protocol']],
])('fails where a host wants a certificate of ours, over %s', async (maxVersion, classes) => {
  const tls = { requestCert: true, rejectUnauthorized: true, maxVersion };
  const { url, bodies } = await receiveWith(tls);

  const outcome = await send(url);

  expect(outcome.kind).toBe('unreachable');
  expect(classes).toContain(outcome.kind === 'unreachable' && outcome.errorClass);
  expect(bodies).toEqual([]);
});
