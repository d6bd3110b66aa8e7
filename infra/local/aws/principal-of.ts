// Who makes a call: the access key of its AWS Signature Version 4.
import {
  accessKeyIdOf,
  type FunctionModel,
  type Principal,
  rootAccessKeyId,
} from '../stack-model.ts';
import type { AwsServiceName } from './aws-call.ts';
import { AwsError } from './aws-error.ts';

const credential = /^AWS4-HMAC-SHA256\s.*Credential=([^/,\s]+)\//;

const unknownKey = (service: AwsServiceName): AwsError =>
  service === 'sqs'
    ? new AwsError(
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
        { status: 403 },
      )
    : new AwsError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );

/** Gives a function that reads the principal from an `Authorization` header. The signature is not
 *  computed again: whoever reaches the loopback address may be anyone whose key he names. Throws
 *  AWS's errors for a missing header and an unknown key. */
export const principalReader = (
  functions: readonly Pick<FunctionModel, 'logicalId' | 'roleArn'>[],
): ((authorization: string | undefined, service: AwsServiceName) => Principal) => {
  const principals = new Map<string, Principal>([[rootAccessKeyId, { kind: 'root' }]]);
  for (const each of functions) {
    principals.set(accessKeyIdOf(each), { kind: 'role', arn: each.roleArn });
  }
  return (authorization, service) => {
    const accessKeyId = credential.exec(authorization ?? '')?.[1];
    if (accessKeyId === undefined) {
      throw new AwsError(
        service === 'sqs' ? 'MissingAuthenticationToken' : 'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
        { status: service === 'sqs' ? 403 : 400 },
      );
    }
    const principal = principals.get(accessKeyId);
    if (principal === undefined) throw unknownKey(service);
    return principal;
  };
};
