// It really is the template that runs: without any one of its parts, the run fails by a name.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readAssets } from '../../infra/local/template/read-assets.ts';
import { type RoutedEventTypeName, routedEventTypes } from '../../shared/event-types.ts';
import { type Part, partsOf } from './support/remove-part.ts';
import type { Template } from './support/remove-part-references.ts';
import { type Run, startRun } from './support/remove-part-run.ts';
import * as scenarios from './support/remove-part-scenarios.ts';
import { startTestReceiver, type TestReceiver } from './support/test-receiver.ts';

/** Parts without effect on this machine, and why. */
const inert: readonly (readonly [RegExp, string])[] = [
  [/^(CloudWatch::Alarm|SNS::Topic|SNS::TopicPolicy) /, 'nobody is woken by a local run'],
  [/^Logs::LogGroup |^allow \S+ logs:/, 'lines of functions go to the console, not to a log group'],
  [/^deny \* sqs:\* /, 'loopback stands in for TLS: no call comes without it'],
  [
    /^SQS::QueuePolicy Deliver(Fast|Slow)Lane/,
    'it holds nothing but the refusal of calls without TLS',
  ],
  [
    /^allow \S+FunctionRole sqs:(ChangeMessageVisibility|GetQueueUrl) /,
    'CDK grants it with every event source; neither the mapping nor the function calls it',
  ],
  [
    /^allow events.amazonaws.com sqs:GetQueue(Attributes|Url) /,
    'CDK grants it with every queue target; EventBridge only sends',
  ],
];

interface Expectation {
  readonly scenario: scenarios.Scenario;
  /** What the run shows first; a part of the sentence. */
  readonly sign: string;
  readonly sweepSeconds?: number;
}

type Names = Readonly<Record<string, string>>;

const unknownType = 'candidate.teleported';
const someType = 'candidate.moved';

/** `candidatemovedRoute` and `candidatemoved` to `candidate.moved`; `Unrouted` to a type that nobody takes. */
const typeOf = (road: string): RoutedEventTypeName =>
  routedEventTypes.find((type) => type.replaceAll('.', '') === road.replace(/Route$/, '')) ??
  (unknownType as RoutedEventTypeName);

const functionScenarios: Readonly<Record<string, scenarios.Scenario>> = {
  Admin: scenarios.admin,
  Deliver: scenarios.deliver,
  FanOut: scenarios.fanOut(someType),
  Sweep: scenarios.sweep,
};
const clock = { scenario: scenarios.clock, sweepSeconds: 0.01 };
const denied = (action: string, resource: string) => `AccessDenied: ${action} on ${resource}`;

const everyRoute: scenarios.Scenario = async (run, receiverUrl) => {
  for (const type of routedEventTypes) await scenarios.route('ats', type)(run, receiverUrl);
};

