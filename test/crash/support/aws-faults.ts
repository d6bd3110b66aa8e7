// What AWS does wrong, as it does it on the wire: refusals, lost answers, half-done batches.
import type { AwsAnswer, AwsCall, AwsServiceName } from '../../../infra/local/aws/aws-call.ts';
import { AwsError, answerOfError } from '../../../infra/local/aws/aws-error.ts';
import { visibilityTimeoutSeconds } from '../../../shared/limits.ts';
import type { Fault } from './point.ts';

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html: three tries a call. */
const sdkTriesMax = 3;

/** So many calls in a row fail in two invocations, and the third finds the service well. */
const twoInvocations = 2 * sdkTriesMax;

const refusing =
  (errorOf: (service: AwsServiceName) => AwsError) =>
  ({ service }: AwsCall): AwsAnswer =>
    answerOfError(service, errorOf(service));

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const throttling = refusing((service) =>
  service === 'dynamodb'
    ? new AwsError(
        'ProvisionedThroughputExceededException',
        'The level of configured provisioned throughput for the table was exceeded.',
      )
    : new AwsError('ThrottlingException', 'Rate exceeded', { queryCode: 'RequestThrottled' }),
);

const failing = refusing(
  (service) =>
    new AwsError(
      service === 'dynamodb' ? 'InternalServerError' : 'InternalFailure',
      'We had a fault.',
      { status: 500 },
    ),
);

const expired = refusing(
  () =>
    new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
);

/** The service is busy for a moment: the SDK repeats the call. */
export const throttledOnce: Fault = { name: 'throttled once', times: 1, before: throttling };

/** The SDK gives up: the message goes back to its queue. */
export const throttled: Fault = { name: 'throttled', times: twoInvocations, before: throttling };

/** The service is down for a quarter of an hour: a message is received five times meanwhile. */
export const down: Fault = {
  name: 'down',
  times: ((15 * 60) / visibilityTimeoutSeconds) * sdkTriesMax,
  before: failing,
};

/** The credentials are too old. The SDK repeats no such call. */
export const tokenExpired: Fault = { name: 'token expired', times: 2, before: expired };

/** The call took effect and says that it failed: the SDK repeats it. */
export const answerLost: Fault = { name: 'answer lost', times: 1, after: failing };

/** Of a batch, every second entry, the first among them, is not taken; of a read, no key is read. */
export const halfDone = (times: number): Fault => {
  const asked = new WeakMap<AwsCall, readonly Entry[]>();
  return {
    name: `half done ${times} times`,
    times,
    before: (call) => {
      const { operation, input } = call;
      if (operation === 'BatchGetItem') {
        return { status: 200, body: { Responses: {}, UnprocessedKeys: input.RequestItems } };
      }
      const entries = input.Entries as readonly Entry[];
      asked.set(call, entries);
      input.Entries = entries.filter((_, index) => !isRefused(index));
      return entries.length > 1 ? undefined : halfAnswer(call, entries, []);
    },
    after: (call, { body }) => {
      const taken = (body.Successful ?? body.Entries) as readonly object[];
      return halfAnswer(call, asked.get(call)!, taken);
    },
  };
};

interface Entry {
  readonly Id?: string;
}

const isRefused = (index: number): boolean => index % 2 === 0;

/** SQS names what it refused; EventBridge answers in the order of what it was asked. */
const halfAnswer = (
  { service }: AwsCall,
  asked: readonly Entry[],
  taken: readonly object[],
): AwsAnswer => {
  const code = 'InternalFailure';
  const refused = asked.filter((_, index) => isRefused(index));
  const body =
    service === 'sqs'
      ? {
          Successful: taken,
          Failed: refused.map(({ Id }) => ({ Id, Code: code, SenderFault: false })),
        }
      : {
          FailedEntryCount: refused.length,
          Entries: asked.map((_, index) =>
            isRefused(index) ? { ErrorCode: code } : taken[(index - 1) / 2],
          ),
        };
  return { status: 200, body };
};
