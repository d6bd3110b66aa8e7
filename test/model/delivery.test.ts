// The delivery engine by model: random histories of a hostile world, over the real fan-out, deliver and sweep.
//
// The world duplicates, reorders and delays messages, loses acknowledgements, lets indexes lag by minutes, skews
// each worker's clock by up to five minutes, throttles stores before or after a write took effect, and ends workers
// between any two calls. People pause, delete, resend, recover, erase, stop. Receivers fail, hang, ask to wait, say 410.
//
// Laws:
//  1. No event is lost: every delivery ends delivered, exhausted, held, cancelled, erased or expired, and while it
//     waits it has a timer that the sweep will see: in fair weather nothing is left waiting.
//  2. No attempt starts that was read after its delivery had ended.
//  3. Attempt numbers only grow, and none is counted that was not made.
//  4. An erased delivery is never written again.
//  5. Waiting (parked, held) spends no attempt.
//  6. At most one probe a minute goes through an open circuit, and each is one attempt.
//  7. No attempt starts ahead of its schedule (by more than the clocks differ).
//  8. No manual attempt is made that was not asked for, and none takes an attempt from the schedule. It alone may
//     be made after the end, ahead of the schedule and through an open circuit.
//  9. Of what ends exhausted the bus takes a notice.
// 10. A delivery is never parked and due at once; a poisoned message harms no neighbour; nothing else is buried.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runHistory, stepKinds } from './history.ts';

const full = process.env.RAPPEL_FULL === '1';

const steps = fc.array(
  fc.record({ kind: fc.constantFrom(...stepKinds), seed: fc.integer({ min: 0, max: 2 ** 31 }) }),
  { minLength: 10, maxLength: 80, size: 'max' },
);

const histories = async (count: number, faults: boolean): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      expect(await runHistory(history, faults)).toEqual([]);
    }),
    { numRuns: count },
  );
};

describe('the delivery engine', () => {
  it(
    'keeps every law in calm histories, to the second',
    () => histories(full ? 2_000 : 30, false),
    1_800_000,
  );

  it(
    'keeps every law through faults, crashes, lag and skew',
    () => histories(full ? 10_000 : 110, true),
    1_800_000,
  );
});
