// EventBridge on the local endpoint, through the real client: events in, messages in queues out.
import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SmallEndpoint, startSmallEndpoint } from './small-endpoint.ts';
import { busArn, queueArn, queueUrl, rule, ruleArn, smallStack, target } from './small-stack.ts';

let endpoint: SmallEndpoint;
beforeEach(async () => {
  endpoint = await startSmallEndpoint();
});
afterEach(() => endpoint.close());

const moved = (more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: 'ats',
  Source: 'ats',
  DetailType: 'candidate.moved',
  Detail: '{"id":"evt_1"}',
  ...more,
});

const put = (...Entries: PutEventsRequestEntry[]) =>
  endpoint.events.send(new PutEventsCommand({ Entries }));

const bodies = async (queue = 'work'): Promise<string[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl(queue),
    MaxNumberOfMessages: 10,
  });
  const { Messages = [] } = await endpoint.sqs.send(command);
  return Messages.map(({ Body }) => String(Body));
};

describe('PutEvents on the local endpoint', () => {
  it('has an event in its queue before it answers, in the standard envelope', async () => {
    const answer = await put(
      moved({ Resources: ['candidate/1'], Time: new Date('2026-11-24T10:00:00.900Z') }),
    );

    const [body] = await bodies();
    expect(JSON.parse(body ?? '')).toEqual({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'candidate.moved',
      source: 'ats',
      account: '000000000000',
      time: '2026-11-24T10:00:00Z',
      region: 'eu-west-3',
      resources: ['candidate/1'],
      detail: { id: 'evt_1' },
    });
    expect(answer.FailedEntryCount).toBe(0);
  });

  it('changes no number, key or order of the detail', async () => {
    const Detail = '{"z":1.0,"a":12345678901234567890,"2":1e2,"1":"é","a":-0}';

    await put(moved({ Detail: ` ${Detail}\n` }));

    expect((await bodies())[0]).toMatch(`"detail":${Detail}}`);
  });

  it('takes a bus by its ARN, and gives an event that no rule takes to nobody', async () => {
    const answer = await put(
      moved({ EventBusName: busArn }),
      moved({ DetailType: 'candidate.unknown' }),
      moved({ Source: 'other' }),
    );

    expect(answer.FailedEntryCount).toBe(0);
    expect(await bodies()).toHaveLength(1);
  });

  it('accepts an event for a bus that does not exist, and loses it, as AWS does', async () => {
    const answer = await put(moved({ EventBusName: 'nowhere' }));

    expect(answer.Entries?.[0]?.EventId).toBeDefined();
    expect(endpoint.observed).toContainEqual(
      expect.objectContaining({ kind: 'trouble', text: expect.stringContaining('bus nowhere') }),
    );
  });

  it('observes that an event came and where it went, without its content', async () => {
    await put(moved({ Detail: '{"id":"evt_1","secret":"hidden"}' }));

    expect(endpoint.observed).toMatchObject([
      { kind: 'event-put', detailType: 'candidate.moved', source: 'ats', id: 'evt_1' },
      { kind: 'event-routed', rule: 'moved', targetArn: queueArn('work') },
    ]);
    expect(JSON.stringify(endpoint.observed)).not.toContain('hidden');
  });

  it('refuses single entries in AWS\u2019s words, and takes the others', async () => {
    const answer = await put(
      moved({ Source: undefined }),
      moved({ DetailType: '' }),
      moved({ Detail: undefined }),
      moved({ Detail: '[1]' }),
      moved({ Detail: '{"id":' }),
      moved({ Detail: `{"a":${'['.repeat(1_001)}${']'.repeat(1_001)}}` }),
      moved({ Source: 'aws.s3' }),
      moved(),
    );

    expect(answer.FailedEntryCount).toBe(7);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'InvalidArgument',
      'InvalidArgument',
      'InvalidArgument',
      'MalformedDetail',
      'MalformedDetail',
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      undefined,
    ]);
    expect(answer.Entries?.[0]?.ErrorMessage).toBe(
      'Parameter Source is not valid. Reason: Source is a required argument.',
    );
    expect(await bodies()).toHaveLength(1);
  });

  it('refuses eleven entries, and a request of more than 1 MB', async () => {
    const half = JSON.stringify({ id: 'evt_1', text: 'x'.repeat(600_000) });

    await expect(put(...Array.from({ length: 11 }, () => moved()))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Member must have length less than or equal to 10'),
    });
    await expect(put(moved({ Detail: half }), moved({ Detail: half }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
    expect(await bodies()).toEqual([]);
  });
});

