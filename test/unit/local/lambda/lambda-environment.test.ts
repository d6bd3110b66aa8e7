// What variables a function sees in local mode.
import { devNull } from 'node:os';
import { expect, it } from 'vitest';
import { environmentOf } from '../../../../infra/local/lambda/lambda-environment.ts';
import type { FunctionModel } from '../../../../infra/local/stack-model.ts';

const fn: FunctionModel = {
  logicalId: 'Deliver1A2B',
  name: 'rappel-deliver',
  arn: 'arn:aws:lambda:eu-west-3:000000000000:function:rappel-deliver',
  handler: 'index.handler',
  assetFolder: '/assets/deliver',
  environment: { EVENTS_TABLE: 'events', CALLBACK_ALLOW_LIST: '' },
  timeoutSeconds: 30,
  memoryMb: 256,
  roleArn: 'arn:aws:iam::000000000000:role/deliver',
};

const options = {
  region: 'eu-west-3',
  endpointUrl: 'http://127.0.0.1:4566',
  sessionToken: 'Deliver1A2B-1',
};

it('holds the template`s variables and those that Lambda sets, and no others', () => {
  const environment = environmentOf(fn, options);

  expect(environment).toEqual({
    EVENTS_TABLE: 'events',
    CALLBACK_ALLOW_LIST: '',
    _HANDLER: 'index.handler',
    AWS_ACCESS_KEY_ID: 'LOCALDeliver1A2B',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'Deliver1A2B-1',
    AWS_REGION: 'eu-west-3',
    AWS_DEFAULT_REGION: 'eu-west-3',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'rappel-deliver',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/rappel-deliver',
    LAMBDA_TASK_ROOT: '/assets/deliver',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  });
});

it('lets local mode change a variable of the template, but none of Lambda`s own', () => {
  const overrides = { CALLBACK_ALLOW_LIST: '127.0.0.1', AWS_REGION: 'us-east-1' };

  const environment = environmentOf(fn, { ...options, overrides });

  expect(environment).toMatchObject({
    CALLBACK_ALLOW_LIST: '127.0.0.1',
    AWS_REGION: 'eu-west-3',
  });
});
