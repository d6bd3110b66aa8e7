// Pins what local mode assumes about fauxqs, of which it uses the store only: read this when an
// update turns red.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const part = (path: string) => import(new URL(path, import.meta.resolve('fauxqs')).href);
const { SqsStore } = await part('sqs/sqsStore.js');
const { PersistenceManager } = await part('persistence.js');
const { sendMessage } = await part('sqs/actions/sendMessage.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fauxqs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const newQueue = () => {
  const store = new SqsStore();
  return { store, queue: store.createQueue('q', 'http://h/0/q', 'arn:aws:sqs:r:0:q', {}) };
};

const keptQueue = () => {
  const { store, queue } = newQueue();
  const persistence = new PersistenceManager(folder);
  persistence.insertQueue(queue);
  queue.persistence = persistence;
  queue.enqueue(SqsStore.createMessage('one', {}, undefined, 'group'));
  return { store, queue, persistence };
};

it('has the version whose inner parts are known', () => {
  const manifest = new URL('../package.json', import.meta.resolve('fauxqs'));

  expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe('2.4.1');
});

it('keeps the group of a message over a restart', () => {
  const { persistence } = keptQueue();
  persistence.close();
  const again = new PersistenceManager(folder);
  const store = new SqsStore();

  again.loadSqsQueues(store);

  expect(store.getQueueByName('q').messages).toMatchObject([
    { body: 'one', messageGroupId: 'group' },
  ]);
  again.close();
});

describe('faults of fauxqs that local mode mends; delete the mend with the fault', () => {
  it('throws when a kept message is made visible again', () => {
    const { queue, persistence } = keptQueue();
    const [{ ReceiptHandle }] = queue.dequeue(1);

    expect(() => queue.changeVisibility(ReceiptHandle, 0)).toThrow('NOT NULL');
    persistence.close();
  });

  it('loses the messages of a queue whose row it writes again', () => {
    const { queue, persistence } = keptQueue();
    persistence.insertQueue(queue);
    const store = new SqsStore();

    persistence.loadSqsQueues(store);

    expect(store.getQueueByName('q').messages).toEqual([]);
    persistence.close();
  });

  it('drops the group, takes a delay of 901 s, and refuses an emoji, when it sends itself', () => {
    const { store, queue } = newQueue();
    const send = (more: object) =>
      sendMessage({ QueueUrl: queue.url, MessageBody: 'x', ...more }, store);

    send({ MessageGroupId: 'group' });
    send({ DelaySeconds: 901 });

    expect(queue.messages[0].messageGroupId).toBeUndefined();
    expect(queue.delayedMessages).toHaveLength(1);
    expect(() => send({ MessageBody: '👩' })).toThrow('Invalid characters');
  });
});
