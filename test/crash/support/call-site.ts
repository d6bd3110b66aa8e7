// Names the place in the code that makes a call: the function, the operation, and the kind of row or the queue.
import type { AwsCall } from '../../../infra/local/aws/aws-call.ts';
import type { StackModel } from '../../../infra/local/stack-model.ts';

/** Those whose workers are ended, by how their logical ids begin. */
export const labels = { FanOut: 'fan-out', Deliver: 'deliver', Sweep: 'sweep' } as const;

/** The function that makes a call, where it is one of those whose workers are ended. */
export const callerOf = (
  stack: StackModel,
  { principal, sessionToken }: AwsCall,
): { label: string; functionName: string; token: string } | undefined => {
  if (principal.kind !== 'role' || sessionToken === undefined) return undefined;
  const fn = stack.functions.find(({ roleArn }) => roleArn === principal.arn)!;
  const [, label] = Object.entries(labels).find(([id]) => fn.logicalId.startsWith(id)) ?? [];
  return label && { label, functionName: fn.name, token: sessionToken };
};

/** Two calls have one name where one line of code makes both. */
export const siteOf = (stack: StackModel, label: string, call: AwsCall): string =>
  `${label} ${call.operation} ${objectOf(stack, call)}`;

/** An entry of SendMessageBatch. */
interface Delayed {
  readonly DelaySeconds?: number;
}

const objectOf = (stack: StackModel, { service, operation, input }: AwsCall): string => {
  if (service === 'events') return 'bus';
  if (service === 'sqs') {
    const isDelayed = (input.Entries as Delayed[] | undefined)?.some(
      ({ DelaySeconds }) => DelaySeconds !== undefined,
    );
    return `${String(input.QueueUrl).split('/').at(-1)}${isDelayed ? ', delayed' : ''}`;
  }
  if (operation === 'BatchGetItem') return 'batch';
  if (input.IndexName !== undefined) return `index ${input.IndexName}`;
  const kind = rowKindOf(stack, String(input.TableName), keyOf(input));
  // Of a delivery: whether it is claimed, released, or done with.
  return kind === 'delivery' && operation === 'UpdateItem'
    ? `${kind} ${input.UpdateExpression}`
    : kind;
};

interface Key {
  readonly pk: { readonly S: string };
  readonly sk?: { readonly S: string };
}

/** Of one row, or of those that a query asks for. */
const keyOf = ({ Item, Key, ExpressionAttributeValues: values }: AwsCall['input']): Key =>
  (Item ?? Key ?? { pk: (values as Record<string, Key['pk']>)[':pk'] }) as Key;

const rowKindOf = (stack: StackModel, table: string, { pk, sk }: Key): string => {
  const { DeliveriesTable, EventsTable } = stack.outputs;
  const named = /^(feed|control)(?=#|$)|(?<=#)candidate(?=#)/.exec(pk?.S);
  if (named) return named[0];
  if (table !== EventsTable && table !== DeliveriesTable) {
    return sk?.S.startsWith('erased') ? 'tombstone' : 'subscription';
  }
  if (sk === undefined) return table === EventsTable ? 'renderings' : 'deliveries';
  // A delivery's own is a subscription's id alone; others say what they are: `attempt#…`, `variant#…`, `health`.
  return sk.S.startsWith('sub_') ? 'delivery' : sk.S.split('#')[0]!;
};
