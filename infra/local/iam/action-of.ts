// Which IAM action an API operation needs, and on which resource: they are not always called alike.

export type JudgedService = 'sqs' | 'dynamodb' | 'events' | 'lambda';

/**
 * Operations that need another action than the one of their own name.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
const actionsOfOtherName: Readonly<Record<string, string>> = {
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibilityBatch': 'sqs:ChangeMessageVisibility',
  'dynamodb:TransactGetItems': 'dynamodb:GetItem',
  'lambda:Invoke': 'lambda:InvokeFunction',
  'lambda:InvokeAsync': 'lambda:InvokeFunction',
  'lambda:InvokeWithResponseStream': 'lambda:InvokeFunction',
};

/** Each of their items needs the action of its own kind. */
const judgedItemByItem: ReadonlySet<string> = new Set([
  'dynamodb:TransactWriteItems',
  'dynamodb:ExecuteStatement',
  'dynamodb:BatchExecuteStatement',
  'dynamodb:ExecuteTransaction',
]);

/**
 * The action that a role must be allowed, in IAM's spelling. Does not know whether the operation
 * exists. Throws for operations whose items are judged one by one: no single answer is right for
 * them.
 */
export const actionFor = (service: JudgedService, operation: string): string => {
  const named = `${service}:${operation}`;
  if (judgedItemByItem.has(named)) {
    throw new Error(
      `${named} has no action of its own: judge each of its items by that item's kind.`,
    );
  }
  return actionsOfOtherName[named] ?? named;
};

/** What a Query or Scan is judged on when it names an index: the index, not the table.
 *  https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html */
export const queriedArn = (tableArn: string, indexName?: string): string =>
  indexName === undefined ? tableArn : `${tableArn}/index/${indexName}`;
