// What is common to all calls of the local endpoint: who calls, may he, and what a hook may do.
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  EventBridgeClient,
  ListEventBusesCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallHook } from '../../../infra/local/aws/start-aws-endpoint.ts';
import { startAwsEndpoint } from '../../../infra/local/aws/start-aws-endpoint.ts';
import type { AccessRequest } from '../../../infra/local/stack-model.ts';
import { clientSettings, type SmallEndpoint, startSmallEndpoint } from './small-endpoint.ts';
import {
  queueArn,
  queueUrl,
  smallStack,
  thingsTable,
  workerKey,
  workerRoleArn,
} from './small-stack.ts';

const TableName = 'things';
const Key = { pk: { S: 'a' }, sk: { S: '1' } };
let endpoint: SmallEndpoint;
afterEach(() => endpoint.close());

const post = (headers: Record<string, string>, body = '{}') =>
  fetch(endpoint.url, { method: 'POST', headers, body });

describe('the caller of the local endpoint', () => {
  it('is the person at the keyboard, or the role of a function, by the access key', async () => {
    const principals: AccessRequest['principal'][] = [];
    endpoint = await startSmallEndpoint({
      authorize: ({ principal }) => {
        principals.push(principal);
        return { allowed: true };
      },
    });
    const worker = new DynamoDBClient(clientSettings(endpoint.url, workerKey));

    await endpoint.dynamodb.send(new GetItemCommand({ TableName, Key }));
    await worker.send(new GetItemCommand({ TableName, Key }));

    expect(principals).toEqual([{ kind: 'root' }, { kind: 'role', arn: workerRoleArn }]);
    worker.destroy();
  });

  it('is refused with an unknown access key, by each service in its own words', async () => {
    endpoint = await startSmallEndpoint();
    const settings = clientSettings(endpoint.url, 'AKIASOMEBODY');

    await expect(
      new DynamoDBClient(settings).send(new GetItemCommand({ TableName, Key })),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await expect(
      new EventBridgeClient(settings).send(new ListEventBusesCommand({})),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await expect(new SQSClient(settings).send(new ListQueuesCommand({}))).rejects.toMatchObject({
      Code: 'InvalidClientTokenId',
    });
  });

  it('is refused without a signature', async () => {
    endpoint = await startSmallEndpoint();

    const answer = await post({ 'x-amz-target': 'DynamoDB_20120810.ListTables' });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      __type: expect.stringContaining('#MissingAuthenticationTokenException'),
    });
  });
});

