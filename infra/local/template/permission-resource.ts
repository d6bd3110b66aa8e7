// Permissions: who besides a role may invoke a function.
import * as z from 'zod';
import type { PermissionModel } from '../stack-model.ts';
import { findFunctionArn } from './function-resource.ts';
import { flag, refused } from './property-kinds.ts';
import { identifyPart, type ResourceKind } from './resource-kind.ts';
import type { Resources } from './resources.ts';

const permissionProperties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  FunctionUrlAuthType: z.enum(['AWS_IAM', 'NONE']).optional(),
  InvokedViaFunctionUrl: flag.optional(),
  SourceArn: z.string().optional(),
  EventSourceToken: refused('Alexa is not emulated.'),
  PrincipalOrgID: refused('organizations are not emulated.'),
  SourceAccount: refused('name the SourceArn, which says the account too.'),
});

export const permissionKind: ResourceKind<z.infer<typeof permissionProperties>> = {
  type: 'AWS::Lambda::Permission',
  properties: permissionProperties,
  identify: identifyPart,
};

export const readPermissions = (resources: Resources): PermissionModel[] =>
  resources.of(permissionKind).map((permission) => {
    const { logicalId, properties } = permission;
    const { SourceArn, FunctionUrlAuthType, InvokedViaFunctionUrl } = properties;
    return {
      logicalId,
      functionArn: findFunctionArn(resources, permission, 'FunctionName', properties.FunctionName),
      action: properties.Action,
      principal: properties.Principal,
      ...(SourceArn && { sourceArn: SourceArn }),
      ...(FunctionUrlAuthType && { functionUrlAuthType: FunctionUrlAuthType }),
      ...(InvokedViaFunctionUrl !== undefined && { invokedViaFunctionUrl: InvokedViaFunctionUrl }),
    };
  });
