// How large the poller's batches are, how many run at once, and what it waits for.
import { beforeAll, describe, expect, it } from 'vitest';
import { failed, failures, returned, startSource, stopClock, tick } from './source-fixture.ts';

beforeAll(stopClock);

describe('batches', () => {
  it('have no more messages than the batch size, and follow full ones at once', async () => {
    const { queue, calls } = startSource({ batchSize: 3 });
    queue.put('a', 'b', 'c', 'd', 'e');

    await tick();

    expect(calls.map(({ bodies }) => bodies)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  it('wait for nothing when the queue was empty', async () => {
    const { queue, calls } = startSource();
    await tick();

    queue.put('a');
    await tick();

    expect(calls.map(({ bodies }) => bodies)).toEqual([['a']]);
  });

  it('gather for a moment while another runs, so that they are not of one message each', async () => {
    const { queue, calls } = startSource();
    queue.put('a');
    await tick();

    queue.put('b');
    await tick(1);
    queue.put('c');
    await tick(1);

    expect(calls.map(({ bodies }) => bodies)).toEqual([['a'], ['b', 'c']]);
  });

  it('gather until a call ends, if that is sooner', async () => {
    const { queue, calls } = startSource();
    queue.put('a');
    await tick();

    queue.put('b');
    calls[0]?.answer(returned());
    await tick();

    expect(calls.map(({ bodies }) => bodies)).toEqual([['a'], ['b']]);
  });

  it('gather no longer behind one that waits for somebody: it takes no core', async () => {
    const { queue, calls } = startSource({ maximumConcurrency: 4 });
    queue.put('a');
    await tick(1_000);

    queue.put('b');
    await tick(1);
    queue.put('c');
    await tick(1);

    expect(calls.map(({ bodies }) => bodies)).toEqual([['a'], ['b'], ['c']]);
  });

  it('with a window wait for more, until they are full or it ends', async () => {
    const { queue, calls } = startSource({ batchSize: 3, batchingWindowSeconds: 2 });
    queue.put('a');
    await tick(1_500);
    queue.put('b', 'c');
    await tick();
    queue.put('d');
    await tick(1_999);
    const before = calls.length;

    await tick(1);

    expect(before).toBe(1);
    expect(calls.map(({ bodies }) => bodies)).toEqual([['a', 'b', 'c'], ['d']]);
  });
});

describe('concurrency', () => {
  it.each([
    ['the mapping`s maximum', 2, 2],
    ['five without a maximum', undefined, 5],
  ])('stops the polling at %s', async (_, maximumConcurrency, expected) => {
    const { queue, calls } = startSource({ batchSize: 1, maximumConcurrency });
    queue.put('a', 'b', 'c', 'd', 'e', 'f', 'g');

    await tick(60_000);

    expect(calls).toHaveLength(expected);
    expect(queue.asked).toHaveLength(expected);
  });

  it('takes the next batch when one of those ends', async () => {
    const { queue, calls } = startSource({ batchSize: 1 });
    queue.put('a', 'b', 'c');
    await tick();

    calls[1]?.answer(returned());
    await tick();

    expect(calls.map(({ bodies }) => bodies)).toEqual([['a'], ['b'], ['c']]);
  });

  it('falls after faults of the function, which also slow the polling, and rises again', async () => {
    const { queue, calls } = startSource({ batchSize: 1, maximumConcurrency: 4 });
    queue.put('a', 'b', 'c', 'd', 'e', 'f', 'g');
    await tick();
    for (const call of calls) call.answer(failed);

    await tick(99);
    const soon = calls.length;
    await tick(5_000);
    const later = calls.length;
    calls[4]?.answer(returned());
    await tick();

    expect([soon, later, calls.length]).toEqual([4, 5, 7]);
  });

  it('does not fall for messages that the function reported', async () => {
    const { queue, calls } = startSource({ batchSize: 1 });
    queue.put('a', 'b', 'c', 'd');
    await tick();

    for (const call of calls.slice()) call.answer(failures(call.ids));
    await tick();

    expect(calls).toHaveLength(4);
  });
});
