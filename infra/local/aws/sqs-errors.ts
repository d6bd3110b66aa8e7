// The refusals of SQS, by AWS's names and in AWS's words.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
import { AwsError } from './aws-error.ts';

/** Errors that SQS models have an older name, which the SDKs still show. */
const modelled = (code: string, message: string, queryCode = code): AwsError =>
  new AwsError(code, message, { queryCode: `AWS.SimpleQueueService.${queryCode}` });

export const queueDoesNotExist = (): AwsError =>
  modelled('QueueDoesNotExist', 'The specified queue does not exist.', 'NonExistentQueue');

export const emptyBatch = (operation: string): AwsError =>
  modelled(
    'EmptyBatchRequest',
    `There should be at least one ${operation}RequestEntry in the request.`,
  );

export const tooManyEntries = (count: number): AwsError =>
  modelled(
    'TooManyEntriesInBatchRequest',
    `Maximum number of entries per request are 10. You have sent ${count}.`,
  );

export const batchTooLong = (bytesMax: number, bytes: number): AwsError =>
  modelled(
    'BatchRequestTooLong',
    `Batch requests cannot be longer than ${bytesMax} bytes. You have sent ${bytes} bytes.`,
  );

export const invalidEntryId = (): AwsError =>
  modelled(
    'InvalidBatchEntryId',
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. ' +
      'It can be at most 80 letters long.',
  );

export const entryIdRepeated = (id: string): AwsError =>
  modelled('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);

export const messageNotInFlight = (): AwsError =>
  modelled(
    'MessageNotInflight',
    'Message does not exist or is not available for visibility timeout change.',
  );

/** These two are not modelled: their JSON name ends in `Exception`, their older name does not. */
export const invalidValue = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, { queryCode: 'InvalidParameterValue' });

export const missingParameter = (name: string): AwsError =>
  new AwsError(
    'MissingRequiredParameterException',
    `The request must contain the parameter ${name}.`,
    { queryCode: 'MissingParameter' },
  );

export const invalidContents = (): AwsError =>
  new AwsError(
    'InvalidMessageContents',
    'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF and ' +
      '#xE000 to #xFFFD and #x10000 to #x10FFFF.',
  );

export const invalidReceiptHandle = (handle: string): AwsError =>
  new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    { status: 404 },
  );

export const resourceNotFound = (parameter: string): AwsError =>
  new AwsError(
    'ResourceNotFoundException',
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    { status: 404 },
  );

export const outOfRange = (name: string, value: number, min: number, max: number): AwsError =>
  invalidValue(
    `Value ${value} for parameter ${name} is invalid. ` +
      `Reason: Must be between ${min} and ${max}, if provided.`,
  );
