// Operational events as the bus is given them.
import { expect, it } from 'vitest';
import { putOperationalEvents } from '../../../functions/sweep/put-operational-events.ts';
import type { OperationalEvent } from '../../../shared/operational-events.ts';

const timestamp = new Date('2026-11-24T09:00:00Z');
const eventOf = (n: number): OperationalEvent => ({
  type: 'webhook.delivery.exhausted',
  id: `del_${n}`,
  timestamp,
  companyId: 7,
  data: { attempts: n },
});

it('says who speaks, of what', async () => {
  const put: unknown[] = [];
  const putEvents = async (events: readonly unknown[]) => {
    put.push(...events);
    return [];
  };

  const left = await putOperationalEvents({ putEvents }, [eventOf(0)]);

  expect(left).toEqual([]);
  expect(put).toEqual([
    {
      source: 'rappel',
      type: 'webhook.delivery.exhausted',
      time: timestamp,
      detail: {
        id: 'del_0',
        timestamp: '2026-11-24T09:00:00.000Z',
        company_id: 7,
        data: { attempts: 0 },
      },
    },
  ]);
});

it('names the events that the bus did not take', async () => {
  const putEvents = async () => [{ index: 1, code: 'ThrottlingException' }];

  const left = await putOperationalEvents({ putEvents }, [eventOf(0), eventOf(1)]);

  expect(left).toEqual([eventOf(1)]);
});
