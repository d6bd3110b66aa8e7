// Receivers that hang: they are known while they are awaited, and hold no more of a batch than they must.
import type { SQSRecord } from 'aws-lambda';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createAttempts } from '../../../functions/deliver/attempt.ts';
import { deliver } from '../../../functions/deliver/deliver.ts';
import { createHandler } from '../../../functions/deliver/handler.ts';
import { type Health, takesSlowLane } from '../../../shared/health.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import { makeKey } from '../../../shared/signing-key.ts';
import { receiveRequests } from '../../fixtures/receivers.ts';
import {
  good,
  loadedWith,
  messageOf,
  now,
  recordDeliver,
  subscriptionId,
} from './deliver-setup.ts';
import { open } from './send-callback-setup.ts';

const timedOut: Outcome = {
  kind: 'unreachable',
  errorClass: 'timeout',
  reason: '',
  startedAt: now,
  durationMs: 10_000,
};
const slowGood: Outcome = { ...good, durationMs: 2_500 };

/** The health row, as the table keeps it. */
const rowOf = (first?: Health) => {
  const row = { health: first, writes: 0 };
  const ports = {
    getHealth: async () => row.health,
    putHealth: async (next: Health) => {
      if (next.revision !== (row.health?.revision ?? 0)) return false;
      row.health = { ...next, revision: next.revision + 1 };
      row.writes += 1;
      return true;
    },
  };
  return { row, ports };
};

it('marks a receiver while three attempts are awaited for two seconds, before any has ended', async () => {
  const { row, ports } = rowOf();
  const ends = Promise.withResolvers<Outcome>();
  const { deps } = recordDeliver(good, {
    ...ports,
    attempt: (_, onSlow) => {
      onSlow();
      return ends.promise;
    },
  });

  const attempts = ['a', 'b', 'c'].map((event_id) =>
    deliver(deps, messageOf({ event_id }), loadedWith(), 'fast'),
  );
  await vi.waitFor(() => expect(row.writes).toBe(3));

  expect(takesSlowLane(row.health!, now)).toBe(true);
  ends.resolve(timedOut);
  await Promise.all(attempts);
});

it('counts a slow answer once, whether it was noted or not', async () => {
  const { row, ports } = rowOf();
  const { deps } = recordDeliver(good, {
    ...ports,
    attempt: async (_, onSlow) => {
      onSlow();
      return slowGood;
    },
  });

  await deliver(deps, messageOf(), loadedWith(), 'fast');

  expect(row.health?.slowAnswers).toEqual([now]);
});

it('goes on with an attempt whose slowness cannot be noted, and counts it at its end', async () => {
  const { row, ports } = rowOf();
  const { deps, lines } = recordDeliver(good, {
    ...ports,
    putHealth: async (health) => {
      if (lines.length === 0) throw new Error('throttled');
      return ports.putHealth(health);
    },
    attempt: async (_, onSlow) => {
      onSlow();
      return slowGood;
    },
  });

  await deliver(deps, messageOf(), loadedWith(), 'fast');

  expect(lines[0]).toMatchObject({ event: 'health.fault', subscriptionId });
  expect(row.health?.slowAnswers).toEqual([now]);
});

it('forwards what waits in a batch behind two attempts that timed out', async () => {
  const { ports } = rowOf();
  const recorded = recordDeliver(timedOut, ports);
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const Records = ids.map((event_id) => ({
    messageId: event_id,
    body: JSON.stringify(messageOf({ event_id })),
    attributes: { ApproximateReceiveCount: '1' },
  })) as SQSRecord[];

  const handle = createHandler(recorded.deps);
  await handle({ Records }, { functionName: 'deliver', getRemainingTimeInMillis: () => 18_000 });

  const forwarded = recorded.lines.filter(({ event }) => event === 'delivery.forwarded');
  expect(recorded.calls.filter((call) => call === 'attempt')).toHaveLength(2);
  expect(forwarded.map(({ eventId }) => eventId)).toEqual(['c', 'd', 'e']);
});

it('tells that an answer is slow after two seconds, and not of one that came', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const arrived = Promise.withResolvers<() => void>();
  const receiver = await open(
    receiveRequests((_, response) => arrived.resolve(() => response.writeHead(204).end())),
  );
  const { attempt, closeSockets } = createAttempts('http://127.0.0.1:*', () => now);
  onTestFinished(closeSockets);
  const onSlow = vi.fn();

  const outcome = attempt(
    {
      delivery: { companyId: 7, eventId: 'e1', subscriptionId },
      url: `http://127.0.0.1:${receiver.port}/hook`,
      keys: { keys: [{ secret: makeKey('v1', (size) => new Uint8Array(size)) }] },
      body: new Uint8Array(),
    },
    onSlow,
  );
  const answer = await arrived.promise;
  vi.advanceTimersByTime(1_999);
  expect(onSlow).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onSlow).toHaveBeenCalledOnce();
  answer();
  await outcome;
  vi.advanceTimersByTime(60_000);

  expect(onSlow).toHaveBeenCalledOnce();
});
