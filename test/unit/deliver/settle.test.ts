// Settling a delivery: what is written when, against which row, and by which way its next attempt comes.
import { describe, expect, it } from 'vitest';
import { type SettleDeps, settle } from '../../../functions/deliver/settle.ts';
import {
  afterAttempt,
  type Delivery,
  newDelivery,
  park,
  type Trigger,
} from '../../../shared/delivery.ts';
import { ConflictError } from '../../../shared/errors.ts';
import { delayedAttemptsMax, messageDelaySecondsMax } from '../../../shared/limits.ts';
import type { Outcome } from '../../../shared/outcome.ts';
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

  it.each<[string, Partial<Delivery>, Trigger, string]>([
    ['erased', { status: 'erased' }, 'scheduled', 'the delivery was erased meanwhile'],
    ['erased', { status: 'erased' }, 'manual', 'the delivery was erased meanwhile'],
    ['delivered', { status: 'delivered' }, 'scheduled', 'the delivery was delivered meanwhile'],
    ['settled by a copy', {}, 'scheduled', 'its row has it already'],
    ['settled by a copy', { status: 'exhausted' }, 'manual', 'its row has it already'],
  ])(
    'tells of an attempt whose delivery was %s meanwhile that it is not on record, and why',
    async (_, more, trigger, reason) => {
      const { deps, lines } = recordDeliver(bad);
      const row = { ...delivery, attempts: 1, ...more };

      await settle(deps, row, (same) => same, { attempt: 1, trigger, outcome: bad });

      expect(lines).toMatchObject([
        {
          event: 'delivery.attempted',
          eventId: 'e1',
          companyId: 7,
          subscriptionId,
          attempt: 1,
          outcome: 'unreachable',
          errorClass: 'connect',
          durationMs: 40,
          recorded: false,
          reason,
        },
      ]);
    },
  );

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

  it('leaves the message to its queue after seven conflicts, with nothing sent', async () => {
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
    expect(puts).toBe(7);
    expect(sent).toEqual([]);
  });
});

describe('the line of an attempt', () => {
  const refused: Outcome = {
    kind: 'refused',
    errorClass: 'http',
    status: 503,
    bodyExcerpt: '',
    headers: {},
    startedAt: now,
    durationMs: 40,
  };

  it.each<[string, Outcome, object]>([
    ['an answer other than 2xx', refused, { met: '503', errorClass: 'http' }],
    ['no connection', bad, { met: 'connect', errorClass: 'connect' }],
  ])('names the error class of %s', async (_, outcome, fields) => {
    const { deps, lines } = recordDeliver(outcome);
    const failed = (row: Delivery) =>
      afterAttempt(row, 1, outcome, now, { delaysMs: [], random: () => 0.5 });

    await settle(deps, delivery, failed, { attempt: 1, trigger: 'scheduled', outcome });

    expect(lines).toMatchObject([{ event: 'delivery.attempted', attempt: 1, ...fields }]);
  });

  it('has no error class for a success', async () => {
    const { deps, lines } = recordDeliver(good);

    await settle(deps, delivery, succeeded, { attempt: 1, trigger: 'scheduled', outcome: good });

    expect(lines[0]).toMatchObject({ met: '200' });
    expect(lines[0]).not.toHaveProperty('errorClass');
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

  it.each<[string, SettleDeps['enqueue'], string]>([
    ['did not take its message', async (messages) => messages, 'PartialFailureError'],
    ['cannot be reached', () => Promise.reject(new TypeError('down')), 'TypeError'],
  ])('is still the sweep’s where the queue %s, and the log says so', async (_, enqueue, error) => {
    const { deps, puts, lines } = recordDeliver(bad, { enqueue });

    await settle(deps, delivery, () => dueIn(5_000));

    expect(puts[0]?.wakeAt).toEqual(later(5_000 + 120_000));
    expect(lines.at(-1)).toMatchObject({
      event: 'delivery.hop-fault',
      eventId: 'e1',
      companyId: 7,
      subscriptionId,
      attempt: 2,
      errorName: error,
    });
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
