// The complete receiver of the receivers page, called as deliver calls: signed by it, over a real socket.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { createAttempts } from '../../functions/deliver/attempt.ts';
import { sampleBytes, sampleCallback } from '../../shared/event-types/samples.ts';
import { makeSigningSecret } from '../../shared/signing-key.ts';

const secret = makeSigningSecret((size) => new Uint8Array(size).fill(7));
const otherSecret = makeSigningSecret((size) => new Uint8Array(size).fill(8));

/** Delivers the sample of a move to the receiver. */
const deliverTo = async (
  store: (event: object) => Promise<void>,
  { secrets = [secret], body = sampleBytes('candidate.moved') } = {},
) => {
  // @ts-expect-error: shown to people who write JavaScript
  const { createReceiver } = await import('../../docs/snippets/receiver.mjs');
  const server: Server = createReceiver(secret, store);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { attempt, closeSockets } = createAttempts('http://127.0.0.1:*', () => new Date());
  onTestFinished(() => {
    closeSockets();
    server.close();
  });
  const { id: eventId } = sampleCallback('candidate.moved');
  const delivery = { companyId: 318, eventId, subscriptionId: 'sub_00000000000000000000000' };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const keys = { keys: secrets.map((text) => ({ secret: text })) };
  return attempt({ delivery, url, keys, body }, () => {});
};

afterEach(() => {
  vi.restoreAllMocks();
});

it('stores a delivery and answers with a success', async () => {
  const stored: object[] = [];

  const outcome = await deliverTo(async (event) => void stored.push(event));

  expect(outcome).toMatchObject({ kind: 'accepted', status: 204 });
  expect(stored).toEqual([sampleCallback('candidate.moved')]);
});

it('takes a delivery in the middle of a rotation', async () => {
  const outcome = await deliverTo(async () => {}, { secrets: [otherSecret, secret] });

  expect(outcome).toMatchObject({ kind: 'accepted' });
});

it('refuses a delivery that somebody else signed, and stores nothing', async () => {
  const stored: object[] = [];

  const outcome = await deliverTo(async (event) => void stored.push(event), {
    secrets: [otherSecret],
  });

  expect(outcome).toMatchObject({ kind: 'refused', status: 401 });
  expect(stored).toEqual([]);
});

it('answers with a failure when it could not store, so that the event comes again', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});

  const outcome = await deliverTo(async () => {
    throw new Error('the database is down');
  });

  expect(outcome).toMatchObject({ kind: 'refused', status: 500 });
});

it('takes the largest event, and no body without end', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const bodyOf = (bytes: number) => Buffer.from(JSON.stringify('x'.repeat(bytes)));

  const largest = await deliverTo(async () => {}, { body: bodyOf(260 * 1024) });
  const endless = await deliverTo(async () => {}, { body: bodyOf(4 * 1024 * 1024) });

  expect(largest).toMatchObject({ kind: 'accepted' });
  expect(endless.kind).not.toBe('accepted');
});
