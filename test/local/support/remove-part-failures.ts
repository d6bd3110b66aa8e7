// What the absence of each part of the template is known by, and which parts have no effect on this machine.
import { type RoutedEventTypeName, routedEventTypes } from '../../../shared/event-types.ts';
import type { Part } from './remove-part.ts';
import * as operations from './remove-part-operations.ts';
import * as scenarios from './remove-part-scenarios.ts';

/** Parts without effect on this machine, and why. */
export const inert: readonly (readonly [RegExp, string])[] = [
  [/^(CloudWatch::Alarm|SNS::Topic|SNS::TopicPolicy) /, 'nobody is woken by a local run'],
  [/^Logs::LogGroup |^allow \S+ logs:/, 'lines of functions go to the console, not to a log group'],
  [/^Lambda::EventInvokeConfig /, 'a call that failed is never repeated here'],
  [/^deny \* sqs:\* /, 'loopback stands in for TLS: no call comes without it'],
  [
    /^SQS::QueuePolicy Deliver(Fast|Slow)Lane/,
    'it holds nothing but the refusal of calls without TLS',
  ],
  [
    /^allow (Deliver|FanOut)FunctionRole sqs:(ChangeMessageVisibility|GetQueueUrl) /,
    'CDK grants it with every event source; neither the mapping nor the function calls it',
  ],
  [
    /^allow events.amazonaws.com sqs:GetQueue(Attributes|Url) /,
    'CDK grants it with every queue target; EventBridge only sends',
  ],
];

export interface Expectation {
  readonly scenario: scenarios.Scenario;
  /** What the run shows first; a part of the sentence. */
  readonly sign: string;
  readonly sweepSeconds?: number;
}

type Names = Readonly<Record<string, string>>;

export const unknownType = 'candidate.teleported';
export const someType = 'candidate.moved';

/** `candidatemovedRoute` and `candidatemoved` to `candidate.moved`; `Unrouted` to a type that nobody takes. */
const typeOf = (road: string): RoutedEventTypeName =>
  routedEventTypes.find((type) => type.replaceAll('.', '') === road.replace(/Route$/, '')) ??
  (unknownType as RoutedEventTypeName);

export const functionScenarios: Readonly<Record<string, scenarios.Scenario>> = {
  Admin: scenarios.admin,
  Deliver: scenarios.deliver,
  FanOut: scenarios.fanOut(someType),
  Sweep: scenarios.sweep,
};
export const clock = { scenario: scenarios.clock, sweepSeconds: 0.01 };
const denied = (action: string, resource: string) => `AccessDenied: ${action} on ${resource}`;

/** `DeliverSlowLane` to `deliveries-slow`, `candidatemovedRoute` to `candidate-moved`. */
const operatorsNameOf = (owner: string): string => {
  const lanes: Readonly<Record<string, string>> = {
    DeliverFastLane: 'deliveries',
    DeliverSlowLane: 'deliveries-slow',
  };
  return lanes[owner] ?? typeOf(owner).replaceAll('.', '-');
};

export const everyRoute: scenarios.Scenario = async (run, receiverUrl) => {
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
    /^allow AdminFunctionRole (?<action>sqs:\S+) (?<resource>Unrouted(Queue|DeadLetters))$/,
    ({ action, resource }) => ({ scenario: operations.putAgain, sign: denied(action!, resource!) }),
  ],
  [
    /^allow AdminFunctionRole (?<action>sqs:\S+) (?<resource>(?<owner>Deliver(Fast|Slow)Lane|[a-z]+Route)(DeadLetters|Queue))$/,
    ({ action, resource, owner }) => ({
      scenario:
        action === 'sqs:SendMessage' && owner === 'DeliverFastLane'
          ? scenarios.admin
          : operations.bringBack(operatorsNameOf(owner!)),
      sign: denied(action!, resource!),
    }),
  ],
  [
    /^allow AdminFunctionRole (?<action>\S+) (?<resource>TablesDeliveries(\/index\/due)?)$/,
    ({ action, resource }) => ({
      scenario:
        action === 'dynamodb:BatchGetItem' || resource!.endsWith('/due')
          ? operations.lookForFailing
          : scenarios.admin,
      sign: denied(action!, resource!),
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

export const expectationOf = ({ name }: Part): Expectation | undefined => {
  for (const [pattern, expectation] of failures) {
    const match = pattern.exec(name);
    if (match) return expectation(match.groups ?? {});
  }
  return undefined;
};
