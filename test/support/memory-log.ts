// Admin's ports of the log and the feed in memory: nothing was ever sent, and what is sent is kept.
import type { FeedDeps } from '../../functions/admin/feed/feed-routes.ts';
import type { LogDeps } from '../../functions/admin/log/log-routes.ts';
import type { BusEvent } from '../../shared/put-events.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';

export type MemoryLog = Omit<
  LogDeps & FeedDeps,
  'now' | 'getSubscription' | 'listSubscriptions'
> & {
  /** What was resent. */
  readonly sent: QueueMessage[];
  /** What was put on the bus. */
  readonly put: BusEvent[];
};

export const createMemoryLog = (): MemoryLog => {
  const sent: MemoryLog['sent'] = [];
  const put: MemoryLog['put'] = [];
  return {
    sent,
    put,
    listLog: async () => ({ deliveries: [] }),
    getDelivery: async () => undefined,
    listDeliveriesOf: async () => [],
    listFailedAttempts: async () => [],
    getEvent: async () => undefined,
    listEvents: async (_, { after }) => ({
      events: [],
      isLast: true,
      ...(after !== undefined && { end: after }),
    }),
    feedDelayMs: 0,
    isStopped: async () => false,
    enqueue: async (messages) => {
      sent.push(...messages);
      return [];
    },
    putEvents: async (events) => {
      put.push(...events);
      return [];
    },
    eventSource: 'ats',
  };
};