/** The smallest use of each part, and the failure that its absence is known by. The first match counts. */
const failures: readonly (readonly [RegExp, (names: Names) => Expectation])[] = [
  [
    /^(Events::Rule (?<road>Unrouted|[a-z]+)Rule|SQS::Queue (?<queue>Unrouted|[a-z]+Route)Queue)$/,
    ({ road, queue }) => {
      const type = typeOf(road ?? queue!);
      return { scenario: scenarios.route('ats', type), sign: `${type} is routed nowhere` };
    },
  ],
  [
    /^SQS::Queue (?<road>Unrouted|[a-z]+Route)DeadLetters$/,
    ({ road }) => ({
      scenario: scenarios.route('ats', typeOf(road!)),
      sign: 'it is dropped, as the target has no dead-letter queue',
    }),
  ],
  [
    /^(SQS::QueuePolicy|allow events.amazonaws.com sqs:SendMessage) (?<queue>(?<road>Unrouted|[a-z]+Route)(Queue|DeadLetters))(Policy)?$/,
    ({ road, queue }) => ({
      scenario: scenarios.route('ats', typeOf(road!)),
      sign: denied('sqs:SendMessage', queue!),
    }),
  ],
  [
    /^Lambda::EventSourceMapping FanOut\w+Rappel(?<road>[a-z]+Route)Queue$/,
    ({ road }) => ({
      scenario: scenarios.fanOut(typeOf(road!)),
      sign: `a message stays in ${scenarios.queueNameOf(typeOf(road!))}`,
    }),
  ],
  [
    /^Lambda::EventSourceMapping Deliver\w+(?<lane>Fast|Slow)LaneQueue$/,
    ({ lane }) => ({
      scenario: scenarios.deliver,
      sign: `a message stays in Rappel-deliveries${lane === 'Slow' ? '-slow' : ''}`,
    }),
  ],
  [
    /^SQS::Queue DeliverFastLaneQueue$/,
    () => ({ scenario: functionScenarios.FanOut!, sign: 'ConfigError: DELIVERY_QUEUE_URL' }),
  ],
  [
    /^SQS::Queue DeliverSlowLaneQueue$/,
    () => ({ scenario: scenarios.deliver, sign: 'ConfigError: SLOW_QUEUE_URL' }),
  ],
  [
    /^SQS::Queue Deliver(?<lane>Fast|Slow)LaneDeadLetters$/,
    ({ lane }) => ({
      scenario: scenarios.deliver,
      sign: denied('sqs:SendMessage', `Rappel-deliveries${lane === 'Slow' ? '-slow' : ''}-dead`),
    }),
  ],
  [
    /^DynamoDB::Table Tables(?<table>\w+)$/,
    ({ table }) => ({
      scenario: table === 'Keys' ? scenarios.admin : functionScenarios.FanOut!,
      sign: `ConfigError: ${table!.toUpperCase()}_TABLE`,
    }),
  ],
  [
    /^allow FanOutFunctionRole (?<action>\S+) (?<queue>(?<road>[a-z]+Route)(Queue|DeadLetters))$/,
    ({ action, queue, road }) => ({
      scenario: scenarios.fanOut(typeOf(road!)),
      sign: denied(action!, queue!),
    }),
  ],
  [
    /^allow (?<fn>\w+)FunctionRole (?<action>\S+) (?<resource>\S+)$/,
    ({ fn, action, resource }) => ({
      scenario: functionScenarios[fn!]!,
      sign: denied(action!, resource!),
    }),
  ],
  [
    /^IAM::Policy (?<fn>\w+)FunctionRoleDefaultPolicy$/,
    ({ fn }) => ({ scenario: functionScenarios[fn!]!, sign: 'AccessDenied: ' }),
  ],
  [
    /^allow lambda.amazonaws.com sts:AssumeRole /,
    () => ({ scenario: scenarios.archive, sign: 'cannot be assumed by Lambda' }),
  ],
  [
    /^(Lambda::Function|IAM::Role) Admin\w+|^Lambda::Url /,
    () => ({ scenario: scenarios.admin, sign: 'the admin URL does not answer: ECONNREFUSED' }),
  ],
  [
    /^(Lambda::Function|IAM::Role) Sweep\w+|^Events::Rule SweepEveryMinute$/,
    () => ({ ...clock, sign: 'the sweep is not woken' }),
  ],
  [
    /^(Lambda::Function|IAM::Role) (?<fn>Deliver|FanOut)\w+$/,
    ({ fn }) => ({ scenario: functionScenarios[fn!]!, sign: 'a message stays in Rappel-' }),
  ],
  [
    /^Lambda::Permission SweepEveryMinute/,
    () => ({ ...clock, sign: denied('lambda:InvokeFunction', 'SweepFunction') }),
  ],
  [
    /^Events::EventBus /,
    () => ({
      scenario: scenarios.route('ats', someType),
      sign: 'Rappel-events, which does not exist',
    }),
  ],
  [/^Events::Archive /, () => ({ scenario: scenarios.archive, sign: 'ResourceNotFoundException' })],
];

