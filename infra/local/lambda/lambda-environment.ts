// A function's environment variables: the template's, and those that Lambda sets.
import { devNull } from 'node:os';
import { accessKeyIdOf, type FunctionModel, localSecretAccessKey } from '../stack-model.ts';

export interface EnvironmentOptions {
  readonly region: string;
  /** Where the SDK finds every service: the local front's address. */
  readonly endpointUrl: string;
  /** Names this one environment on every call it makes. */
  readonly sessionToken: string;
  /** What local mode sets beside the template: the callback allow-list. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** Nothing of the machine's own environment gets in. What Lambda sets wins over the template, as
 *  on AWS, where these names are reserved. `TZ` is what Lambda sets, but a worker cannot change
 *  the time zone of its process: code that asks for local time sees the machine's.
 *  https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export const environmentOf = (
  fn: FunctionModel,
  options: EnvironmentOptions,
): Record<string, string> => ({
  ...fn.environment,
  ...options.overrides,
  _HANDLER: fn.handler,
  AWS_ACCESS_KEY_ID: accessKeyIdOf(fn),
  AWS_SECRET_ACCESS_KEY: localSecretAccessKey,
  AWS_SESSION_TOKEN: options.sessionToken,
  AWS_DEFAULT_REGION: options.region,
  AWS_REGION: options.region,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
  LAMBDA_TASK_ROOT: fn.assetFolder,
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  AWS_ENDPOINT_URL: options.endpointUrl,
  // Lambda's machines have no `~/.aws`; without these two the SDK would read the developer's.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
});
