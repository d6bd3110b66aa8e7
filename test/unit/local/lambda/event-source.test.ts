// The poller: what becomes of messages, what it must be allowed, and how it ends.
import type { SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AccessRequest } from '../../../../infra/local/stack-model.ts';
import { createMemoryQueue } from './memory-queue.ts';
import {
  failed,
  failures,
  mapping,
  returned,
  roleArn,
  startSource,
  stopClock,
  tick,
} from './source-fixture.ts';

beforeAll(stopClock);

describe('messages', () => {
  it('are deleted when the function returned', async () => {
    const { queue, calls } = startSource();
    queue.put('a', 'b');
    await tick();

    calls[0]?.answer(returned());
    await tick();

    expect(queue.deleted).toEqual(['a', 'b']);
  });

  it('stay hidden until their visibility time-out when the function reported them', async () => {
    const { queue, calls } = startSource();
    queue.put('a', 'b', 'c');
    await tick();

    calls[0]?.answer(failures(['id-1']));
    await tick();

    expect([queue.deleted, queue.hidden(), queue.visible()]).toEqual([['a', 'c'], ['b'], []]);
  });

  it.each([
    ['the function failed', failed],
    ['its answer cannot be read', returned({ batchItemFailures: [{ itemIdentifier: 'other' }] })],
  ])('all stay hidden when %s', async (_, result) => {
    const { queue, calls } = startSource();
    queue.put('a', 'b');
    await tick();

    calls[0]?.answer(result);
    await tick();

    expect([queue.deleted, queue.hidden()]).toEqual([[], ['a', 'b']]);
  });

  it('are all deleted, whatever the answer, where the mapping does not ask for failures', async () => {
    const { queue, calls } = startSource({ reportBatchItemFailures: false });
    queue.put('a');
    await tick();

    calls[0]?.answer(failures(['id-0']));
    await tick();

    expect(queue.deleted).toEqual(['a']);
  });

  it.each([
    ['reported', failures(['id-0']), ['a']],
    ['of a failed call', failed, ['a', 'b']],
  ])('%s come again at once with fast redrive', async (_, result, again) => {
    const { queue, calls } = startSource({}, { fastRedrive: true });
    queue.put('a', 'b');
    await tick();

    calls[0]?.answer(result);
    await tick(1);

    expect(calls[1]?.bodies).toEqual(again);
  });

  it('are all called and deleted in the end, whatever fails on the way, and none after its success', async () => {
    const counts = fc.integer({ min: 0, max: 40 });
    const seeds = fc.infiniteStream(fc.constantFrom('ok', 'ok', 'report', 'fail'));
    await fc.assert(
      fc.asyncProperty(counts, seeds, async (count, acts) => {
        const succeeded: string[] = [];
        const { queue, source } = startSource(
          {},
          {
            fastRedrive: true,
            functions: {
              invoke: async (_, event) => {
                const act = acts.next().value;
                const { Records } = event as SQSEvent;
                const reported = act === 'report' ? Records.slice(0, 3) : [];
                if (act === 'fail') return failed;
                const done = Records.filter((each) => !reported.includes(each));
                succeeded.push(...done.map(({ body }) => body));
                return failures(reported.map(({ messageId }) => messageId));
              },
            },
          },
        );
        const bodies = Array.from({ length: count }, (_, index) => String(index));

        queue.put(...bodies);
        await tick(60_000);
        await source.close();

        expect(queue.deleted.toSorted()).toEqual(bodies.toSorted());
        expect(succeeded.toSorted()).toEqual(bodies.toSorted());
      }),
      { numRuns: 30 },
    );
  });
});

