// The delivery engine by model: random histories of a hostile world, over the real fan-out, deliver and sweep.
//
// The world duplicates, reorders and delays messages, loses acknowledgements, lets indexes lag by minutes, skews
// each worker's clock by up to five minutes, throttles stores before or after a write took effect, and ends workers
// between any two calls. Time passes while receivers answer, and batches wait. People pause, delete, move, resend,
// recover, erase, stop meanwhile. Receivers fail, hang, ask to wait, say 410.
//
// Laws:
//  1. No event is lost: every delivery ends delivered, exhausted, held, cancelled, erased or expired, and while it
//     waits it has a timer that the sweep will see: in fair weather nothing is left waiting.
//  2. No attempt starts that was read after its delivery had ended, or its event was erased, its subscription paused,
//     deleted or moved, or everything stopped; nor, however long its batch took, more than a second after any of it.
//  3. Attempt numbers only grow, and none is counted that was not made.
//  4. An erased delivery is never written again.
//  5. Waiting (parked, held) spends no attempt.
//  6. At most one probe a minute goes through an open circuit, and each is one attempt.
//  7. No attempt starts ahead of its schedule (by more than the clocks differ).
//  8. No manual attempt is made that was not asked for, and none takes an attempt from the schedule. It alone may
//     be made after the end, ahead of the schedule and through an open circuit. In calm weather each that was asked
//     for is made and on record, though two ask at once, unless its subscription or payload forbids it.
//  9. Of what ends exhausted the bus takes a notice.
// 10. A delivery is never parked and due at once; a poisoned message harms no neighbour; nothing else is buried.
// 11. Nobody is switched off, and nothing held, for what a receiver says that its subscription has left.
// 12. A delivery is erased only where its event was, and expired only where that has passed its time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runHistory, stepKinds } from './history.ts';

const full = process.env.RAPPEL_FULL === '1';

const steps = fc.array(
  fc.record({ kind: fc.constantFrom(...stepKinds), seed: fc.integer({ min: 0, max: 2 ** 31 }) }),
  { minLength: 10, maxLength: 80, size: 'max' },
);

/** Of calm and of hostile histories. */
const [calmCount, hostileCount] = full ? [2_000, 10_000] : [30, 110];

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
    `keeps every law in ${calmCount} calm histories, to the second (2,000 in the full form)`,
    () => histories(calmCount, false),
    3_600_000,
  );

  it(
    `keeps every law in ${hostileCount} histories of faults, crashes, lagging indexes and clocks ` +
      'that are wrong by up to ±5 minutes (10,000 in the full form)',
    () => histories(hostileCount, true),
    3_600_000,
  );
});
