// SQS queues and their policies.
import * as z from 'zod';
import type { QueueModel } from '../stack-model.ts';
import { policyDocument } from './policy-document.ts';
import { arn, givenName, inert, json, refused, wholeNumber } from './property-kinds.ts';
import { arnOf, identifyPart, type Resource, type ResourceKind } from './resource-kind.ts';
import type { Resources } from './resources.ts';

const onlyStandard = 'only standard queues are emulated.';
const onlySqsManaged = 'KMS is not emulated; SqsManagedSseEnabled encrypts without keys to grant.';

/** Ranges: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const queueProperties = z.strictObject({
  QueueName: givenName(/^[\w-]{1,80}$/),
  DelaySeconds: wholeNumber(0, 900).optional(),
  MaximumMessageSize: wholeNumber(1_024, 1_048_576).optional(),
  MessageRetentionPeriod: wholeNumber(60, 1_209_600).optional(),
  ReceiveMessageWaitTimeSeconds: wholeNumber(0, 20).optional(),
  VisibilityTimeout: wholeNumber(0, 43_200).optional(),
  RedrivePolicy: json(
    z.strictObject({ deadLetterTargetArn: arn, maxReceiveCount: wholeNumber(1, 1_000) }),
  ).optional(),
  SqsManagedSseEnabled: inert,
  Tags: inert,
  FifoQueue: refused(onlyStandard),
  ContentBasedDeduplication: refused(onlyStandard),
  DeduplicationScope: refused(onlyStandard),
  FifoThroughputLimit: refused(onlyStandard),
  KmsMasterKeyId: refused(onlySqsManaged),
  KmsDataKeyReusePeriodSeconds: refused(onlySqsManaged),
  RedriveAllowPolicy: refused('who may use a queue for its dead letters is not enforced here.'),
});

export const queueKind: ResourceKind<z.infer<typeof queueProperties>> = {
  type: 'AWS::SQS::Queue',
  properties: queueProperties,
  identify: (naming) => {
    const name = naming.name('QueueName', 80);
    const arn = arnOf(naming, 'sqs', name);
    const ref = `${naming.context.endpointUrl}/${naming.context.accountId}/${name}`;
    return { name, arn, ref, attributes: { Arn: arn, QueueName: name, QueueUrl: ref } };
  },
};

const queuePolicyProperties = z.strictObject({
  Queues: z.array(z.url({ error: 'wants the URL of a queue.' })),
  PolicyDocument: policyDocument,
});

export const queuePolicyKind: ResourceKind<z.infer<typeof queuePolicyProperties>> = {
  type: 'AWS::SQS::QueuePolicy',
  properties: queuePolicyProperties,
  identify: identifyPart,
};

/** Refuses a second policy of one queue: SQS keeps only the one that was set last. */
export const readQueues = (resources: Resources): QueueModel[] => {
  const policies = new Map<string, z.infer<typeof policyDocument>>();
  for (const policy of resources.of(queuePolicyKind)) {
    for (const url of policy.properties.Queues) {
      const queueId = resources.find(policy, 'Queues', url, queueKind.type)?.logicalId;
      if (queueId === undefined) continue;
      if (policies.has(queueId)) {
        resources.refuse(
          policy,
          'Queues',
          `${queueId} has another policy already; a queue keeps one.`,
        );
      }
      policies.set(queueId, policy.properties.PolicyDocument);
    }
  }
  return resources.of(queueKind).map((queue) => {
    const policy = policies.get(queue.logicalId);
    return { ...queueOf(resources, queue), policies: policy === undefined ? [] : [policy] };
  });
};

const queueOf = (
  resources: Resources,
  queue: Resource<z.infer<typeof queueProperties>>,
): Omit<QueueModel, 'policies'> => {
  const { logicalId, identity, properties } = queue;
  const { RedrivePolicy } = properties;
  if (RedrivePolicy !== undefined) {
    resources.find(queue, 'RedrivePolicy', RedrivePolicy.deadLetterTargetArn, queueKind.type);
  }
  const attributes = {
    DelaySeconds: properties.DelaySeconds,
    MaximumMessageSize: properties.MaximumMessageSize,
    MessageRetentionPeriod: properties.MessageRetentionPeriod,
    ReceiveMessageWaitTimeSeconds: properties.ReceiveMessageWaitTimeSeconds,
    VisibilityTimeout: properties.VisibilityTimeout,
    RedrivePolicy: RedrivePolicy && JSON.stringify(RedrivePolicy),
  };
  return {
    logicalId,
    name: identity.name,
    arn: identity.arn,
    url: identity.ref,
    attributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      ),
    ),
  };
};
