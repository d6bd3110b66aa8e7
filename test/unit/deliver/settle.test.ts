// Settling a delivery: what is written when, against which row, and by which way its next attempt comes.
import { describe, expect, it } from 'vitest';
import { settle } from '../../../functions/deliver/settle.ts';
import { afterAttempt, type Delivery, newDelivery, park } from '../../../shared/delivery.ts';
import { ConflictError, PartialFailureError } from '../../../shared/errors.ts';
import { delayedAttemptsMax, messageDelaySecondsMax } from '../../../shared/limits.ts';
import { bad, good, later, now, recordDeliver, subscriptionId } from './deliver-setup.ts';

const delivery: Delivery = {
  ...newDelivery(
    { companyId: 7, eventId: 'e1', subscriptionId, eventType: 'task.created', variant: 'full@1' },
    now,
  ),
  revision: 3,
};
const dueIn = (ms: number, more: Partial<Delivery> = {}): Delivery => ({
  ...delivery,
  attempts: 1,
  dueAt: later(ms),
  ...more,
});
const succeeded = (row: Delivery) =>
  afterAttempt(row, 1, good, now, { delaysMs: [], random: () => 0.5 });
const exhausted: Delivery = { ...delivery, attempts: 4, status: 'exhausted' };

describe('settling a delivery', () => {
  it('writes nothing where the row is to stay as it is', async () => {
    const { deps, calls } = recordDeliver(good);

    await settle(deps, delivery, (row) => row);

    expect(calls).toEqual([]);
  });

  it('decides again on the row as another writer left it', async () => {
    const others = { ...delivery, attempts: 4, revision: 9 };
    const answers = [false, true];
    const puts: Delivery[] = [];
    const { deps } = recordDeliver(good, {
      putDelivery: async (row) => {
        puts.push(row);
        return answers.shift()!;
      },
      getDelivery: async () => others,
    });

    await settle(deps, delivery, succeeded);

    expect(puts).toMatchObject([
      { revision: 3, attempts: 1, status: 'delivered' },
      { revision: 9, attempts: 4, status: 'delivered' },
    ]);
  });

  it('leaves a row that another writer ended meanwhile', async () => {
    const { deps, calls } = recordDeliver(good, {
      putDelivery: async () => false,
      getDelivery: async () => ({ ...delivery, status: 'erased', revision: 9 }),
    });

    await settle(deps, delivery, succeeded);

    expect(calls).toEqual([]);
  });

  it('writes a row anew that is gone', async () => {
    const answers = [false, true];
    const revisions: number[] = [];
    const { deps } = recordDeliver(good, {
      putDelivery: async ({ revision }) => {
        revisions.push(revision);
        return answers.shift()!;
      },
      getDelivery: async () => undefined,
    });

    await settle(deps, delivery, succeeded);

    expect(revisions).toEqual([3, 0]);
  });

  it('leaves the message to its queue after five conflicts, with nothing sent', async () => {
    let puts = 0;
    const { deps, sent } = recordDeliver(bad, {
      putDelivery: async () => {
        puts += 1;
        return false;
      },
      getDelivery: async (row) => row,
    });

    const settling = settle(deps, delivery, () => dueIn(5_000));

    await expect(settling).rejects.toThrow(ConflictError);
    expect(puts).toBe(5);
    expect(sent).toEqual([]);
  });
});

describe('the next attempt', () => {
  const longest = messageDelaySecondsMax * 1000;

  it.each([
    { name: 'at once where it is overdue', ms: -1, delaySeconds: 0 },
    { name: 'by a message, never earlier than it is due', ms: 4_001, delaySeconds: 5 },
    { name: 'by a message, for the longest delay there is', ms: longest, delaySeconds: 900 },
  ])('comes $name, with the sweep as its net two minutes later', async ({ ms, delaySeconds }) => {
    const { deps, calls, puts, sent } = recordDeliver(bad);

    await settle(deps, delivery, () => dueIn(ms));

    expect(calls).toEqual(['putDelivery', 'enqueue']);
    expect(sent).toMatchObject([{ delaySeconds, group: subscriptionId }]);
    expect(JSON.parse(sent[0]!.body)).toMatchObject({ attempt: 2, event_id: 'e1' });
    expect(puts[0]?.wakeAt).toEqual(later(ms + 120_000));
  });

  it('comes by a message in a later round too: the sweep that began it began a new chain', async () => {
    const { deps, sent } = recordDeliver(bad);

    await settle(deps, delivery, () => dueIn(5_000, { attempts: 11, roundStart: 10 }));

    expect(sent).toMatchObject([{ delaySeconds: 5 }]);
  });

  it.each([
    { name: 'its wait is longer than a message can be', next: dueIn(longest + 1) },
    {
      name: 'messages brought so many already that Lambda might end the chain',
      next: dueIn(5_000, { attempts: delayedAttemptsMax + 1 }),
    },
  ])('comes by the due row alone where $name', async ({ next }) => {
    const { deps, puts, sent } = recordDeliver(bad);

    await settle(deps, delivery, () => next);

    expect(sent).toEqual([]);
    expect(puts[0]?.wakeAt).toEqual(next.dueAt);
  });

  it('is still the sweep’s where the queue did not take its message', async () => {
    const { deps, puts } = recordDeliver(bad, { enqueue: async (messages) => messages });

    const settling = settle(deps, delivery, () => dueIn(5_000));

    await expect(settling).rejects.toThrow(PartialFailureError);
    expect(puts[0]?.wakeAt).toEqual(later(5_000 + 120_000));
  });

  it.each([
    { name: 'parked, which its circuit releases', next: park(delivery, now), wakeAt: undefined },
    { name: 'delivered', next: succeeded(delivery), wakeAt: undefined },
    { name: 'exhausted, of which the ATS is told', next: exhausted, wakeAt: now },
  ])('is no message of a delivery that is $name', async ({ next, wakeAt }) => {
    const { deps, puts, sent } = recordDeliver(bad);

    await settle(deps, delivery, () => next);

    expect(sent).toEqual([]);
    expect(puts[0]?.wakeAt).toEqual(wakeAt);
  });
});
