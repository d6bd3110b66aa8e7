// Dead names beside healthy receivers in one batch: whoever is well is called at once.
import type { SQSRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { createHandler } from '../../../functions/deliver/handler.ts';
import { sendCallback } from '../../../functions/deliver/send-callback.ts';
import { startNameServer } from '../../fixtures/name-server.ts';
import { receiveRequests } from '../../fixtures/receivers.ts';
import { loadedWith, messageOf, recordDeliver } from './deliver-setup.ts';
import { depsWith, open } from './send-callback-setup.ts';

/** More than the four threads in which `getaddrinfo` would ask. */
const deadCount = 8;
const healthyCount = 2;

/** Milliseconds that a name may take: the limit's three seconds would be a long test. */
const timeouts = { connectMs: 1_000, totalMs: 2_000 };

it('calls the healthy of a batch while the name servers of eight others say nothing', async () => {
  const allAsked = Promise.withResolvers<void>();
  let asked = 0;
  const dead = await open(
    startNameServer((_, family) => {
      if (family === 'A') asked += 1;
      if (asked === deadCount) allAsked.resolve();
      return 'silence';
    }),
  );
  const alive = await open(startNameServer((_, family) => (family === 'A' ? ['127.0.0.1'] : [])));
  const called: string[] = [];
  const { port } = await open(
    receiveRequests((request, response) => {
      called.push(String(request.headers['webhook-id']));
      response.end();
    }),
  );
  const senders = {
    dead: depsWith({ nameServers: [dead.address] }),
    alive: depsWith({ nameServers: [alive.address] }),
  };
  const ended: string[] = [];
  const names = [
    ...Array.from({ length: deadCount }, (_, n) => `dead_${n}`),
    ...Array.from({ length: healthyCount }, (_, n) => `alive_${n}`),
  ];
  const recorded = recordDeliver(undefined as never, {
    loadBatch: async () => () => loadedWith(),
    attempt: async ({ delivery: { eventId }, body }) => {
      const sender = eventId.startsWith('dead') ? senders.dead : senders.alive;
      // The healthy begin last, when every dead name has been asked for.
      if (sender === senders.alive) await allAsked.promise;
      const url = `http://hooks.receiver.test:${port}/${eventId}`;
      const headers = { 'webhook-id': eventId };
      const outcome = await sendCallback(sender, { url, headers, body, timeouts });
      ended.push(`${eventId} ${outcome.kind === 'unreachable' ? outcome.errorClass : 'accepted'}`);
      return outcome;
    },
  });
  const Records = names.map((event_id, slot) => ({
    messageId: event_id,
    body: JSON.stringify(
      messageOf({ event_id, subscription_id: `sub_00${slot}${'0'.repeat(20)}` }),
    ),
    attributes: { ApproximateReceiveCount: '1' },
  })) as SQSRecord[];

  const handle = createHandler(recorded.deps);
  await handle({ Records }, { functionName: 'deliver', getRemainingTimeInMillis: () => 30_000 });

  const healthy = names.slice(deadCount);
  expect(called.toSorted()).toEqual(healthy);
  expect(ended.slice(0, healthyCount).toSorted()).toEqual(healthy.map((id) => `${id} accepted`));
  expect(ended.slice(healthyCount).toSorted()).toEqual(
    names.slice(0, deadCount).map((id) => `${id} dns`),
  );
});
