// The queues themselves: fauxqs's store, without its HTTP server, with its persistence mended.
// fauxqs exports a server only; `test/pins/fauxqs.test.ts` pins the inner parts that this file
// relies on.
import type { QueueModel } from '../stack-model.ts';
import { StartError, unopened } from '../start-error.ts';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly messageAttributes: MessageAttributes;
  readonly md5OfMessageAttributes: string;
  sentTimestamp: number;
  approximateReceiveCount: number;
  approximateFirstReceiveTimestamp?: number | undefined;
  readonly delayUntil?: number;
  readonly messageGroupId?: string;
  /** Of a dead letter, the ARN of the queue that it comes from: fauxqs has no place for that, and a
   *  standard queue has no use for a deduplication id. */
  messageDeduplicationId?: string | undefined;
}

export interface StoredQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  messages: StoredMessage[];
  readonly delayedMessages: readonly StoredMessage[];
  readonly inflightMessages: ReadonlyMap<string, { readonly message: StoredMessage }>;
  enqueue(message: StoredMessage): void;
  /** At most ten. Messages received too often go to the queue that the resolver gives. */
  dequeue(
    max: number,
    visibilitySeconds: number | undefined,
    deadLettersOf: (arn: string) => { enqueue(message: StoredMessage): void } | undefined,
  ): { readonly ReceiptHandle: string }[];
  deleteMessage(receiptHandle: string): boolean;
  changeVisibility(receiptHandle: string, seconds: number): void;
  /** Ends when there may be a message, or the time is over; takes none. */
  waitForMessages(seconds: number): Promise<void>;
  cancelWaiters(): void;
  /** Makes visible what is due, and wakes who waits. */
  processTimers(): void;
  purge(): void;
  getAttribute(name: string): string | undefined;
}

/** What this file uses of fauxqs's queue besides. */
interface QueueInside extends StoredQueue {
  readonly lastModifiedTimestamp: number;
  persistence?: Persistence;
}

interface QueuesInside {
  createQueue(
    name: string,
    url: string,
    arn: string,
    attributes: Record<string, string>,
  ): QueueInside;
  getQueueByName(name: string): QueueInside | undefined;
  persistence?: Persistence;
}

interface Persistence {
  readonly db: {
    exec(sql: string): void;
    prepare(sql: string): { run(...values: string[]): void };
  };
  loadSqsQueues(queues: QueuesInside): void;
  updateQueueAttributes(name: string, attributes: object, modifiedAt: number): void;
  updateMessageReady(messageId: string): void;
  transaction(work: () => void): void;
  close(): void;
}

interface FauxqsParts {
  readonly createMessage: (
    body: string,
    attributes: MessageAttributes,
    delaySeconds: number | undefined,
    groupId: string | undefined,
  ) => StoredMessage;
  readonly md5OfMessageAttributes: (attributes: MessageAttributes) => string;
}

export interface QueueStore extends FauxqsParts {
  byArn(arn: string): StoredQueue | undefined;
  byName(name: string): StoredQueue | undefined;
  all(): readonly StoredQueue[];
  /** Runs synchronous work so that a kill leaves all or nothing of it on the disk. */
  atomically<T>(work: () => T): T;
  close(): void;
}

const loadFauxqs = async () => {
  const load = (path: string) => import(new URL(path, import.meta.resolve('fauxqs')).href);
  const [{ SqsStore }, { PersistenceManager }, { md5OfMessageAttributes }] = await Promise.all([
    load('sqs/sqsStore.js'),
    load('persistence.js'),
    load('common/md5.js'),
  ]);
  return {
    SqsStore: SqsStore as (new () => QueuesInside) & Pick<FauxqsParts, 'createMessage'>,
    PersistenceManager: PersistenceManager as new (folder: string) => Persistence,
    md5OfMessageAttributes: md5OfMessageAttributes as FauxqsParts['md5OfMessageAttributes'],
  };
};

/** Two mends. A commit waits for the operating system only, not for the disk: it must survive the
 *  end of the process, not of the machine, and a flush stops all calls for tens of milliseconds.
 *  And a message made visible again keeps its receive count: fauxqs writes NULL into a column that
 *  forbids it, which throws. */
const mend = (persistence: Persistence): Persistence => {
  persistence.db.exec('PRAGMA synchronous = OFF');
  const makeReady = persistence.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => makeReady.run(messageId);
  return persistence;
};

const attributesOf = ({ name, attributes, policies }: QueueModel): Record<string, string> => {
  if (attributes.FifoQueue === 'true') {
    throw new StartError(`Queue ${name} is a FIFO queue: local mode runs standard queues only.`);
  }
  if (policies.length === 0) return { ...attributes };
  const Statement = policies.flatMap((policy) => policy.Statement);
  return { ...attributes, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) };
};

/** Opens the stack's queues, empty or with the messages that `folder` kept. A kept queue that the
 *  stack no longer names stays on the disk, unseen. Throws on a FIFO queue. */
export const openQueueStore = async (
  models: readonly QueueModel[],
  folder?: string,
): Promise<QueueStore> => {
  const wanted = models.map((model) => ({ ...model, attributes: attributesOf(model) }));
  const { SqsStore, PersistenceManager, md5OfMessageAttributes } = await loadFauxqs();
  const kept = new SqsStore();
  const openKept = (): Persistence | undefined => {
    if (folder === undefined) return undefined;
    try {
      const opened = mend(new PersistenceManager(folder));
      opened.loadSqsQueues(kept);
      return opened;
    } catch (error) {
      throw unopened(folder, error);
    }
  };
  const persistence = openKept();
  const created = new SqsStore();
  if (persistence !== undefined) created.persistence = persistence;
  const defaults = new SqsStore();

  /** fauxqs replaces the row of a queue to write it again, and loses all its messages with it:
   *  update it instead. */
  const takeOver = (queue: QueueInside, model: (typeof wanted)[number]): QueueInside => {
    const { url, arn, attributes } = defaults.createQueue(
      model.name,
      model.url,
      model.arn,
      model.attributes,
    );
    Object.assign(queue, { url, arn, attributes });
    if (persistence !== undefined) queue.persistence = persistence;
    persistence?.updateQueueAttributes(model.name, queue.attributes, queue.lastModifiedTimestamp);
    return queue;
  };
  const queues = wanted.map((model): StoredQueue => {
    const queue = kept.getQueueByName(model.name);
    if (queue !== undefined) return takeOver(queue, model);
    return created.createQueue(model.name, model.url, model.arn, model.attributes);
  });
  const byArn = new Map(queues.map((queue) => [queue.arn, queue]));
  const byName = new Map(queues.map((queue) => [queue.name, queue]));

  return {
    createMessage: SqsStore.createMessage,
    md5OfMessageAttributes,
    byArn: (arn) => byArn.get(arn),
    byName: (name) => byName.get(name),
    all: () => queues,
    atomically: (work) => {
      if (persistence === undefined) return work();
      let result: ReturnType<typeof work> | undefined;
      persistence.transaction(() => {
        result = work();
      });
      return result as ReturnType<typeof work>;
    },
    close: () => {
      for (const queue of queues) {
        queue.cancelWaiters();
        // Whoever took them has ended before: at the next start they are there at once.
        for (const handle of queue.inflightMessages.keys()) queue.changeVisibility(handle, 0);
      }
      persistence?.close();
    },
  };
};
