// How many environments a function has, and which of them is used next.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  ExecutionEnvironment,
  Failure,
  InvocationEnd,
} from '../../../../infra/local/lambda/execution-environment.ts';
import { createWorkerPool } from '../../../../infra/local/lambda/worker-pool.ts';

/** An environment that loads, answers and ends when the test says so. */
const fakeEnvironment = (name: string) => {
  const loading = Promise.withResolvers<Failure | undefined>();
  const exit = Promise.withResolvers<string>();
  const calls: ((end: InvocationEnd) => void)[] = [];
  let alive = true;
  const end = (reason: string) => {
    alive = false;
    const failure: Failure = { kind: 'failed', error: reason, detail: reason };
    loading.resolve(failure);
    for (const answer of calls.splice(0)) answer(failure);
    exit.resolve(reason);
  };
  const environment: ExecutionEnvironment = {
    ready: loading.promise,
    ended: exit.promise,
    isAlive: () => alive,
    invoke: () => new Promise((resolve) => calls.push(resolve)),
    end: async () => end('ended'),
  };
  return {
    environment,
    load: () => loading.resolve(undefined),
    answer: () => calls.shift()?.({ kind: 'returned', text: `"${name}"` }),
    end,
    isAlive: () => alive,
    isRunning: () => calls.length > 0,
  };
};

const settle = () => vi.advanceTimersByTimeAsync(0);

const startPool = (changes: { workersMax?: number; startsAtOnceMax?: number } = {}) => {
  const started: ReturnType<typeof fakeEnvironment>[] = [];
  const troubles: string[] = [];
  const pool = createWorkerPool({
    start: () => {
      const fake = fakeEnvironment(`worker ${started.length}`);
      started.push(fake);
      return fake.environment;
    },
    workersMax: 10,
    startsAtOnceMax: 10,
    idleMs: 1000,
    onTrouble: (text) => troubles.push(text),
    ...changes,
  });
  return { pool, started, troubles };
};

/** A pool whose `count` environments are loaded and idle; the last started was used last. */
const startIdle = async (count: number) => {
  const running = startPool();
  const warm = running.pool.prewarm(count);
  for (const each of running.started) each.load();
  await warm;
  return running;
};

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('starting', () => {
  it('begins with none', () => {
    const { started } = startPool();

    expect(started).toHaveLength(0);
  });

  it('adds one for each call that finds none free', async () => {
    const { pool, started } = startPool();

    void pool.invoke('1');
    void pool.invoke('2');
    await settle();

    expect(started).toHaveLength(2);
  });

  it('adds none beyond the maximum; further calls wait', async () => {
    const { pool, started } = startPool({ workersMax: 1 });
    const calls = [pool.invoke('1'), pool.invoke('2')];

    started[0]?.load();
    await settle();
    started[0]?.answer();
    await settle();
    started[0]?.answer();
    const results = await Promise.all(calls);

    expect(results).toMatchObject([{ text: '"worker 0"' }, { text: '"worker 0"' }]);
    expect(started).toHaveLength(1);
  });

  it('loads no more at a time than it is told', async () => {
    const { pool, started } = startPool({ startsAtOnceMax: 2 });
    for (const call of ['1', '2', '3']) void pool.invoke(call);
    const before = started.length;

    started[0]?.load();
    await settle();

    expect([before, started.length]).toEqual([2, 3]);
  });

  it('gives a waiting call to one that comes free, rather than let it wait for a start', async () => {
    const { pool, started } = await startIdle(1);
    void pool.invoke('1');
    const second = pool.invoke('2');
    await settle();

    started[0]?.answer();
    await settle();
    started[0]?.answer();
    const result = await second;

    expect(result).toMatchObject({ text: '"worker 0"' });
  });

  it('fails the first waiting call when one cannot load, and starts another for the next', async () => {
    const { pool, started } = startPool({ startsAtOnceMax: 1 });
    const calls = [pool.invoke('1'), pool.invoke('2')];

    started[0]?.end('no table');
    await settle();
    started[1]?.load();
    await settle();
    started[1]?.answer();
    const results = await Promise.all(calls);

    expect(results).toMatchObject([{ error: 'no table' }, { text: '"worker 1"' }]);
  });
});

describe('reuse', () => {
  it('takes the one used last', async () => {
    const { pool, started } = await startIdle(3);
    const first = pool.invoke('1');
    await settle();
    started[2]?.answer();
    await first;

    void pool.invoke('2');

    expect(started.map((each) => each.isRunning())).toEqual([false, false, true]);
  });

  it('never takes one that is no longer alive, even before its end is known', async () => {
    const { pool, started } = await startIdle(2);

    started[1]?.end('lost');
    void pool.invoke('1');

    expect(started.map((each) => each.isRunning())).toEqual([true, false]);
  });

  it('tells of an idle one that was lost', async () => {
    const { started, troubles } = await startIdle(1);

    started[0]?.end('lost');
    await settle();

    expect(troubles).toEqual(['An idle environment ended. lost']);
  });
});

describe('retirement', () => {
  it('ends idle ones after the idle time, all but the last', async () => {
    const { started } = await startIdle(3);

    await vi.advanceTimersByTimeAsync(999);
    const before = started.filter((each) => each.isAlive()).length;
    await vi.advanceTimersByTimeAsync(1);
    const after = started.filter((each) => each.isAlive()).length;

    expect([before, after]).toEqual([3, 1]);
  });

  it('counts the idle time from the last call, and spares one that is running', async () => {
    const { pool, started, troubles } = await startIdle(2);
    void pool.invoke('1');

    await vi.advanceTimersByTimeAsync(5000);

    expect(started.map((each) => each.isAlive())).toEqual([false, true]);
    expect(troubles).toEqual([]);
  });
});
