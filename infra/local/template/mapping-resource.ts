// Event source mappings: which queue feeds which function, and how.
import * as z from 'zod';
import type { FunctionModel, MappingModel, QueueModel } from '../stack-model.ts';
import { findFunctionArn } from './function-resource.ts';
import { stableUuid } from './physical-name.ts';
import { arn, flag, inert, refused, wholeNumber } from './property-kinds.ts';
import { queueKind } from './queue-resource.ts';
import { arnOf, type ResourceKind } from './resource-kind.ts';
import type { Resources } from './resources.ts';

const onlyQueues = 'only queues are event sources here.';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
const mappingProperties = z.strictObject({
  EventSourceArn: arn,
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

/**
 * Refuses a mapping whose queue shows a message again while the function may still be at it, as
 * Lambda does.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const readMappings = (
  resources: Resources,
  queues: readonly QueueModel[],
  functions: readonly FunctionModel[],
): MappingModel[] =>
  resources.of(mappingKind).map((mapping) => {
    const { logicalId, properties } = mapping;
    const queueArn = properties.EventSourceArn;
    const functionArn = findFunctionArn(
      resources,
      mapping,
      'FunctionName',
      properties.FunctionName,
    );
    resources.find(mapping, 'EventSourceArn', queueArn, queueKind.type);
    const queue = queues.find((it) => it.arn === queueArn);
    const timeout = functions.find((it) => it.arn === functionArn)?.timeoutSeconds ?? 0;
    const visibility = Number(queue?.attributes.VisibilityTimeout ?? 30);
    if (queue !== undefined && visibility < timeout) {
      const why =
        `Queue visibility timeout: ${visibility} seconds is less than ` +
        `Function timeout: ${timeout} seconds.`;
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
