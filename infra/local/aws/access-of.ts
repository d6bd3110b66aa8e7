// What IAM must judge of a call: the actions that it needs, and on which resources.
import { actionFor, queriedArn } from '../iam/action-of.ts';
import type { AccessRequest, StackModel } from '../stack-model.ts';
import type { AwsCall, AwsServiceName } from './aws-call.ts';
import { type Members, stringMember, structureList, structureMember } from './call-input.ts';

export type Access = Omit<AccessRequest, 'principal'>;
export type AccessOf = (
  call: Pick<AwsCall, 'service' | 'operation' | 'input'>,
) => readonly Access[];

type Stack = Pick<StackModel, 'region' | 'accountId'>;
type Finder = (stack: Stack, operation: string, input: Members) => readonly Access[];

const arnOf = ({ region, accountId }: Stack, service: AwsServiceName, rest: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${rest}`;

const fullArn = (stack: Stack, service: AwsServiceName, prefix: string, nameOrArn: string) =>
  nameOrArn.startsWith('arn:') ? nameOrArn : arnOf(stack, service, `${prefix}${nameOrArn}`);

const one = (action: string, resourceArn: string, context: Access['context'] = {}): Access => ({
  action,
  resourceArn,
  context,
});

const ofDynamoDb: Finder = (stack, operation, input) => {
  const action = actionFor('dynamodb', operation);
  const tableArn = (name: string) => fullArn(stack, 'dynamodb', 'table/', name);
  const requests = structureMember(input, 'RequestItems');
  if (requests !== undefined)
    return Object.keys(requests).map((name) => one(action, tableArn(name)));
  const table = tableArn(stringMember(input, 'TableName') ?? '*');
  return [one(action, queriedArn(table, stringMember(input, 'IndexName')))];
};

/** A redrive acts in its caller's name on both queues.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html */
const ofRedrive = (input: Members): readonly Access[] => {
  const source = stringMember(input, 'SourceArn') ?? '*';
  const destination = stringMember(input, 'DestinationArn');
  return [
    ...['sqs:StartMessageMoveTask', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'].map((action) =>
      one(action, source),
    ),
    ...(destination === undefined ? [] : [one('sqs:SendMessage', destination)]),
  ];
};

const queueOfHandle = (handle: string): string => {
  try {
    return String(JSON.parse(Buffer.from(handle, 'base64').toString()).sourceArn);
  } catch {
    return '*';
  }
};

const ofSqs: Finder = (stack, operation, input) => {
  if (operation === 'StartMessageMoveTask') return ofRedrive(input);
  const action = actionFor('sqs', operation);
  const handle = stringMember(input, 'TaskHandle');
  if (handle !== undefined) return [one(action, queueOfHandle(handle))];
  const url = stringMember(input, 'QueueUrl');
  const name = url?.slice(url.lastIndexOf('/') + 1) ?? stringMember(input, 'QueueName') ?? '*';
  return [one(action, stringMember(input, 'SourceArn') ?? arnOf(stack, 'sqs', name))];
};

const ofPutEvents = (stack: Stack, input: Members): readonly Access[] =>
  structureList(input, 'Entries').map((entry) =>
    one(
      'events:PutEvents',
      fullArn(stack, 'events', 'event-bus/', stringMember(entry, 'EventBusName') ?? 'default'),
      {
        'events:source': stringMember(entry, 'Source') ?? '',
        'events:detail-type': stringMember(entry, 'DetailType') ?? '',
      },
    ),
  );

const ruleArn = (stack: Stack, bus: string, rule: string): string =>
  arnOf(stack, 'events', bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
const ofEvents: Finder = (stack, operation, input) => {
  if (operation === 'PutEvents') return ofPutEvents(stack, input);
  const action = actionFor('events', operation);
  const bus = stringMember(input, 'EventBusName') ?? 'default';
  const name = stringMember(input, 'Name') ?? '*';
  const arns: Readonly<Record<string, string>> = {
    DescribeArchive: arnOf(stack, 'events', `archive/${stringMember(input, 'ArchiveName')}`),
    DescribeEventBus: fullArn(stack, 'events', 'event-bus/', name === '*' ? 'default' : name),
    DescribeReplay: arnOf(stack, 'events', `replay/${stringMember(input, 'ReplayName')}`),
    DescribeRule: ruleArn(stack, bus, name),
    ListTargetsByRule: ruleArn(stack, bus, stringMember(input, 'Rule') ?? '*'),
    StartReplay: stringMember(input, 'EventSourceArn') ?? '*',
  };
  return [one(action, arns[operation] ?? arnOf(stack, 'events', '*'))];
};

const finders: Readonly<Record<AwsServiceName, Finder>> = {
  dynamodb: ofDynamoDb,
  sqs: ofSqs,
  events: ofEvents,
};

/** Gives the function that tells what a call needs. It knows the three services' emulated
 *  operations only. */
export const accessFinder =
  (stack: Stack): AccessOf =>
  ({ service, operation, input }) =>
    finders[service](stack, operation, input);
