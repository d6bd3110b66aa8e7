// Operational events over PutEvents' wire: ten a request, and what the bus did not take is named.
import { afterEach, expect, it } from 'vitest';
import { putOperationalEvents } from '../../../functions/sweep/put-operational-events.ts';
import type { OperationalEvent } from '../../../shared/operational-events.ts';
import { type PublishServer, type PutAnswer, startPublishServer } from '../publish-server.ts';

const timestamp = new Date('2026-11-24T09:00:00Z');
const eventOf = (n: number): OperationalEvent => ({
  type: 'webhook.delivery.exhausted',
  id: `del_${n}`,
  timestamp,
  companyId: 7,
  data: { attempts: n },
});
const events = (count: number) => Array.from({ length: count }, (_, n) => eventOf(n));

let bus: PublishServer;
afterEach(() => bus.close());

const put = async (count: number, ...answers: PutAnswer[]) => {
  bus = await startPublishServer(answers);
  return putOperationalEvents(bus.eventBridge, 'ats', events(count));
};

it('says who speaks, of what, on which bus', async () => {
  const left = await put(1);

  expect(left).toEqual([]);
  const [entry] = bus.requests[0]!;
  expect(entry).toMatchObject({
    EventBusName: 'ats',
    Source: 'rappel',
    DetailType: 'webhook.delivery.exhausted',
    Time: timestamp.getTime() / 1000,
  });
  expect(JSON.parse(entry!.Detail)).toEqual({
    id: 'del_0',
    timestamp: '2026-11-24T09:00:00.000Z',
    company_id: 7,
    data: { attempts: 0 },
  });
});

it.each([
  [0, []],
  [10, [10]],
  [23, [10, 10, 3]],
])('puts %i in requests of ten at most', async (count, sizes) => {
  await put(count);

  expect(bus.requests.map((entries) => entries.length)).toEqual(sizes);
});

it('names the events that the bus did not take, and puts none of them again', async () => {
  const throttled = 'ThrottlingException';
  const first = [undefined, throttled, undefined];
  const second = [throttled];

  const left = await put(12, first, second);

  expect(left).toEqual([eventOf(1), eventOf(10)]);
  expect(bus.requests).toHaveLength(2);
});

it('rejects where the bus refuses a request as a whole', async () => {
  const putting = put(1, { status: 400, type: 'ThrottlingException' });

  await expect(putting).rejects.toThrow();
});
