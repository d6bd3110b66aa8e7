// An error that an AWS API answers, and its form on the wire.
import type { AwsAnswer, AwsService, AwsServiceName } from './aws-call.ts';

/** A refusal with AWS's own name. `queryCode` is SQS's older name of it, which the SDKs show as
 *  `name`. `members` are further members of the error, such as `Item` of a failed condition. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly queryCode: string;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: {
      readonly status?: number;
      readonly queryCode?: string;
      readonly members?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 400;
    this.queryCode = options.queryCode ?? code;
    this.members = options.members ?? {};
  }
}

/** The answer by which a service tells an error. SQS repeats it in a header in its older spelling,
 *  because SDKs took their error names from there before SQS spoke JSON.
 *  https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait */
export const answerOfError = (service: AwsServiceName, error: AwsError): AwsAnswer => ({
  status: error.status,
  body: {
    ...error.members,
    __type: `com.amazonaws.${service}#${error.code}`,
    message: error.message,
  },
  headers:
    service === 'sqs'
      ? { 'x-amzn-query-error': `${error.queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}` }
      : {},
});

const serviceNames = { dynamodb: 'DynamoDB', sqs: 'SQS', events: 'EventBridge' } as const;

/** Refuses an operation that the endpoint does not emulate, or that would change what the template
 *  says. */
export const refuseUnknown = (
  service: AwsServiceName,
  operation: string,
  { operations, changes }: Pick<AwsService, 'operations' | 'changes'>,
): void => {
  if (operations.includes(operation)) return;
  if (changes.includes(operation)) {
    throw new AwsError(
      'UnsupportedOperation',
      `${operation} is refused locally: the template says what exists. ` +
        'Change the stack and start again.',
      { queryCode: 'AWS.SimpleQueueService.UnsupportedOperation' },
    );
  }
  throw new AwsError(
    'UnknownOperationException',
    `${serviceNames[service]} operation ${operation} is not emulated locally. ` +
      `Emulated: ${operations.join(', ')}.`,
  );
};

/** A fault of the service itself, which SDKs try again. */
export const internalFailure = (service: AwsServiceName, cause: unknown): AwsError =>
  new AwsError(
    service === 'dynamodb' ? 'InternalServerError' : 'InternalFailure',
    `The local ${service} engine failed: ${cause instanceof Error ? cause.message : cause}`,
    { status: 500, cause },
  );
