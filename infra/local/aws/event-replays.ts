// StartReplay and its companions: archived events sent to their bus again, and across a restart.
import type { StackModel } from '../stack-model.ts';
import { AwsError } from './aws-error.ts';
import {
  type Members,
  numberMember,
  stringList,
  stringMember,
  structureMember,
} from './call-input.ts';
import { busNameOf } from './event-entry.ts';
import type { EventRouter } from './event-router.ts';
import type { EventStore, Replay } from './event-store.ts';

export interface ReplayDeps {
  readonly stack: Pick<StackModel, 'region' | 'accountId' | 'archives'>;
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

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
const notFound = (name: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);

const archiveOf = ({ stack }: ReplayDeps, arn: string) => {
  const archive = stack.archives.find((each) => each.arn === arn);
  if (archive !== undefined) return archive;
  throw invalid(
    `Parameter EventSourceArn is not valid. Reason: Archive ${busNameOf(arn)} does not exist.`,
  );
};

const timeOf = (input: Members, name: string): number => {
  const seconds = numberMember(input, name);
  if (seconds === undefined) throw invalid(`Parameter ${name} is required.`);
  return seconds * 1000;
};

const readStart = (deps: ReplayDeps, input: Members): Replay => {
  const name = stringMember(input, 'ReplayName') ?? '';
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
    throw invalid('Parameter ReplayName must be 1 to 64 letters, digits, or any of . - _');
  }
  const archive = archiveOf(deps, stringMember(input, 'EventSourceArn') ?? '');
  const destination = structureMember(input, 'Destination') ?? {};
  if (stringMember(destination, 'Arn') !== archive.busArn) {
    throw invalid(
      'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
    );
  }
  const fromMs = timeOf(input, 'EventStartTime');
  const toMs = timeOf(input, 'EventEndTime');
  if (fromMs >= toMs) {
    throw invalid(
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    );
  }
  const description = stringMember(input, 'Description');
  return {
    name,
    archive: archive.name,
    fromMs,
    toMs,
    startedAt: deps.now(),
    ruleArns: stringList(destination, 'FilterArns'),
    ...(description === undefined ? {} : { description }),
    state: 'STARTING',
    lastRow: 0,
  };
};

const seconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : ms / 1000;

/** The replays of a stack. One that a kill interrupted goes on after its last page, so that its events come at
 *  least once; events are taken by the time at which they were put. */
export const eventReplays = (deps: ReplayDeps): EventReplays => {
  const { stack, store, router, now } = deps;
  const replays = new Map(store.replays().map((replay) => [replay.name, replay]));
  const running = new Set<Promise<void>>();
  let closed = false;

  const arnOf = (name: string) =>
    `arn:aws:events:${stack.region}:${stack.accountId}:replay/${name}`;
  const save = (replay: Replay): void => {
    replays.set(replay.name, replay);
    store.saveReplay(replay);
  };
  const find = (input: Members): Replay => {
    const name = stringMember(input, 'ReplayName') ?? '';
    const replay = replays.get(name);
    if (replay === undefined) throw notFound(name);
    return replay;
  };
  const wasCancelled = (name: string): boolean => replays.get(name)?.state === 'CANCELLED';
  const sendPages = async (first: Replay): Promise<void> => {
    const archive = stack.archives.find(({ name }) => name === first.archive);
    let replay: Replay = { ...first, state: 'RUNNING' };
    save(replay);
    for (;;) {
      const page = store.archived(replay.archive, replay.fromMs, replay.toMs, replay.lastRow);
      for (const event of page) {
        await router.replay(busNameOf(archive?.busArn), event, replay.name, replay.ruleArns);
      }
      if (closed || wasCancelled(replay.name)) return;
      const last = page.at(-1);
      if (last === undefined) break;
      replay = { ...replay, lastRow: last.row, lastAt: last.at };
      save(replay);
      await new Promise((resolve) => setImmediate(resolve));
    }
    save({ ...replay, state: 'COMPLETED', endedAt: now() });
  };
  const run = (replay: Replay): void => {
    const sending = sendPages(replay).finally(() => running.delete(sending));
    running.add(sending);
  };
  const describe = (replay: Replay): Record<string, unknown> => ({
    ReplayName: replay.name,
    EventSourceArn: stack.archives.find(({ name }) => name === replay.archive)?.arn,
    State: replay.state,
    EventStartTime: seconds(replay.fromMs),
    EventEndTime: seconds(replay.toMs),
    EventLastReplayedTime: seconds(replay.lastAt),
    ReplayStartTime: seconds(replay.startedAt),
    ReplayEndTime: seconds(replay.endedAt),
  });

  for (const replay of replays.values()) {
    if (replay.state === 'STARTING' || replay.state === 'RUNNING') run(replay);
  }
  return {
    start: (input) => {
      const replay = readStart(deps, input);
      if (replays.has(replay.name)) {
        throw new AwsError(
          'ResourceAlreadyExistsException',
          `Replay ${replay.name} already exists.`,
        );
      }
      save(replay);
      run(replay);
      return {
        ReplayArn: arnOf(replay.name),
        State: 'STARTING',
        ReplayStartTime: seconds(replay.startedAt),
      };
    },
    describe: (input) => {
      const replay = find(input);
      const archive = stack.archives.find(({ name }) => name === replay.archive);
      return {
        ...describe(replay),
        ReplayArn: arnOf(replay.name),
        Description: replay.description,
        Destination: { Arn: archive?.busArn, FilterArns: replay.ruleArns },
      };
    },
    list: (input) => {
      const prefix = stringMember(input, 'NamePrefix') ?? '';
      const named = [...replays.values()].filter(({ name }) => name.startsWith(prefix));
      return { Replays: named.map(describe) };
    },
    cancel: (input) => {
      const replay = find(input);
      if (replay.state === 'COMPLETED' || replay.state === 'CANCELLED') {
        throw new AwsError(
          'IllegalStatusException',
          `Replay ${replay.name} is not in a valid state for this operation.`,
        );
      }
      save({ ...replay, state: 'CANCELLED', endedAt: now() });
      return { ReplayArn: arnOf(replay.name), State: 'CANCELLING' };
    },
    close: async () => {
      closed = true;
      await Promise.all(running);
    },
  };
};
