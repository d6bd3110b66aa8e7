// EventBridge on the local endpoint: PutEvents, replays, and what can be read about buses, rules
// and archives.
import { compilePattern } from '../../../shared/event-pattern.ts';
import type { RuleModel, StackModel } from '../stack-model.ts';
import type { AwsService } from './aws-call.ts';
import { AwsError } from './aws-error.ts';
import { type Members, stringMember, structureList } from './call-input.ts';
import { busNameOf, checkEntries, type EntryDeps, readEntry } from './event-entry.ts';
import type { EventReplays } from './event-replays.ts';
import type { EventRouter } from './event-router.ts';
import type { EventStore } from './event-store.ts';

const changes = [
  'CreateArchive',
  'CreateEventBus',
  'DeleteArchive',
  'DeleteEventBus',
  'DeleteRule',
  'DisableRule',
  'EnableRule',
  'PutPermission',
  'PutRule',
  'PutTargets',
  'RemovePermission',
  'RemoveTargets',
  'TagResource',
  'UntagResource',
  'UpdateArchive',
  'UpdateEventBus',
];

export interface EventsDeps extends EntryDeps {
  readonly stack: StackModel;
  readonly store: EventStore;
  readonly router: EventRouter;
  readonly replays: EventReplays;
}

type Handler = (input: Members) => Record<string, unknown> | Promise<Record<string, unknown>>;

const notFound = (text: string): AwsError =>
  new AwsError('ResourceNotFoundException', `${text} does not exist.`);

/** An accepted event is archived and in its queues before the answer, so an answer survives a kill. */
const putEvents = async (deps: EventsDeps, input: Members): Promise<Record<string, unknown>> => {
  const entries = structureList(input, 'Entries');
  checkEntries(entries);
  const Entries: object[] = [];
  let FailedEntryCount = 0;
  for (const entry of entries) {
    const event = readEntry(deps, entry);
    if ('ErrorCode' in event) {
      Entries.push(event);
      FailedEntryCount += 1;
      continue;
    }
    await deps.router.accept(event);
    Entries.push({ EventId: event.id });
  }
  return { FailedEntryCount, Entries };
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : `${error}`);

const testPattern = (input: Members): Record<string, unknown> => {
  let matches: (event: string) => boolean;
  try {
    matches = compilePattern(stringMember(input, 'EventPattern') ?? '');
  } catch (error) {
    throw new AwsError(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${reasonOf(error)}`,
    );
  }
  try {
    return { Result: matches(stringMember(input, 'Event') ?? '') };
  } catch (error) {
    throw new AwsError(
      'ValidationException',
      `Parameter Event is not valid. Reason: ${reasonOf(error)}`,
    );
  }
};

const describeRule = (rule: RuleModel): Record<string, unknown> => ({
  Name: rule.name,
  Arn: rule.arn,
  EventBusName: busNameOf(rule.busName),
  State: rule.enabled ? 'ENABLED' : 'DISABLED',
  ...(rule.eventPattern === undefined ? {} : { EventPattern: JSON.stringify(rule.eventPattern) }),
  ...(rule.scheduleExpression === undefined ? {} : { ScheduleExpression: rule.scheduleExpression }),
});

const describeTarget = (target: RuleModel['targets'][number]): Record<string, unknown> => ({
  Id: target.id,
  Arn: target.arn,
  RetryPolicy: {
    MaximumRetryAttempts: target.maximumRetryAttempts,
    MaximumEventAgeInSeconds: target.maximumEventAgeSeconds,
  },
  ...(target.deadLetterArn === undefined
    ? {}
    : { DeadLetterConfig: { Arn: target.deadLetterArn } }),
});

const ruleHandlers = ({ stack }: EventsDeps): Readonly<Record<string, Handler>> => {
  const onBus = (input: Members) => {
    const busName = busNameOf(stringMember(input, 'EventBusName'));
    return stack.rules.filter((rule) => busNameOf(rule.busName) === busName);
  };
  const named = (input: Members, member: string): RuleModel => {
    const name = stringMember(input, member);
    const rule = onBus(input).find((each) => each.name === name);
    if (rule === undefined) {
      throw notFound(`Rule ${name} on EventBus ${busNameOf(stringMember(input, 'EventBusName'))}`);
    }
    return rule;
  };
  return {
    DescribeRule: (input) => describeRule(named(input, 'Name')),
    ListRules: (input) => {
      const prefix = stringMember(input, 'NamePrefix') ?? '';
      return {
        Rules: onBus(input)
          .filter(({ name }) => name.startsWith(prefix))
          .map(describeRule),
      };
    },
    ListTargetsByRule: (input) => ({ Targets: named(input, 'Rule').targets.map(describeTarget) }),
    ListRuleNamesByTarget: (input) => {
      const arn = stringMember(input, 'TargetArn');
      const rules = onBus(input).filter(({ targets }) => targets.some((each) => each.arn === arn));
      return { RuleNames: rules.map(({ name }) => name) };
    },
  };
};

const busHandlers = (deps: EventsDeps): Readonly<Record<string, Handler>> => {
  const { stack, store } = deps;
  const defaultArn = `arn:aws:events:${deps.region}:${deps.accountId}:event-bus/default`;
  const buses = [{ Name: 'default', Arn: defaultArn }].concat(
    stack.buses.map(({ name, arn }) => ({ Name: name, Arn: arn })),
  );
  const describeArchive = (archive: StackModel['archives'][number]) => {
    const { count, bytes } = store.sizeOf(archive.name);
    return {
      ArchiveName: archive.name,
      EventSourceArn: archive.busArn,
      State: 'ENABLED',
      RetentionDays: archive.retentionDays,
      EventCount: count,
      SizeBytes: bytes,
    };
  };
  return {
    DescribeEventBus: (input) => {
      const name = busNameOf(stringMember(input, 'Name'));
      const bus = buses.find((each) => each.Name === name);
      if (bus === undefined) throw notFound(`Event bus ${name}`);
      return bus;
    },
    ListEventBuses: (input) => {
      const prefix = stringMember(input, 'NamePrefix') ?? '';
      return { EventBuses: buses.filter(({ Name }) => Name.startsWith(prefix)) };
    },
    DescribeArchive: (input) => {
      const name = stringMember(input, 'ArchiveName');
      const archive = stack.archives.find((each) => each.name === name);
      if (archive === undefined) throw notFound(`Archive ${name}`);
      const pattern = archive.eventPattern;
      return {
        ...describeArchive(archive),
        ArchiveArn: archive.arn,
        ...(pattern === undefined ? {} : { EventPattern: JSON.stringify(pattern) }),
      };
    },
    ListArchives: () => ({ Archives: stack.archives.map(describeArchive) }),
  };
};

/** EventBridge over the stack's buses, rules and archives, which the template alone changes. */
export const eventsService = (deps: EventsDeps): Omit<AwsService, 'close'> => {
  const { replays } = deps;
  const handlers: Readonly<Record<string, Handler>> = {
    PutEvents: (input) => putEvents(deps, input),
    TestEventPattern: testPattern,
    ...ruleHandlers(deps),
    ...busHandlers(deps),
    StartReplay: replays.start,
    DescribeReplay: replays.describe,
    ListReplays: replays.list,
    CancelReplay: replays.cancel,
  };
  return {
    operations: Object.keys(handlers).sort(),
    changes,
    run: async ({ operation, input }) => handlers[operation]?.(input) ?? {},
  };
};
