// Unrouted events put on the bus once more, now that a rule takes them. The others stay where they are.
import { isRoutedEventTypeName } from '../../../shared/event-types.ts';
import type { BusEvent, RefusedEvent } from '../../../shared/put-events.ts';
import { deadLetterQueueName, unroutedName } from '../../../shared/queue-names.ts';
import type { QueuePorts } from './queues.ts';
import { type ReceivedMessage, readBusEvent } from './received-message.ts';

export interface PutAgainDeps
  extends Pick<QueuePorts, 'receiveMessages' | 'makeVisible' | 'deleteMessage'> {
  /** `Source` of the ATS's events: the rules take no other. */
  readonly eventSource: string;
  putEvents(events: readonly BusEvent[]): Promise<RefusedEvent[]>;
  now(): Date;
}

export interface PutAgain {
  /** Taken by the bus, and gone from the queue. */
  readonly put: number;
  /** Refused by the bus; they stay. */
  readonly refused: number;
  /** Without a rule still; they stay. */
  readonly unrouted: number;
  /** Not every message was looked at: ask again. */
  readonly more: boolean;
}

/** Milliseconds after which no more messages are taken: the function has thirty seconds. */
const budgetMs = 15_000;

/** Whether a rule of this version takes the event. */
export const isRouted = ({ source, type }: BusEvent, eventSource: string): boolean =>
  source === eventSource && isRoutedEventTypeName(type);

/**
 * An event leaves the queue after the bus has taken it: a crash in between puts it twice, and fan-out knows it again
 * by its id.
 */
export const putAgain = async (deps: PutAgainDeps): Promise<PutAgain> => {
  const until = deps.now().getTime() + budgetMs;
  const total = { put: 0, refused: 0, unrouted: 0, more: false };
  for (const queue of [unroutedName, deadLetterQueueName(unroutedName)]) {
    const staying: ReceivedMessage[] = [];
    try {
      for (;;) {
        total.more = deps.now().getTime() >= until;
        if (total.more) return total;
        const messages = await deps.receiveMessages(queue, 10);
        if (messages.length === 0) break;
        const ends = await Promise.all(messages.map((message) => putOne(deps, queue, message)));
        for (const end of ends) total[end] += 1;
        staying.push(...messages.filter((_, index) => ends[index] !== 'put'));
      }
    } finally {
      await deps.makeVisible(queue, staying);
    }
  }
  return total;
};

const putOne = async (
  deps: PutAgainDeps,
  queue: string,
  message: ReceivedMessage,
): Promise<'put' | 'refused' | 'unrouted'> => {
  const event = readBusEvent(message.body);
  if (event === undefined || !isRouted(event, deps.eventSource)) return 'unrouted';
  const [refused] = await deps.putEvents([event]);
  if (refused !== undefined) return 'refused';
  await deps.deleteMessage(queue, message);
  return 'put';
};
