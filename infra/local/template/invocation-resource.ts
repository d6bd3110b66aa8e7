// What calls a function: mappings from queues, its URL, and the permissions of others to invoke it.
import * as z from 'zod';
import type {
  FunctionModel,
  FunctionUrlModel,
  MappingModel,
  PermissionModel,
  QueueModel,
} from '../stack-model.ts';
import { functionKind } from './function-resource.ts';
import { stableUuid } from './physical-name.ts';
import { flag, inert, refused, wholeNumber } from './property-kinds.ts';
import { queueKind } from './queue-resource.ts';
import { arnOf, identifyPart, type ResourceKind } from './resource-kind.ts';
import type { AnyResource, Resources } from './resources.ts';

const onlyQueues = 'only queues are event sources here.';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
const mappingProperties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: wholeNumber(1, 10_000).default(10),
  Enabled: flag.default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  MaximumBatchingWindowInSeconds: wholeNumber(0, 300).default(0),
  ScalingConfig: z
    .strictObject({ MaximumConcurrency: wholeNumber(2, 1_000).optional() })
    .default({}),
  LoggingConfig: inert,
  MetricsConfig: inert,
  Tags: inert,
  FilterCriteria: refused('filters delete what they do not match; filter in the rule.'),
  KmsKeyArn: refused('KMS is not emulated.'),
  ProvisionedPollerConfig: refused('provisioned pollers are not emulated; set MaximumConcurrency.'),
  AmazonManagedKafkaEventSourceConfig: refused(onlyQueues),
  BisectBatchOnFunctionError: refused(onlyQueues),
  DestinationConfig: refused(onlyQueues),
  DocumentDBEventSourceConfig: refused(onlyQueues),
  MaximumRecordAgeInSeconds: refused(onlyQueues),
  MaximumRetryAttempts: refused(onlyQueues),
  ParallelizationFactor: refused(onlyQueues),
  Queues: refused(onlyQueues),
  SelfManagedEventSource: refused(onlyQueues),
  SelfManagedKafkaEventSourceConfig: refused(onlyQueues),
  SourceAccessConfigurations: refused(onlyQueues),
  StartingPosition: refused(onlyQueues),
  StartingPositionTimestamp: refused(onlyQueues),
  Topics: refused(onlyQueues),
  TumblingWindowInSeconds: refused(onlyQueues),
});

export const mappingKind: ResourceKind<z.infer<typeof mappingProperties>> = {
  type: 'AWS::Lambda::EventSourceMapping',
  properties: mappingProperties,
  identify: (naming) => {
    const id = stableUuid(naming.context.stackName, naming.logicalId);
    const arn = arnOf(naming, 'lambda', `event-source-mapping:${id}`);
    return { name: id, arn, ref: id, attributes: { Id: id, EventSourceMappingArn: arn } };
  },
};

const arnOfFunction = (
  resources: Resources,
  from: AnyResource,
  property: string,
  value: string,
): string => resources.find(from, property, value, functionKind.type)?.identity.arn ?? value;

/** Refuses a mapping whose queue shows a message again while the function may still be at it, as Lambda does.
 *  https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const readMappings = (
  resources: Resources,
  queues: readonly QueueModel[],
  functions: readonly FunctionModel[],
): MappingModel[] =>
  resources.of(mappingKind).map((mapping) => {
    const { logicalId, properties } = mapping;
    const queueArn = properties.EventSourceArn;
    const functionArn = arnOfFunction(resources, mapping, 'FunctionName', properties.FunctionName);
    resources.find(mapping, 'EventSourceArn', queueArn, queueKind.type);
    const queue = queues.find((it) => it.arn === queueArn);
    const timeout = functions.find((it) => it.arn === functionArn)?.timeoutSeconds ?? 0;
    const visibility = Number(queue?.attributes.VisibilityTimeout ?? 30);
    if (queue !== undefined && visibility < timeout) {
      const why = `the queue's visibility timeout of ${visibility} s is less than the function's ${timeout} s.`;
      resources.refuse(mapping, 'EventSourceArn', why);
    }
    if (properties.BatchSize > 10 && properties.MaximumBatchingWindowInSeconds < 1) {
      const why = 'more than 10 need a MaximumBatchingWindowInSeconds of at least 1.';
      resources.refuse(mapping, 'BatchSize', why);
    }
    const { MaximumConcurrency } = properties.ScalingConfig;
    return {
      logicalId,
      queueArn,
      functionArn,
      enabled: properties.Enabled,
      batchSize: properties.BatchSize,
      batchingWindowSeconds: properties.MaximumBatchingWindowInSeconds,
      ...(MaximumConcurrency !== undefined && { maximumConcurrency: MaximumConcurrency }),
      reportBatchItemFailures: properties.FunctionResponseTypes.length > 0,
    };
  });

const urlProperties = z.strictObject({
  TargetFunctionArn: z.string(),
  AuthType: z.literal('AWS_IAM', { error: 'only signed calls are served: AWS_IAM.' }),
  InvokeMode: z.literal('BUFFERED', { error: 'answers are not streamed: BUFFERED.' }).optional(),
  Cors: refused('browsers do not call here.'),
  Qualifier: refused('versions and aliases are not emulated.'),
});

export const functionUrlKind: ResourceKind<z.infer<typeof urlProperties>> = {
  type: 'AWS::Lambda::Url',
  properties: urlProperties,
  identify: (naming) => {
    const { arn, name } = identifyPart(naming);
    const ref = naming.property('TargetFunctionArn') ?? arn;
    const FunctionUrl = `${naming.context.adminUrl}/`;
    return { name, arn, ref, attributes: { FunctionArn: ref, FunctionUrl } };
  },
};

/** Refuses a second URL: local mode has one address for them. */
export const readFunctionUrls = (resources: Resources): FunctionUrlModel[] =>
  resources.of(functionUrlKind).map((url, index) => {
    const { TargetFunctionArn, AuthType } = url.properties;
    if (index > 0) resources.refuse(url, 'TargetFunctionArn', 'one Function URL is served here.');
    return {
      logicalId: url.logicalId,
      functionArn: arnOfFunction(resources, url, 'TargetFunctionArn', TargetFunctionArn),
      authType: AuthType,
      url: url.identity.attributes.FunctionUrl ?? '',
    };
  });

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
      functionArn: arnOfFunction(resources, permission, 'FunctionName', properties.FunctionName),
      action: properties.Action,
      principal: properties.Principal,
      ...(SourceArn && { sourceArn: SourceArn }),
      ...(FunctionUrlAuthType && { functionUrlAuthType: FunctionUrlAuthType }),
      ...(InvokedViaFunctionUrl !== undefined && { invokedViaFunctionUrl: InvokedViaFunctionUrl }),
    };
  });
