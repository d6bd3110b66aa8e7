// How often and how long Lambda repeats an asynchronous call of a function that failed: here never, so it must say so.
import * as z from 'zod';
import { findFunctionArn } from './function-resource.ts';
import { inert, refused } from './property-kinds.ts';
import { identifyPart, type ResourceKind } from './resource-kind.ts';
import type { Resources } from './resources.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const eventInvokeConfigProperties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST', { error: 'versions and aliases are not emulated.' }),
  MaximumRetryAttempts: z.literal([0, '0'], {
    error: 'failed asynchronous calls are not repeated here: 0.',
  }),
  /** A call that EventBridge makes begins at once here: it never grows old. */
  MaximumEventAgeInSeconds: inert,
  DestinationConfig: refused('what became of a call is sent nowhere.'),
});

export const eventInvokeConfigKind: ResourceKind<z.infer<typeof eventInvokeConfigProperties>> = {
  type: 'AWS::Lambda::EventInvokeConfig',
  properties: eventInvokeConfigProperties,
  identify: identifyPart,
};

/** There is nothing to run: what it asks for is how local mode calls anyway. Refuses one of no function. */
export const checkEventInvokeConfigs = (resources: Resources): void => {
  for (const config of resources.of(eventInvokeConfigKind)) {
    findFunctionArn(resources, config, 'FunctionName', config.properties.FunctionName);
  }
};
