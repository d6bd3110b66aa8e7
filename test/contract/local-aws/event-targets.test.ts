// How EventBridge on the local endpoint treats targets that refuse, fail, or are not there.
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, it } from 'vitest';
import type { AwsAnswer, AwsCall } from '../../../infra/local/aws/start-aws-endpoint.ts';
import type { AccessRequest, TargetModel } from '../../../infra/local/stack-model.ts';
import { eventually, type SmallEndpoint, startSmallEndpoint } from './small-endpoint.ts';
import {
  functionArn,
  queueArn,
  queueUrl,
  rule,
  ruleArn,
  smallStack,
  target,
} from './small-stack.ts';

let endpoint: SmallEndpoint;
afterEach(() => endpoint.close());

const stackWith = (arn: string, more: Partial<TargetModel> = {}) =>
  smallStack({
    rules: [
      rule('moved', {
        eventPattern: { source: ['ats'] },
        targets: [target(arn, { deadLetterArn: queueArn('work-dead'), ...more })],
      }),
    ],
  });

const put = () =>
  endpoint.events.send(
    new PutEventsCommand({
      Entries: [
        { EventBusName: 'ats', Source: 'ats', DetailType: 'moved', Detail: '{"id":"evt_1"}' },
      ],
    }),
  );

const receive = async (queue: string) => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl(queue),
    MessageAttributeNames: ['All'],
  });
  return (await endpoint.sqs.send(command)).Messages?.[0];
};

const deadLetter = async () => {
  const message = await eventually(() => receive('work-dead'));
  const attributes = Object.entries(message.MessageAttributes ?? {});
  return {
    detail: JSON.parse(message.Body ?? '').detail,
    attributes: Object.fromEntries(
      attributes.map(([name, { StringValue }]) => [name, StringValue]),
    ),
  };
};

const isDelivery = (call: AwsCall, queue: string): boolean =>
  call.principal.kind === 'service' && call.resources.includes(queueArn(queue));

const throttled: AwsAnswer = {
  status: 503,
  body: { __type: 'ServiceUnavailable', message: 'busy' },
};

it('asks the queue policy as events.amazonaws.com in the name of the rule', async () => {
  const asked: AccessRequest[] = [];
  endpoint = await startSmallEndpoint({
    authorize: (access) => {
      asked.push(access);
      return { allowed: true };
    },
  });

  await put();
  await endpoint.events.send(
    new PutEventsCommand({
      Entries: [
        { EventBusName: 'ats', Source: 'ats', DetailType: 'candidate.moved', Detail: '{}' },
      ],
    }),
  );

  expect(asked.at(-1)).toMatchObject({
    principal: { kind: 'service', service: 'events.amazonaws.com' },
    action: 'sqs:SendMessage',
    resourceArn: queueArn('work'),
    context: { 'aws:SourceArn': ruleArn('ats', 'moved'), 'aws:SecureTransport': 'true' },
  });
});

it('puts an event that the queue policy refuses straight into the dead letters', async () => {
  endpoint = await startSmallEndpoint({
    stack: stackWith(queueArn('work')),
    authorize: ({ principal, resourceArn }) =>
      principal.kind === 'service' && resourceArn === queueArn('work')
        ? { allowed: false, reason: 'no policy allows it' }
        : { allowed: true },
  });

  await put();

  const { detail, attributes } = await deadLetter();
  expect(detail).toEqual({ id: 'evt_1' });
  expect(attributes).toEqual({
    RULE_ARN: ruleArn('ats', 'moved'),
    TARGET_ARN: queueArn('work'),
    ERROR_CODE: 'NO_PERMISSIONS',
    ERROR_MESSAGE: 'no policy allows it',
    RETRY_ATTEMPTS: '0',
  });
  expect(endpoint.observed).toContainEqual(expect.objectContaining({ kind: 'denied' }));
});

it('puts an event for a queue that does not exist straight into the dead letters', async () => {
  endpoint = await startSmallEndpoint({ stack: stackWith(queueArn('nowhere')) });

  await put();

  expect((await deadLetter()).attributes).toMatchObject({ ERROR_CODE: 'NO_RESOURCE' });
});

it('drops an event that has no dead-letter queue to go to, and says so', async () => {
  const stack = stackWith(queueArn('nowhere'), { deadLetterArn: undefined });
  endpoint = await startSmallEndpoint({ stack });

  await put();

  expect(endpoint.observed.at(-1)).toMatchObject({
    kind: 'trouble',
    text: expect.stringContaining('dropped, as the target has no dead-letter queue'),
  });
});

it('tries again after a passing failure, until the target takes the event', async () => {
  let failures = 3;
  endpoint = await startSmallEndpoint({
    stack: stackWith(queueArn('work')),
    targetRetryMs: 1,
    hook: {
      before: (call) => {
        if (!isDelivery(call, 'work') || failures === 0) return undefined;
        failures -= 1;
        return throttled;
      },
    },
  });

  await put();

  expect(await eventually(() => receive('work'))).toMatchObject({
    Body: expect.stringContaining('evt_1'),
  });
  expect(await receive('work-dead')).toBeUndefined();
});

it('gives up after the tries that the target allows, and says which limit it was', async () => {
  endpoint = await startSmallEndpoint({
    stack: stackWith(queueArn('work'), { maximumRetryAttempts: 2 }),
    targetRetryMs: 1,
    hook: { before: (call) => (isDelivery(call, 'work') ? throttled : undefined) },
  });

  await put();

  expect((await deadLetter()).attributes).toMatchObject({
    ERROR_CODE: 'INTERNAL_ERROR',
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    RETRY_ATTEMPTS: '2',
  });
});

it('gives up an event that would be too old at its next try', async () => {
  endpoint = await startSmallEndpoint({
    stack: stackWith(queueArn('work'), { maximumEventAgeSeconds: 1 }),
    targetRetryMs: 10 * 60_000,
    hook: { before: (call) => (isDelivery(call, 'work') ? throttled : undefined) },
  });

  await put();

  expect((await deadLetter()).attributes).toMatchObject({
    EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
  });
});

it('hands an event to a function, once it may and the functions have started', async () => {
  const payloads: unknown[] = [];
  endpoint = await startSmallEndpoint({ stack: stackWith(functionArn), targetRetryMs: 1 });

  await put();
  endpoint.useFunctions({
    invoke: async (arn, payload) => {
      payloads.push([arn, payload]);
      return { kind: 'failed', error: 'thrown', durationMs: 1 };
    },
  });

  const payload = await eventually(() => payloads[0]);
  expect(payload).toMatchObject([functionArn, { source: 'ats', detail: { id: 'evt_1' } }]);
  const trouble = await eventually(() =>
    endpoint.observed.find((each) => each.kind === 'trouble' && each.text.includes('thrown')),
  );
  expect(trouble).toBeDefined();
});

it('invokes the target of a schedule at every tick, with the scheduled event', async () => {
  const scheduled = rule('tick', {
    arn: 'arn:aws:events:eu-west-3:000000000000:rule/tick',
    busName: 'default',
    scheduleExpression: 'rate(1 minute)',
    targets: [target(functionArn)],
  });
  const payloads: unknown[] = [];
  endpoint = await startSmallEndpoint({
    stack: smallStack({ rules: [scheduled] }),
    scheduleSeconds: 0.01,
  });
  endpoint.useFunctions({
    invoke: async (_arn, payload) => {
      payloads.push(payload);
      return { kind: 'returned', value: null, durationMs: 1 };
    },
  });

  await eventually(() => payloads[1]);

  expect(payloads[0]).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    resources: [scheduled.arn],
    detail: {},
  });
});
