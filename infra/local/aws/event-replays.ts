// StartReplay and its companions: archived events sent to their bus again, and across a restart.
import { AwsError } from './aws-error.ts';
import { type Members, stringMember } from './call-input.ts';
import { busNameOf } from './event-entry.ts';
import type { EventRouter } from './event-router.ts';
import type { EventStore, Replay } from './event-store.ts';
import {
  archiveOfReplay,
  describeReplay,
  type ReplayStack,
  readReplay,
  replayArn,
  summaryOf,
} from './replay-request.ts';

export interface ReplayDeps {
  readonly stack: ReplayStack;
  readonly store: EventStore;
  readonly router: EventRouter;
  readonly now: () => number;
}

export interface EventReplays {
  start(input: Members): Record<string, unknown>;
  describe(input: Members): Record<string, unknown>;
  list(input: Members): Record<string, unknown>;
  cancel(input: Members): Record<string, unknown>;
  close(): Promise<void>;
}

interface ReplayBook {
  get(name: string): Replay | undefined;
  all(): readonly Replay[];
  save(replay: Replay): void;
}

const openBook = (store: EventStore): ReplayBook => {
  const replays = new Map(store.replays().map((replay) => [replay.name, replay]));
  return {
    get: (name) => replays.get(name),
    all: () => [...replays.values()],
    save: (replay) => {
      replays.set(replay.name, replay);
      store.saveReplay(replay);
    },
  };
};

const isOver = ({ state }: Replay): boolean => state === 'COMPLETED' || state === 'CANCELLED';

/** Sends the events, page by page, until none is left, or the replay is cancelled, or `stopped`
 *  says so. */
const sendPages = async (
  { stack, store, router, now }: ReplayDeps,
  book: ReplayBook,
  first: Replay,
  stopped: () => boolean,
): Promise<void> => {
  const busName = busNameOf(archiveOfReplay(stack, first)?.busArn);
  let replay: Replay = { ...first, state: 'RUNNING' };
  book.save(replay);
  for (;;) {
    const page = store.archived(replay.archive, replay.fromMs, replay.toMs, replay.lastRow);
    for (const event of page) {
      await router.replay(busName, event, replay.name, replay.ruleArns);
    }
    if (stopped() || book.get(replay.name)?.state === 'CANCELLED') return;
    const last = page.at(-1);
    if (last === undefined) break;
    replay = { ...replay, lastRow: last.row, lastAt: last.at };
    book.save(replay);
    await new Promise((resolve) => setImmediate(resolve));
  }
  book.save({ ...replay, state: 'COMPLETED', endedAt: now() });
};

/** The replays of a stack. One that a kill interrupted goes on after its last page, so that its
 *  events come at least once; events are taken by the time at which they were put. */
export const eventReplays = (deps: ReplayDeps): EventReplays => {
  const { stack, store, now } = deps;
  const book = openBook(store);
  const running = new Set<Promise<void>>();
  let closed = false;

  const run = (replay: Replay): void => {
    const sending = sendPages(deps, book, replay, () => closed).finally(() =>
      running.delete(sending),
    );
    running.add(sending);
  };
  const find = (input: Members): Replay => {
    const name = stringMember(input, 'ReplayName') ?? '';
    const replay = book.get(name);
    if (replay !== undefined) return replay;
    throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
  };
  for (const replay of book.all()) if (!isOver(replay)) run(replay);

  return {
    start: (input) => {
      const replay = readReplay(stack, input, now());
      const { name, state, startedAt } = replay;
      if (book.get(name) !== undefined) {
        throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
      }
      book.save(replay);
      run(replay);
      const ReplayStartTime = startedAt / 1000;
      return { ReplayArn: replayArn(stack, name), State: state, ReplayStartTime };
    },
    describe: (input) => describeReplay(stack, find(input)),
    list: (input) => {
      const prefix = stringMember(input, 'NamePrefix') ?? '';
      const named = book.all().filter(({ name }) => name.startsWith(prefix));
      return { Replays: named.map((replay) => summaryOf(stack, replay)) };
    },
    cancel: (input) => {
      const replay = find(input);
      if (isOver(replay)) {
        const said = `Replay ${replay.name} is not in a valid state for this operation.`;
        throw new AwsError('IllegalStatusException', said);
      }
      book.save({ ...replay, state: 'CANCELLED', endedAt: now() });
      return { ReplayArn: replayArn(stack, replay.name), State: 'CANCELLING' };
    },
    close: async () => {
      closed = true;
      await Promise.all(running);
    },
  };
};
