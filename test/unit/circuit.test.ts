// The circuit, transition by transition.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  afterSuccess,
  type Circuit,
  closedCircuit,
  isDraining,
  isPacing,
  pacing,
  parksDeliveries,
  probed,
  releasable,
  tended,
  unparking,
} from '../../shared/circuit.ts';

const start = new Date('2026-11-24T09:00:00Z');
const atSecond = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const open: Circuit = { state: 'open', tendAt: atSecond(60) };

/** Sweeps that find nothing parked, until the timer ends. */
const tendedWhileEmpty = (from: Circuit): { circuit: Circuit; minutes: number } => {
  let [circuit, minutes] = [from, 0];
  for (; circuit.tendAt !== undefined && minutes < 60; minutes += 1) {
    circuit = tended(circuit, 0, atSecond(minutes * 60));
  }
  return { circuit, minutes };
};

describe('a circuit', () => {
  it.each([
    { failures: 9, seconds: 3_600, state: 'closed' },
    { failures: 10, seconds: 59, state: 'closed' },
    { failures: 10, seconds: 60, state: 'open' },
    { failures: 500, seconds: 1, state: 'closed' },
  ])('is $state after $failures failures over $seconds s', ({ failures, seconds, state }) => {
    const circuit = afterFailure(closedCircuit, failures, start, atSecond(seconds));

    expect(circuit.state).toBe(state);
  });

  it('has its first probe a minute after it opened, and keeps that minute through stragglers', () => {
    const opened = afterFailure(closedCircuit, 10, start, atSecond(90));

    expect(opened.tendAt).toEqual(atSecond(150));
    expect(afterFailure(opened, 11, start, atSecond(100))).toBe(opened);
  });

  it('sends one delivery a minute while open', () => {
    expect(releasable(open)).toBe(1);
    expect(tended(open, 1, atSecond(60))).toEqual({ state: 'open', tendAt: atSecond(120) });
  });

  it('takes a probe when about a minute has passed since it opened, or took the last', () => {
    const opened = afterFailure(closedCircuit, 10, start, atSecond(90));
    const taken = probed(opened, atSecond(90 + 55));

    expect(probed(opened, atSecond(90 + 54))).toBeUndefined();
    expect(taken).toEqual({ ...opened, probedAt: atSecond(145) });
    expect(probed(tended(taken!, 1, atSecond(150)), atSecond(145 + 54))).toBeUndefined();
    expect(probed(tended(taken!, 1, atSecond(150)), atSecond(145 + 55))).toBeDefined();
  });

  it('takes none while it is not open', () => {
    expect([afterSuccess(open), closedCircuit].map((it) => probed(it, atSecond(900)))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is half-open after a success, and still parks until the sweep closes it', () => {
    const halfOpen = afterSuccess(open);

    expect(halfOpen.state).toBe('half-open');
    expect(parksDeliveries(halfOpen)).toBe(true);
    expect(tended(halfOpen, 60, atSecond(60)).state).toBe('closed');
  });

  it('drains 60, 150, 300 and then 600 a minute, one step a sweep', () => {
    let circuit = afterSuccess(open);
    const released: number[] = [];
    for (let minute = 1; minute <= 6; minute += 1) {
      released.push(releasable(circuit));
      circuit = tended(circuit, 1, atSecond(minute * 60));
    }

    expect(released).toEqual([60, 150, 300, 600, 600, 600]);
  });

  it('goes on with its draining at each sweep, also one that comes a little sooner than the last', () => {
    const draining = tended(afterSuccess(open), 60, atSecond(60));
    const waiting = tended(pacing(closedCircuit, start), 60, atSecond(60));

    expect([draining, waiting].map(({ tendAt }) => tendAt! <= atSecond(60 + 56))).toEqual([
      true,
      true,
    ]);
    expect([draining, waiting].map(({ tendAt }) => tendAt! <= atSecond(60 + 54))).toEqual([
      false,
      false,
    ]);
  });

  it.each([
    { name: 'half-open', circuit: afterSuccess(open) },
    { name: 'draining', circuit: tended(afterSuccess(open), 60, atSecond(60)) },
  ])('opens again at the first failure while $name', ({ circuit }) => {
    expect(afterFailure(circuit, 1, atSecond(70), atSecond(70)).state).toBe('open');
  });

  it('takes one failure in its stride once nothing waits any more', () => {
    const drained = tended(tended(afterSuccess(open), 60, atSecond(60)), 0, atSecond(120));

    expect(isDraining(drained)).toBe(false);
    expect(afterFailure(drained, 1, atSecond(130), atSecond(130))).toBe(drained);
  });

  it('keeps its timer until the index has been empty for longer than it may lag', () => {
    const { circuit, minutes } = tendedWhileEmpty(tended(afterSuccess(open), 60, atSecond(60)));

    expect(minutes).toBe(17);
    expect(circuit).toEqual(closedCircuit);
  });

  it('closes when open with nothing to probe with, so that no timer runs for ever', () => {
    const { circuit, minutes } = tendedWhileEmpty(open);

    // Once to stop the parking, and once more to be sure that nothing was parked meanwhile.
    expect(minutes).toBe(33);
    expect(circuit).toEqual(closedCircuit);
  });

  it('lets everything go at full pace for a subscription that is not enabled', () => {
    const circuit = unparking({ ...open, emptySince: start });

    expect(parksDeliveries(circuit)).toBe(false);
    expect(releasable(circuit)).toBe(600);
    expect(circuit.emptySince).toBeUndefined();
  });

  it('has a timer whenever it parks, whatever happens to it', () => {
    const event = fc.constantFrom('failure', 'success', 'tend', 'tend-empty', 'unpark', 'pace');
    const told = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 1_200 })), { maxLength: 60 });
    const run = (history: [string, number][]) => {
      let [circuit, seconds, failures] = [closedCircuit, 0, 0];
      for (const [what, gap] of history) {
        seconds += gap;
        failures = what === 'success' ? 0 : failures + 1;
        const now = atSecond(seconds);
        if (what === 'pace') {
          circuit = pacing(circuit, now);
          expect(circuit.tendAt).toBeDefined();
        } else if (what === 'failure') circuit = afterFailure(circuit, failures, start, now);
        else if (what === 'success') circuit = afterSuccess(circuit);
        else if (circuit.tendAt && circuit.tendAt <= now) {
          const from = what === 'unpark' ? unparking(circuit) : circuit;
          circuit = tended(from, what === 'tend' ? 1 : 0, now);
        }
        expect(!parksDeliveries(circuit) || circuit.tendAt !== undefined).toBe(true);
      }
    };

    fc.assert(fc.property(told, run));
  });
});