describe('permissions', () => {
  const denyUntil = (isAllowed: () => boolean) => {
    const asked: AccessRequest[] = [];
    const authorize = (access: AccessRequest) => {
      asked.push(access);
      return access.action !== 'sqs:DeleteMessage' || isAllowed()
        ? { allowed: true as const }
        : { allowed: false as const, reason: 'not authorized to perform: sqs:DeleteMessage' };
    };
    return { asked, authorize };
  };

  it('are those of the function`s role on the queue', async () => {
    const { asked, authorize } = denyUntil(() => true);

    startSource({}, { authorize });
    await tick();

    expect(asked).toEqual(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({
        principal: { kind: 'role', arn: roleArn },
        action,
        resourceArn: mapping.queueArn,
        context: { 'aws:SecureTransport': 'true' },
      })),
    );
  });

  it('that are missing are told once by name; nothing is polled until they are there', async () => {
    let allowed = false;
    const { authorize } = denyUntil(() => allowed);
    const { queue, calls, observations } = startSource({}, { authorize });
    queue.put('a');
    await tick(60_000);
    const before = queue.asked.length;

    allowed = true;
    await tick(5_000);

    expect(before).toBe(0);
    expect(observations).toMatchObject([
      { kind: 'denied', reason: 'not authorized to perform: sqs:DeleteMessage' },
    ]);
    expect(calls).toHaveLength(1);
  });
});

describe('trouble', () => {
  it('with the queue is told, and the queue is tried again', async () => {
    const queue = createMemoryQueue();
    let faults = 1;
    const receive: typeof queue.receive = async (...asked) => {
      if (faults-- > 0) throw new Error('the disk is full');
      return queue.receive(...asked);
    };
    const { calls, observations } = startSource({}, { queues: { ...queue, receive } });
    queue.put('a');

    await tick(5_000);

    expect(calls).toHaveLength(1);
    expect(observations).toMatchObject([
      {
        kind: 'trouble',
        text: 'From queue deliveries to deliver: the queue could not be polled. Error: the disk is full',
      },
    ]);
  });

  it('with an answer that cannot be read is told with its reason', async () => {
    const { queue, calls, observations } = startSource();
    queue.put('a');
    await tick();

    calls[0]?.answer(returned('ok'));
    await tick();

    expect(observations).toMatchObject([
      {
        kind: 'trouble',
        text: 'From queue deliveries to deliver: the whole batch counts as failed, since the answer is not an object.',
      },
    ]);
  });

  it('with a function that cannot be called leaves the messages to come again', async () => {
    const invoke = async () => {
      throw new Error('no such function');
    };
    const { queue, observations } = startSource({}, { functions: { invoke } });
    queue.put('a');

    await tick();

    expect(queue.hidden()).toEqual(['a']);
    expect(observations).toMatchObject([
      { kind: 'trouble', text: expect.stringContaining('Error: no such function') },
    ]);
  });
});

describe('ends', () => {
  it('never begins for a disabled mapping', async () => {
    const { queue, source } = startSource({ enabled: false });
    queue.put('a');

    await tick(60_000);
    await source.close();

    expect(queue.asked).toEqual([]);
  });

  it('stop the long poll, and wait for the batch that runs', async () => {
    const { queue, calls, source } = startSource();
    queue.put('a');
    await tick(10);
    let closed = false;

    const closing = source.close().then(() => {
      closed = true;
    });
    await tick();
    const [waiting, early] = [queue.waiting(), closed];
    calls[0]?.answer(returned());
    await closing;

    expect([waiting, early, queue.deleted]).toEqual([0, false, ['a']]);
  });

  it('do not wait for ever, and then leave the queue alone', async () => {
    const { queue, calls, source } = startSource({}, { fastRedrive: true });
    queue.put('a');
    await tick(10);

    const closing = source.close();
    await tick(3_000);
    await closing;
    calls[0]?.answer(failed);
    await tick();

    expect([queue.hidden(), queue.visible()]).toEqual([['a'], []]);
  });

  it('give back what a receive brought after all', async () => {
    const queue = createMemoryQueue();
    const late = Promise.withResolvers<void>();
    const receive: typeof queue.receive = async (arn, max) => {
      await late.promise;
      return queue.receive(arn, max, 0, new AbortController().signal);
    };
    const { calls, source } = startSource({}, { queues: { ...queue, receive } });
    queue.put('a');
    await tick();

    const closing = source.close();
    late.resolve();
    await closing;

    expect([calls.length, queue.visible()]).toEqual([0, ['a']]);
  });
});
