// Unrouted events and their way back onto the bus, through the app, on queues in memory.
import { beforeEach, expect, it } from 'vitest';
import { type PutAgainDeps, putAgain } from '../../../../functions/admin/operations/put-again.ts';
import type { ReceivedMessage } from '../../../../functions/admin/operations/received-message.ts';
import type { BusEvent } from '../../../../shared/put-events.ts';
import {
  createMemoryOperations,
  type MemoryOperations,
} from '../../../support/memory-operations.ts';

let memory: MemoryOperations;
let clock: number;
let busEvents: BusEvent[];
let deps: ReturnType<typeof createMemoryOperations> & PutAgainDeps;
beforeEach(() => {
  memory = { messages: new Map(), hidden: new Set() };
  busEvents = [];
  clock = 0;
  deps = {
    ...createMemoryOperations(memory),
    putEvents: async (events) => {
      busEvents.push(...events);
      return [];
    },
    now: () => new Date(clock),
  };
});

const message = (id: string, source: string, type: string): ReceivedMessage => ({
  messageId: id,
  receipt: id,
  body: JSON.stringify({ source, 'detail-type': type, time: 'x', detail: { id, data: { a: 1 } } }),
  attributes: {},
  sentAt: new Date(0),
  receiveCount: 1,
});

const idsIn = (queue: string) => memory.messages.get(queue)?.map(({ messageId }) => messageId);

it('puts what a rule takes by now as it came, and leaves the rest visible', async () => {
  const broken = { ...message('broken', '', ''), body: '{' };
  memory.messages.set('unrouted', [
    message('odd', 'ats', 'odd.happened'),
    message('good', 'ats', 'candidate.moved'),
    message('foreign', 'elsewhere', 'candidate.moved'),
    broken,
  ]);
  memory.messages.set('unrouted-dead', [message('lost', 'ats', 'vacancy.archived')]);

  const total = await putAgain(deps);

  expect(total).toEqual({ put: 2, refused: 0, unrouted: 3, more: false });
  expect(busEvents).toEqual([
    {
      source: 'ats',
      type: 'candidate.moved',
      resources: [],
      detail: { id: 'good', data: { a: 1 } },
    },
    {
      source: 'ats',
      type: 'vacancy.archived',
      resources: [],
      detail: { id: 'lost', data: { a: 1 } },
    },
  ]);
  expect(idsIn('unrouted')).toEqual(['odd', 'foreign', 'broken']);
  expect(idsIn('unrouted-dead')).toEqual([]);
  expect([...memory.hidden].filter((id) => idsIn('unrouted')?.includes(id))).toEqual([]);
});

it('keeps an event that the bus refuses', async () => {
  memory.messages.set('unrouted', [message('good', 'ats', 'candidate.moved')]);

  const total = await putAgain({
    ...deps,
    putEvents: async () => [{ index: 0, code: 'InternalFailure' }],
  });

  expect(total).toMatchObject({ put: 0, refused: 1 });
  expect(idsIn('unrouted')).toEqual(['good']);
  expect(memory.hidden.size).toBe(0);
});

it('lets go of an event only after the bus has taken it', async () => {
  memory.messages.set('unrouted', [message('good', 'ats', 'candidate.moved')]);
  const broken = async () => Promise.reject(new Error('the bus is away'));

  const ended = putAgain({ ...deps, putEvents: broken });

  await expect(ended).rejects.toThrow('the bus is away');
  expect(idsIn('unrouted')).toEqual(['good']);
});

it('says that there is more when its time is up', async () => {
  const many = Array.from({ length: 25 }, (_, n) => message(`e${n}`, 'ats', 'candidate.moved'));
  memory.messages.set('unrouted', many);
  const slowly = async () => {
    clock += 1_000;
    return [];
  };

  const first = await putAgain({ ...deps, putEvents: slowly });
  const second = await putAgain({ ...deps, putEvents: slowly });

  expect(first).toEqual({ put: 20, refused: 0, unrouted: 0, more: true });
  expect(second).toEqual({ put: 5, refused: 0, unrouted: 0, more: false });
});
