// The Function URL: a function's own HTTP address.
import * as z from 'zod';
import type { FunctionUrlModel } from '../stack-model.ts';
import { findFunctionArn } from './function-resource.ts';
import { refused } from './property-kinds.ts';
import { identifyPart, type ResourceKind } from './resource-kind.ts';
import type { Resources } from './resources.ts';
import type { TemplateContext } from './template-context.ts';

const urlProperties = z.strictObject({
  TargetFunctionArn: z.string(),
  AuthType: z.literal('AWS_IAM', { error: 'only signed calls are served: AWS_IAM.' }),
  InvokeMode: z.literal('BUFFERED', { error: 'answers are not streamed: BUFFERED.' }).optional(),
  Cors: refused('browsers do not call here.'),
  Qualifier: refused('versions and aliases are not emulated.'),
});

/** Function URLs end in a slash on AWS. */
const addressIn = ({ adminUrl }: TemplateContext): string => `${adminUrl}/`;

export const functionUrlKind: ResourceKind<z.infer<typeof urlProperties>> = {
  type: 'AWS::Lambda::Url',
  properties: urlProperties,
  identify: (naming) => {
    const { arn, name } = identifyPart(naming);
    const ref = naming.property('TargetFunctionArn') ?? arn;
    const attributes = { FunctionArn: ref, FunctionUrl: addressIn(naming.context) };
    return { name, arn, ref, attributes };
  },
};

/** Refuses a second URL: local mode has one address for them. */
export const readFunctionUrls = (resources: Resources): FunctionUrlModel[] =>
  resources.of(functionUrlKind).map((url, index) => {
    const { TargetFunctionArn, AuthType } = url.properties;
    if (index > 0) resources.refuse(url, 'TargetFunctionArn', 'one Function URL is served here.');
    return {
      logicalId: url.logicalId,
      functionArn: findFunctionArn(resources, url, 'TargetFunctionArn', TargetFunctionArn),
      authType: AuthType,
      url: addressIn(resources.context),
    };
  });