describe('a call that IAM denies', () => {
  const reason = 'User: worker is not authorized to perform: this';

  it('is answered with the denial of its service, observed, and has no effect', async () => {
    let deny = true;
    endpoint = await startSmallEndpoint({
      authorize: () => (deny ? { allowed: false, reason } : { allowed: true }),
    });
    const { dynamodb, sqs, events } = endpoint;
    const put = new PutItemCommand({ TableName, Item: Key });

    await expect(dynamodb.send(put)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: reason,
      $metadata: { httpStatusCode: 400 },
    });
    await expect(events.send(new ListEventBusesCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(sqs.send(new ListQueuesCommand({}))).rejects.toMatchObject({
      Code: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });

    deny = false;
    expect((await dynamodb.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();
    expect(endpoint.observed).toHaveLength(3);
    expect(endpoint.observed[0]).toMatchObject({ kind: 'denied', reason });
  });
});

describe('a call that is none', () => {
  it('is answered with a sentence that says what would be one', async () => {
    endpoint = await startSmallEndpoint();

    const query = await post(
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Action=ListQueues',
    );
    const body = await post(
      {
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        authorization: 'AWS4-HMAC-SHA256 Credential=local/2026/eu-west-3/dynamodb/aws4_request',
      },
      '[1]',
    );

    expect(await query.text()).toContain('use a newer one');
    expect(await body.json()).toMatchObject({
      __type: expect.stringContaining('#SerializationException'),
    });
  });
});

describe('a hook', () => {
  const entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id }));
  const batch = new SendMessageBatchCommand({ QueueUrl: queueUrl('work'), Entries: entries });
  const received = async () => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl('work'),
      MaxNumberOfMessages: 10,
    });
    return (await endpoint.sqs.send(command)).Messages ?? [];
  };

  it('stands before and after the effect of a call, and knows what the call is about', async () => {
    const seen: unknown[] = [];
    const look = async (side: string, about: unknown): Promise<undefined> => {
      const { signal } = new AbortController();
      const messages = await endpoint.queues.receive(queueArn('work'), 10, 0, signal);
      seen.push([side, messages.length, about]);
    };
    endpoint = await startSmallEndpoint({
      hook: {
        before: ({ operation, resources, principal }) =>
          look('before', { operation, resources, principal }),
        after: (_call, { status }) => look('after', { status }),
      },
    });

    await endpoint.sqs.send(batch);

    const resources = [queueArn('work')];
    expect(seen).toEqual([
      ['before', 0, { operation: 'SendMessageBatch', resources, principal: { kind: 'root' } }],
      ['after', 2, { status: 200 }],
    ]);
  });

  it('can answer a fault before the effect, and another answer after it', async () => {
    const fault = { status: 500, body: { __type: 'InternalFailure', message: 'lost' } };
    const hook: CallHook = {
      before: ({ operation }) => (operation === 'SendMessageBatch' ? fault : undefined),
    };
    endpoint = await startSmallEndpoint({ hook });

    await expect(endpoint.sqs.send(batch)).rejects.toMatchObject({ message: 'lost' });
    expect(await received()).toEqual([]);

    hook.before = () => undefined;
    hook.after = ({ operation }) => (operation === 'SendMessageBatch' ? fault : undefined);
    await expect(endpoint.sqs.send(batch)).rejects.toMatchObject({ message: 'lost' });
    hook.after = () => undefined;
    expect(await received()).toHaveLength(2);
  });

  it('can take an entry out of a batch and tell it as failed', async () => {
    endpoint = await startSmallEndpoint({
      hook: {
        before: ({ operation, input }) => {
          if (operation === 'SendMessageBatch') input.Entries = [entries[0]];
          return undefined;
        },
        after: ({ operation }, answer) =>
          operation === 'SendMessageBatch'
            ? { ...answer, body: { ...answer.body, Failed: [{ Id: 'b', Code: 'InternalError' }] } }
            : undefined,
      },
    });

    const answer = await endpoint.sqs.send(batch);

    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(answer.Failed?.map(({ Id }) => Id)).toEqual(['b']);
    expect(await received()).toHaveLength(1);
  });
});

describe('the start of the local endpoint', () => {
  const start = (more: object) =>
    startAwsEndpoint({
      stack: smallStack(),
      port: 0,
      authorize: () => ({ allowed: true }),
      observe: () => undefined,
      ...more,
    });

  it('fails on a busy port, a cron schedule and a FIFO queue, with what is wrong', async () => {
    endpoint = await startSmallEndpoint();
    const [work, ...others] = smallStack().queues;
    const fifo = { ...work, attributes: { FifoQueue: 'true' } };
    const [moved] = smallStack().rules;
    const cron = { ...moved, scheduleExpression: 'cron(0 12 * * ? *)' };

    const { port } = new URL(endpoint.url);
    await expect(start({ port: Number(port) })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is busy`,
    );
    await expect(start({ stack: { ...smallStack(), rules: [cron] } })).rejects.toThrow(
      'local mode runs rate(1 minute)',
    );
    await expect(start({ stack: { ...smallStack(), queues: [fifo, ...others] } })).rejects.toThrow(
      'Queue work is a FIFO queue',
    );
  });

  it('serves the tables and events of its own stack only', async () => {
    endpoint = await startSmallEndpoint();
    const other = await startSmallEndpoint({
      stack: smallStack({ tables: [{ ...thingsTable, name: 'others' }] }),
    });
    await endpoint.events.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName: 'ats', Source: 'ats', DetailType: 'candidate.moved', Detail: '{}' },
        ],
      }),
    );

    await expect(other.dynamodb.send(new GetItemCommand({ TableName, Key }))).rejects.toMatchObject(
      { name: 'ResourceNotFoundException' },
    );
    expect(other.observed).toEqual([]);
    await other.close();
  });
});