describe('EventBridge on the local endpoint', () => {
  it('tells its buses, rules and targets', async () => {
    const { events } = endpoint;

    const buses = await events.send(new ListEventBusesCommand({}));
    const rules = await events.send(new ListRulesCommand({ EventBusName: 'ats' }));
    const rule = await events.send(new DescribeRuleCommand({ EventBusName: 'ats', Name: 'moved' }));
    const targets = await events.send(
      new ListTargetsByRuleCommand({ EventBusName: 'ats', Rule: 'moved' }),
    );

    expect(buses.EventBuses?.map(({ Name }) => Name)).toEqual(['default', 'ats']);
    expect(rules.Rules).toMatchObject([{ Arn: ruleArn('ats', 'moved'), State: 'ENABLED' }]);
    expect(JSON.parse(rule.EventPattern ?? '')).toMatchObject({ source: ['ats'] });
    expect(targets.Targets).toMatchObject([
      { Arn: queueArn('work'), DeadLetterConfig: { Arn: queueArn('work-dead') } },
    ]);
  });

  it('answers what does not exist with ResourceNotFoundException', async () => {
    const bus = endpoint.events.send(new DescribeEventBusCommand({ Name: 'nowhere' }));

    await expect(bus).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Event bus nowhere does not exist.',
    });
  });

  it('refuses a new rule, as the template is their source', async () => {
    await expect(endpoint.events.send(new PutRuleCommand({ Name: 'mine' }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: expect.stringContaining('Change the stack and start again.'),
    });
  });

  it('tries a pattern on an event, and refuses one that is malformed', async () => {
    const Event = JSON.stringify({ source: 'ats', 'detail-type': 'candidate.moved' });
    const tryPattern = (EventPattern: string) =>
      endpoint.events.send(new TestEventPatternCommand({ Event, EventPattern }));

    expect((await tryPattern('{"source":["ats"]}')).Result).toBe(true);
    expect((await tryPattern('{"source":["other"]}')).Result).toBe(false);
    await expect(tryPattern('{"source":')).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
    });
    await expect(
      endpoint.events.send(
        new TestEventPatternCommand({ Event: '[1', EventPattern: '{"source":["ats"]}' }),
      ),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('the rules of the local endpoint', () => {
  it('look into the detail where their pattern does, as it is written', async () => {
    const take = (name: string, eventPattern: object) =>
      rule(name, { eventPattern, targets: [target(queueArn(name))] });
    const strict = await startSmallEndpoint({
      stack: smallStack({
        rules: [
          take('work', { detail: { stage: ['hired'] } }),
          take('other', { $or: [{ source: ['x'] }, { detail: { stage: ['lost'] } }] }),
        ],
      }),
    });
    const Entries = ['hired', 'lost', 'new'].map((stage) =>
      moved({ Detail: JSON.stringify({ stage }) }),
    );

    await strict.events.send(new PutEventsCommand({ Entries }));

    const routes = strict.observed.filter(({ kind }) => kind === 'event-routed');
    expect(routes).toMatchObject([{ rule: 'work' }, { rule: 'other' }]);
    await strict.close();
  });

  it('stop the start where a pattern is invalid, by the name of the rule', async () => {
    const bad = rule('bad', { eventPattern: { source: 'ats' } });

    await expect(startSmallEndpoint({ stack: smallStack({ rules: [bad] }) })).rejects.toThrow(
      /^Rule bad: /,
    );
  });
});
