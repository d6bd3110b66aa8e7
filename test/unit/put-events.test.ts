// PutEvents over its wire: ten a request, and what the bus did not take is named.
import { afterEach, expect, it } from 'vitest';
import { type BusEvent, putEvents } from '../../shared/put-events.ts';
import { type PublishServer, type PutAnswer, startPublishServer } from './publish-server.ts';

const eventOf = (n: number): BusEvent => ({ source: 'ats', type: 'task.created', detail: { n } });

let bus: PublishServer;
afterEach(() => bus.close());

const put = async (events: readonly BusEvent[], ...answers: PutAnswer[]) => {
  bus = await startPublishServer(answers);
  return putEvents(bus.eventBridge, 'ats-events', events);
};
const putMany = (count: number, ...answers: PutAnswer[]) =>
  put(
    Array.from({ length: count }, (_, n) => eventOf(n)),
    ...answers,
  );

it('says what it is given, and nothing else', async () => {
  const time = new Date('2026-11-24T09:00:00Z');

  await put([eventOf(0), { ...eventOf(1), resources: ['arn:a'], time }]);

  const bare = { EventBusName: 'ats-events', Source: 'ats', DetailType: 'task.created' };
  expect(bus.requests[0]).toEqual([
    { ...bare, Detail: '{"n":0}' },
    { ...bare, Detail: '{"n":1}', Resources: ['arn:a'], Time: time.getTime() / 1000 },
  ]);
});

it.each([
  [0, []],
  [10, [10]],
  [23, [10, 10, 3]],
])('puts %i in requests of ten at most', async (count, sizes) => {
  await putMany(count);

  expect(bus.requests.map((entries) => entries.length)).toEqual(sizes);
});

it('names what the bus did not take, and puts none of it again', async () => {
  const code = 'ThrottlingException';

  const refused = await putMany(12, [undefined, code, undefined], [code]);

  expect(refused).toEqual([
    { index: 1, code },
    { index: 10, code },
  ]);
  expect(bus.requests).toHaveLength(2);
});

it('rejects where the bus refuses a request as a whole', async () => {
  const putting = putMany(1, { status: 400, type: 'ThrottlingException' });

  await expect(putting).rejects.toThrow();
});