describe('a subscription’s own limit', () => {
  const paced = pacing(closedCircuit, start);

  it('has a timer for what waits, which is set once for all of it', () => {
    expect(paced).toEqual({ state: 'closed', tendAt: start, paced: true });
    expect(pacing(paced, atSecond(5))).toBe(paced);
  });

  it('leaves the timer of an open or a draining circuit to that', () => {
    const draining = tended(afterSuccess(open), 60, atSecond(60));

    expect(pacing(open, start)).toBe(open);
    expect(pacing(draining, start)).toBe(draining);
  });

  it('stands in the way of nothing but a backlog: no failure weighs more', () => {
    expect(parksDeliveries(paced) || isDraining(paced)).toBe(false);
    expect(afterFailure(paced, 1, start, atSecond(1))).toBe(paced);
    expect(afterFailure(paced, 10, start, atSecond(61)).state).toBe('open');
  });

  it('releases a minute’s worth, and of a circuit that drains no more than that either', () => {
    expect(releasable(paced, 2)).toBe(120);
    expect(releasable(paced, 50)).toBe(3_000);
    expect(releasable(paced)).toBe(600);
    expect(releasable(afterSuccess(open), 1)).toBe(60);
    expect(releasable({ state: 'closed', drainStep: 3 }, 5)).toBe(300);
    expect(releasable(open, 5)).toBe(1);
  });

  it('is no longer in the way once nothing waits, and ends its timer when the index must have said so', () => {
    const empty = tended(paced, 0, atSecond(0));

    expect([isPacing(paced), isPacing(empty)]).toEqual([true, false]);
    expect(isPacing(pacing(empty, atSecond(70)))).toBe(true);
    expect(tendedWhileEmpty(paced)).toEqual({ circuit: closedCircuit, minutes: 17 });
  });
});
