// What a replay is asked for, and how it is told.
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
import type { Replay } from './event-store.ts';

export type ReplayStack = Pick<StackModel, 'region' | 'accountId' | 'archives'>;

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

const archiveOf = (stack: ReplayStack, arn: string) => {
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

/** Reads StartReplay; throws AWS's refusals of it. */
export const readReplay = (stack: ReplayStack, input: Members, startedAt: number): Replay => {
  const name = stringMember(input, 'ReplayName') ?? '';
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
    throw invalid('Parameter ReplayName must be 1 to 64 letters, digits, or any of . - _');
  }
  const archive = archiveOf(stack, stringMember(input, 'EventSourceArn') ?? '');
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
    startedAt,
    ruleArns: stringList(destination, 'FilterArns'),
    ...(description === undefined ? {} : { description }),
    state: 'STARTING',
    lastRow: 0,
  };
};

const seconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : ms / 1000;

export const replayArn = ({ region, accountId }: ReplayStack, name: string): string =>
  `arn:aws:events:${region}:${accountId}:replay/${name}`;

/** The archive of a replay that is going on or over; it may have left the stack since. */
export const archiveOfReplay = (stack: ReplayStack, replay: Replay) =>
  stack.archives.find(({ name }) => name === replay.archive);

/** A replay as ListReplays tells it; times are in seconds. */
export const summaryOf = (stack: ReplayStack, replay: Replay): Record<string, unknown> => ({
  ReplayName: replay.name,
  EventSourceArn: archiveOfReplay(stack, replay)?.arn,
  State: replay.state,
  EventStartTime: seconds(replay.fromMs),
  EventEndTime: seconds(replay.toMs),
  EventLastReplayedTime: seconds(replay.lastAt),
  ReplayStartTime: seconds(replay.startedAt),
  ReplayEndTime: seconds(replay.endedAt),
});

/** A replay as DescribeReplay tells it. */
export const describeReplay = (stack: ReplayStack, replay: Replay): Record<string, unknown> => ({
  ...summaryOf(stack, replay),
  ReplayArn: replayArn(stack, replay.name),
  Description: replay.description,
  Destination: { Arn: archiveOfReplay(stack, replay)?.busArn, FilterArns: replay.ruleArns },
});
