// What the three functions may do by their roles, and what they did: a right that no scenario uses hides calls.
import { accessFinder } from '../../../infra/local/aws/access-of.ts';
import type { AwsCall } from '../../../infra/local/aws/aws-call.ts';
import type { StackModel } from '../../../infra/local/stack-model.ts';
import { routedEventTypes } from '../../../shared/event-types.ts';
import { labels } from './call-site.ts';

/** `sweep dynamodb:DeleteItem EventsTable`, for each right of the three functions. */
export const grantsOf = (stack: StackModel): string[] => {
  const found = Object.entries(labels).flatMap(([id, label]) => {
    const fn = stack.functions.find(({ logicalId }) => logicalId.startsWith(id))!;
    const role = stack.roles.find(({ arn }) => arn === fn.roleArn)!;
    return role.policies
      .flatMap(({ Statement }) => Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource }) =>
        [Action ?? []]
          .flat()
          .filter((action) => !isRuntimes(action))
          .flatMap((action) =>
            [Resource ?? []].flat().map((arn) => `${label} ${action} ${resourceOf(stack, arn)}`),
          ),
      );
  });
  return [...new Set(found)];
};

/** The rights that a call makes use of. */
export const rightsUsedBy = (stack: StackModel, label: string, call: AwsCall): string[] =>
  accessFinder(stack)(call).map(
    ({ action, resourceArn }) => `${label} ${action} ${resourceOf(stack, resourceArn)}`,
  );

/** What Lambda does in the role's name: it writes the log, and empties the function's queues. */
const isRuntimes = (action: string): boolean =>
  /^logs:/.test(action) || (/^sqs:/.test(action) && action !== 'sqs:SendMessage');

/** By the output that names it, or its own name. Eleven types' dead letters are one thing to the code. */
const resourceOf = ({ name, outputs }: StackModel, arn: string): string => {
  const [resource = '', ...rest] = arn
    .split(':')[5]!
    .replace(/^(table|event-bus)\//, '')
    .split('/');
  const output = Object.entries(outputs).find(([, value]) => value === resource)?.[0];
  const isTypes = routedEventTypes.some(
    (type) => resource === `${name}-${type.replaceAll('.', '-')}-dead`,
  );
  return [isTypes ? 'dead letters of a type' : (output ?? resource), ...rest].join('/');
};
