// EventBridge rules: what they take, by a pattern or by the clock, and where they put it.
import * as z from 'zod';
import type { RuleModel, TargetModel } from '../stack-model.ts';
import { busKind } from './bus-resource.ts';
import { eventPattern } from './event-pattern-property.ts';
import { functionKind } from './function-resource.ts';
import { arn, givenName, inert, refused, wholeNumber } from './property-kinds.ts';
import { queueKind } from './queue-resource.ts';
import { arnOf, type Resource, type ResourceKind } from './resource-kind.ts';
import type { Resources } from './resources.ts';

const wholeEvent = 'targets get the whole event; nothing is cut out or rewritten.';
const otherTarget = 'only queues and functions are targets here.';

const target = z.strictObject({
  Id: z.string(),
  Arn: arn,
  DeadLetterConfig: z.strictObject({ Arn: arn }).optional(),
  /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html */
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: wholeNumber(60, 86_400).optional(),
      MaximumRetryAttempts: wholeNumber(0, 185).optional(),
    })
    .optional(),
  Input: refused(wholeEvent),
  InputPath: refused(wholeEvent),
  InputTransformer: refused(wholeEvent),
  RoleArn: refused('queues and functions grant EventBridge by their own policies.'),
  SqsParameters: refused('a fixed message group for all events is not emulated.'),
  AppSyncParameters: refused(otherTarget),
  BatchParameters: refused(otherTarget),
  EcsParameters: refused(otherTarget),
  HttpParameters: refused(otherTarget),
  KinesisParameters: refused(otherTarget),
  RedshiftDataParameters: refused(otherTarget),
  RunCommandParameters: refused(otherTarget),
  SageMakerPipelineParameters: refused(otherTarget),
});

const ruleProperties = z.strictObject({
  Name: givenName(/^[\w.-]{1,64}$/),
  EventBusName: z.string().default('default'),
  EventPattern: eventPattern.optional(),
  ScheduleExpression: z
    .string()
    .regex(/^rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minutes|hours|days))\)$/, {
      error: 'only rates are emulated: rate(1 minute), rate(5 minutes).',
    })
    .optional(),
  State: z
    .enum(['ENABLED', 'DISABLED'], { error: 'a rule is ENABLED or DISABLED here.' })
    .default('ENABLED'),
  Targets: z.array(target).max(5, { error: 'a rule has at most 5 targets.' }).default([]),
  Description: inert,
  Tags: inert,
  RoleArn: refused('queues and functions grant EventBridge by their own policies.'),
});

/** The property is the name of a bus or its ARN. */
const busNameOf = (given: string): string => given.replace(/^arn:.*:event-bus\//, '');

export const ruleKind: ResourceKind<z.infer<typeof ruleProperties>> = {
  type: 'AWS::Events::Rule',
  properties: ruleProperties,
  identify: (naming) => {
    const name = naming.name('Name', 64);
    const bus = busNameOf(naming.property('EventBusName') ?? 'default');
    const arn = arnOf(naming, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
    // On a custom bus Ref is not the name alone, which the reference does not say:
    // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131
    const ref = bus === 'default' ? name : `${bus}|${name}`;
    return { name, arn, ref, attributes: { Arn: arn } };
  },
};

export const readRules = (resources: Resources): RuleModel[] =>
  resources.of(ruleKind).map((rule) => {
    const { logicalId, identity, properties } = rule;
    const busName = busNameOf(properties.EventBusName);
    if (busName !== 'default') {
      resources.find(rule, 'EventBusName', properties.EventBusName, busKind.type);
    }
    checkTrigger(resources, rule, busName);
    return {
      logicalId,
      name: identity.name,
      arn: identity.arn,
      busName,
      enabled: properties.State === 'ENABLED',
      ...(properties.EventPattern && { eventPattern: properties.EventPattern }),
      ...(properties.ScheduleExpression && { scheduleExpression: properties.ScheduleExpression }),
      targets: readTargets(resources, rule),
    };
  });

type Rule = Resource<z.infer<typeof ruleProperties>>;

const checkTrigger = (resources: Resources, rule: Rule, busName: string): void => {
  const { EventPattern, ScheduleExpression } = rule.properties;
  if ((EventPattern === undefined) === (ScheduleExpression === undefined)) {
    resources.refuse(rule, 'EventPattern', 'a rule has either a pattern or a schedule here.');
  }
  if (ScheduleExpression !== undefined && busName !== 'default') {
    const why = 'schedules are for rules on the default bus.';
    resources.refuse(rule, 'ScheduleExpression', why);
  }
};

/** Without a retry policy, EventBridge tries for a day, 185 times.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const readTargets = (resources: Resources, rule: Rule): TargetModel[] => {
  const ids = rule.properties.Targets.map((it) => it.Id);
  if (new Set(ids).size < ids.length) {
    resources.refuse(rule, 'Targets', 'two targets have the same Id.');
  }
  return rule.properties.Targets.map((it, index) => {
    const at = `Targets.${index}`;
    const deadLetterArn = it.DeadLetterConfig?.Arn;
    resources.find(rule, `${at}.Arn`, it.Arn, queueKind.type, functionKind.type);
    if (deadLetterArn)
      resources.find(rule, `${at}.DeadLetterConfig`, deadLetterArn, queueKind.type);
    return {
      id: it.Id,
      arn: it.Arn,
      ...(deadLetterArn && { deadLetterArn }),
      maximumRetryAttempts: it.RetryPolicy?.MaximumRetryAttempts ?? 185,
      maximumEventAgeSeconds: it.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
    };
  });
};