const expectationOf = ({ name }: Part): Expectation | undefined => {
  for (const [pattern, expectation] of failures) {
    const match = pattern.exec(name);
    if (match) return expectation(match.groups ?? {});
  }
  return undefined;
};

/** The short form takes away the parts of one event type, and one grant of each role on each service. */
const isFull = process.env.RAPPEL_FULL === '1';

const isOfAnotherType = ({ name }: Part): boolean =>
  routedEventTypes
    .filter((type) => type !== someType)
    .some((type) => new RegExp(`${type.replaceAll('.', '')}(Route|Rule)`).test(name));

const kindOf = ({ name }: Part): string => name.replace(/^(allow \S+Role \w+):.*/, '$1');

const takenAway = (all: readonly Part[]): readonly Part[] => {
  const active = all.filter((part) => !isInert(part));
  if (isFull) return active;
  const kinds = Map.groupBy(
    active.filter((part) => !isOfAnotherType(part)),
    kindOf,
  );
  return Array.from(kinds.values(), ([first]) => first!);
};

const isInert = ({ name }: Part): boolean => inert.some(([pattern]) => pattern.test(name));

const template = readAssets(inject('assemblyFolder')).template as Template;
const parts = partsOf(template);

/** Milliseconds: many whole stacks run side by side, on however few cores. */
const patienceMs = 120_000;

let receiver: TestReceiver;

beforeAll(async () => {
  receiver = await startTestReceiver();
  receiver.answer = (response, { path }) =>
    response.writeHead(Number(/\d{3}$/.exec(path)?.[0] ?? 200)).end();
});

afterAll(async () => {
  await receiver.close();
});

/** What the run of a changed template shows first; nothing where all is there. */
const firstSign = async (
  change: (template: Template) => Template,
  { scenario, sweepSeconds }: Pick<Expectation, 'scenario' | 'sweepSeconds'>,
): Promise<string | undefined> => {
  let run: Run | undefined;
  try {
    run = await startRun(change, sweepSeconds);
    await run.until(() => true);
    await scenario(run, receiver.url);
    return undefined;
  } catch (sign) {
    return String(sign);
  } finally {
    await run?.close();
  }
};

describe('every part of the template', () => {
  it('is known: by the failure that its absence shows, or as one without local effect', () => {
    const unknown = parts.filter((part) => !isInert(part) && expectationOf(part) === undefined);

    expect(unknown.map(({ name }) => name)).toEqual([]);
  });
});

describe('without one part, the run shows it', () => {
  it.concurrent.each(takenAway(parts).map((part) => [part.name, part] as const))(
    '%s',
    async (_, part) => {
      const expectation = expectationOf(part)!;

      const sign = await firstSign(part.removeFrom, expectation);

      expect(sign ?? 'all is there').toContain(expectation.sign);
    },
    patienceMs,
  );
});

describe('without every part that is listed as inert', () => {
  const withoutAll = (from: Template) =>
    parts.filter(isInert).reduce((left, part) => part.removeFrom(left), from);

  it.concurrent.each<[string, Pick<Expectation, 'scenario' | 'sweepSeconds'>]>([
    ['the way of every type to its queue', { scenario: everyRoute }],
    ['the way of an unknown type to its queue', { scenario: scenarios.route('ats', unknownType) }],
    ...Object.entries(functionScenarios).map(
      ([fn, scenario]): [string, { scenario: scenarios.Scenario }] => [
        `all that ${fn} does`,
        { scenario },
      ],
    ),
    ['the clock', clock],
    ['the archive', { scenario: scenarios.archive }],
  ])(
    '%s works',
    async (_, use) => {
      expect(await firstSign(withoutAll, use)).toBeUndefined();
    },
    patienceMs,
  );

  it.each(inert)('%s: %s', (pattern) => {
    expect(parts.filter(({ name }) => pattern.test(name))).not.toEqual([]);
  });
});
