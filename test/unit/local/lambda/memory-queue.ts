// A queue in memory for the tests of the poller: receipts, visibility and deletion, and what was asked of it.
import type { QueueEngine, ReceivedMessage } from '../../../../infra/local/stack-model.ts';

export interface MemoryQueue extends QueueEngine {
  put(...bodies: string[]): void;
  /** Bodies that can be received now. */
  visible(): string[];
  /** Bodies received, and neither deleted nor visible again. */
  hidden(): string[];
  /** Bodies in the order of their deletion. */
  readonly deleted: string[];
  /** The number of messages asked for by each `receive`. */
  readonly asked: number[];
  /** Calls of `receive` that wait for a message. */
  waiting(): number;
}

export const createMemoryQueue = (): MemoryQueue => {
  const ready: { id: number; body: string }[] = [];
  const inFlight = new Map<string, { id: number; body: string }>();
  const deleted: string[] = [];
  const asked: number[] = [];
  const waits = new Set<() => void>();
  let ids = 0;
  let receipts = 0;
  const wake = () => {
    for (const each of [...waits]) each();
  };
  const take = (max: number): ReceivedMessage[] =>
    ready.splice(0, max).map((message) => {
      const receiptHandle = `receipt-${receipts++}`;
      inFlight.set(receiptHandle, message);
      return {
        messageId: `id-${message.id}`,
        receiptHandle,
        body: message.body,
        attributes: { ApproximateReceiveCount: '1' },
        messageAttributes: {},
        md5OfBody: 'digest',
      };
    });
  const untilWoken = (waitSeconds: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => done(), waitSeconds * 1000);
      const done = () => {
        clearTimeout(timer);
        waits.delete(done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      waits.add(done);
    });
  return {
    put: (...bodies) => {
      ready.push(...bodies.map((body) => ({ id: ids++, body })));
      wake();
    },
    visible: () => ready.map(({ body }) => body),
    hidden: () => [...inFlight.values()].map(({ body }) => body),
    deleted,
    asked,
    waiting: () => waits.size,
    receive: async (_, max, waitSeconds, signal) => {
      asked.push(max);
      if (ready.length === 0 && !signal.aborted) await untilWoken(waitSeconds, signal);
      return signal.aborted ? [] : take(max);
    },
    delete: async (_, receiptHandles) => {
      for (const handle of receiptHandles) {
        const message = inFlight.get(handle);
        if (message) deleted.push(message.body);
        inFlight.delete(handle);
      }
    },
    changeVisibility: async (_, receiptHandles, seconds) => {
      if (seconds !== 0) throw new Error('Only 0 seconds are known here.');
      for (const handle of receiptHandles) {
        const message = inFlight.get(handle);
        if (message) ready.push(message);
        inFlight.delete(handle);
      }
      wake();
    },
    send: async (_, body) => {
      ready.push({ id: ids++, body });
      wake();
    },
  };
};
