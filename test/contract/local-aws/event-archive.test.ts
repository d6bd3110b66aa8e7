// The archive of the local endpoint, and its replay, through the real client.
import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  ListReplaysCommand,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, type SmallEndpoint, startSmallEndpoint } from './small-endpoint.ts';
import {
  archiveArn,
  busArn,
  queueArn,
  queueUrl,
  rule,
  ruleArn,
  smallStack,
  target,
} from './small-stack.ts';

const hourMs = 3_600_000;
let now = Date.parse('2026-11-24T12:00:00Z');
let endpoint: SmallEndpoint;
beforeEach(async () => {
  endpoint = await startSmallEndpoint({
    now: () => now,
    stack: smallStack({
      rules: [
        rule('all', { eventPattern: { source: ['ats'] }, targets: [target(queueArn('work'))] }),
        rule('too', { eventPattern: { source: ['ats'] }, targets: [target(queueArn('other'))] }),
      ],
    }),
  });
});
afterEach(() => endpoint.close());

const put = (id: string) =>
  endpoint.events.send(
    new PutEventsCommand({
      Entries: [
        { EventBusName: 'ats', Source: 'ats', DetailType: 'moved', Detail: JSON.stringify({ id }) },
      ],
    }),
  );

const received = async (queue = 'work') => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl(queue),
    MaxNumberOfMessages: 10,
  });
  const { Messages = [] } = await endpoint.sqs.send(command);
  return Messages.map(({ Body }) => JSON.parse(Body ?? ''));
};

const replay = (name: string, more = {}) =>
  endpoint.events.send(
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: archiveArn,
      EventStartTime: new Date(now - hourMs),
      EventEndTime: new Date(now + hourMs),
      Destination: { Arn: busArn },
      ...more,
    }),
  );

const completed = (ReplayName: string) =>
  eventually(async () => {
    const answer = await endpoint.events.send(new DescribeReplayCommand({ ReplayName }));
    return answer.State === 'COMPLETED' ? answer : undefined;
  });

it('sends the events of a time again, marked, in their order, and archives no copy', async () => {
  await put('too early');
  now += 2 * hourMs;
  for (const id of ['one', 'two']) await put(id);
  await received();

  await replay('again');

  expect(await completed('again')).toMatchObject({ Destination: { Arn: busArn } });
  const events = await received();
  expect(events.map((event) => [event.detail.id, event['replay-name']])).toEqual([
    ['one', 'again'],
    ['two', 'again'],
  ]);
  const archive = await endpoint.events.send(new DescribeArchiveCommand({ ArchiveName: 'kept' }));
  expect(archive).toMatchObject({ EventCount: 3, RetentionDays: 7, EventSourceArn: busArn });
});

it('sends them to the rules that are named only', async () => {
  await put('one');
  await Promise.all([received('work'), received('other')]);

  await replay('some', { Destination: { Arn: busArn, FilterArns: [ruleArn('ats', 'too')] } });

  await completed('some');
  expect(await received('work')).toEqual([]);
  expect(await received('other')).toHaveLength(1);
});

it('refuses a name twice, another bus, another archive, and an end before the start', async () => {
  await replay('once');

  await expect(replay('once')).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  await expect(replay('a', { Destination: { Arn: `${busArn}2` } })).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('Cross event bus replay is not permitted.'),
  });
  await expect(replay('b', { EventSourceArn: `${archiveArn}2` })).rejects.toMatchObject({
    message: expect.stringContaining('Archive kept2 does not exist.'),
  });
  await expect(replay('c', { EventEndTime: new Date(0) })).rejects.toMatchObject({
    name: 'ValidationException',
  });
  const list = await endpoint.events.send(new ListReplaysCommand({}));
  expect(list.Replays?.map(({ ReplayName }) => ReplayName)).toEqual(['once']);
});
