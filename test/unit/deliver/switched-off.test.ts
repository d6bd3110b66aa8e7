// A receiver asks to be switched off: said, done and recorded in this order, and only by the URL that it still has.
import { describe, expect, it } from 'vitest';
import { deliver } from '../../../functions/deliver/deliver.ts';
import { ConflictError } from '../../../shared/errors.ts';
import {
  gone,
  later,
  loadedWith,
  messageOf,
  now,
  type Recorded,
  recordDeliver,
} from './deliver-setup.ts';

const subscription = loadedWith().subscription!;
const moved = { ...subscription, url: 'https://new.example/' };
const run = ({ deps }: Recorded) => deliver(deps, messageOf(), loadedWith(), 'fast');

describe('a receiver that says gone', () => {
  it('is told of first, then its subscription disabled, then its delivery recorded', async () => {
    const recorded = recordDeliver(gone);

    await run(recorded);

    expect(recorded.calls).toEqual([
      'attempt',
      'putHealth',
      'disableSubscription',
      'putFailedAttempt',
      'putDelivery',
    ]);
    expect(recorded.health[0]?.notices).toMatchObject([{ kind: 'disabled', reason: 'receiver' }]);
    expect(recorded.puts[0]?.delivery.status).toBe('held');
  });

  it.each([
    { name: 'before it answered', disables: false, hadMovedAfter: 0 },
    { name: 'just before it was to be disabled', disables: true, hadMovedAfter: 1 },
  ])(
    'switches nothing off where its subscription had left it $name',
    async ({ disables, hadMovedAfter }) => {
      let reads = 0;
      const recorded = recordDeliver(gone, {
        loadBatch: async () => () => {
          reads += 1;
          return loadedWith({ subscription: reads > hadMovedAfter ? moved : subscription });
        },
        disableSubscription: async () => {
          recorded.calls.push('disableSubscription');
          return false;
        },
      });

      await run(recorded);

      expect(recorded.calls.includes('disableSubscription')).toBe(disables);
      expect(recorded.puts[0]).toMatchObject({
        delivery: { status: 'waiting', dueAt: later(5_000), lastAttempts: [{ met: '410' }] },
      });
      expect(recorded.sent).toMatchObject([{ delaySeconds: 5 }]);
    },
  );

  it.each([
    { name: 'has another URL', left: moved },
    { name: 'is deleted', left: { ...subscription, deletedAt: now } },
    { name: 'has been deleted for long', left: undefined },
  ])('earns no notice where its subscription $name', async ({ left }) => {
    const recorded = recordDeliver(gone, {
      loadBatch: async () => () => loadedWith({ subscription: left }),
    });

    await run(recorded);

    expect(recorded.health).toMatchObject([{ failures: 1, notices: [] }]);
    // Deleted, it is cancelled by its next attempt.
    expect(recorded.puts[0]!.delivery.status).toBe('waiting');
  });

  it('disables nobody untold: where the notice cannot be written, the message comes again', async () => {
    const recorded = recordDeliver(gone, { putHealth: async () => false });

    await expect(run(recorded)).rejects.toThrow(ConflictError);
    expect(recorded.calls).toEqual(['attempt']);
  });
});
