// `rappel tail`: deliveries as they happen.
import { printable } from '../printable.ts';
import { rowOf } from './delivery-rows.ts';
import { findNewest, type ShownDelivery } from './find-deliveries.ts';
import { pause } from './pause.ts';
import { readCount } from './read-command.ts';
import { type Command, printResult } from './session.ts';

/** Deliveries that a tail begins with. */
const shownFirst = 10;

/** Of how many of the newest deliveries it tells what becomes of them, however old they are. */
const watched = 50;

/** A delivery is listed once it has been attempted, which may take ten seconds and some waiting: in a burst, behind
 *  more younger ones than are watched. */
const lateMs = 15_000;

/** A table's row before the table is known. */
const lineOf = (delivery: ShownDelivery): string => {
  const widths = [24, 9, 18, 2, 14, 0];
  const cells = rowOf(delivery).map((cell, index) => String(cell).padEnd(widths[index]!));
  return printable(cells.join('  '));
};

export const tail: Command = {
  usage: 'tail [SUBSCRIPTION]',
  summary: 'deliveries as they happen; Ctrl-C ends it',
  takes: [0, 1],
  options: { count: { type: 'string', about: 'N  end after so many' } },
  run: async (session, given) => {
    const count = readCount(given, 'count', 1_000_000) ?? Number.POSITIVE_INFINITY;
    const seen = new Set<string>();
    let printed = 0;
    let watch: Watch = { wanted: watched };
    for (let round = 0; printed < count && !session.stopped.aborted; round += 1) {
      if (round > 0) await pause(session);
      const found = await findNewest(session, given.positionals[0], watch);
      watch = nextWatch(found, session.now());
      if (round === 0) {
        for (const older of found.splice(Math.min(shownFirst, count))) seen.add(stateOf(older));
      }
      for (const delivery of found.toReversed().toSorted(byUpdate)) {
        const state = stateOf(delivery);
        if (seen.has(state) || printed >= count) continue;
        seen.add(state);
        printed += 1;
        printResult(session, delivery, () => lineOf(delivery));
      }
    }
  },
};

interface Watch {
  readonly wanted: number;
  /** An instant: only what was created from then on. */
  readonly from?: string;
}

/** All that are young, and as many of the newest as are watched anyway. */
const nextWatch = (newest: readonly ShownDelivery[], now: Date): Watch => {
  const last = newest[watched - 1];
  const young = new Date(now.getTime() - lateMs).toISOString();
  return {
    wanted: Number.POSITIVE_INFINITY,
    ...(last !== undefined && { from: last.created_at < young ? last.created_at : young }),
  };
};

const stateOf = ({ id, updated_at }: ShownDelivery): string => `${id} ${updated_at}`;

const byUpdate = (one: ShownDelivery, other: ShownDelivery): number =>
  one.updated_at.localeCompare(other.updated_at);
