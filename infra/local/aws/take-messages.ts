// Takes messages out of a queue: waiting, dead letters, and the unkindness that was asked for.
import type { Unkind } from './aws-call.ts';
import type { QueueStore, StoredMessage, StoredQueue } from './fauxqs-store.ts';

/** Messages that one dequeue gives. */
const dequeueMax = 10;
/** Messages among which `reorder` draws. */
const reorderRange = 50;

export interface TakeDeps {
  readonly store: QueueStore;
  readonly unkind: Unkind;
  readonly random: () => number;
}

export interface TakenMessage {
  readonly receiptHandle: string;
  readonly message: StoredMessage;
}

/** Copies that were made on purpose are not copied again. */
const copies = new WeakSet<StoredMessage>();

const reorder = (queue: StoredQueue, random: () => number): void => {
  queue.processTimers();
  const { messages } = queue;
  const range = Math.min(messages.length, reorderRange);
  for (let place = 0; place < Math.min(range, dequeueMax); place += 1) {
    const other = place + Math.floor(random() * (range - place));
    const [one, two] = [messages[place], messages[other]];
    if (one !== undefined && two !== undefined) [messages[place], messages[other]] = [two, one];
  }
};

const giveOutTwice = (queue: StoredQueue, message: StoredMessage): void => {
  const copy = { ...message };
  copies.add(copy);
  queue.messages.push(copy);
  queue.processTimers();
};

/** fauxqs moves a message received too often by itself; the origin is noted for the redrive. */
const deadLettersFrom = (store: QueueStore, origin: StoredQueue) => (arn: string) => {
  const deadLetters = store.byArn(arn);
  return (
    deadLetters && {
      enqueue: (message: StoredMessage) => {
        message.messageDeduplicationId = origin.arn;
        deadLetters.enqueue(message);
      },
    }
  );
};

/** Up to `max` messages that are visible now. Moves to the dead letters, and their receipt, are one
 *  commit. */
const takeNow = (
  { store, unkind, random }: TakeDeps,
  queue: StoredQueue,
  max: number,
  visibilitySeconds?: number,
): readonly TakenMessage[] =>
  store.atomically(() => {
    const taken: TakenMessage[] = [];
    while (taken.length < max) {
      if (unkind.reorder === true) reorder(queue, random);
      const count = Math.min(max - taken.length, dequeueMax);
      const batch = queue.dequeue(count, visibilitySeconds, deadLettersFrom(store, queue));
      for (const { ReceiptHandle } of batch) {
        const message = queue.inflightMessages.get(ReceiptHandle)?.message;
        if (message !== undefined) taken.push({ receiptHandle: ReceiptHandle, message });
      }
      if (batch.length < count) break;
    }
    for (const { message } of taken) {
      const again = !copies.has(message) && random() < (unkind.duplicateShare ?? 0);
      if (again) giveOutTwice(queue, message);
    }
    return taken;
  });

/** Takes up to `max` messages, waiting for the first one up to `waitSeconds`; after an abort it
 *  takes none. */
export const takeMessages = async (
  deps: TakeDeps,
  queue: StoredQueue,
  want: {
    readonly max: number;
    readonly waitSeconds: number;
    readonly visibilitySeconds?: number;
    readonly signal: AbortSignal;
  },
): Promise<readonly TakenMessage[]> => {
  const { signal } = want;
  const until = performance.now() + want.waitSeconds * 1000;
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      if (signal.aborted) return [];
      const taken = takeNow(deps, queue, want.max, want.visibilitySeconds);
      const leftSeconds = (until - performance.now()) / 1000;
      if (taken.length > 0 || leftSeconds <= 0) return taken;
      await Promise.race([queue.waitForMessages(leftSeconds), aborted]);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
};
