// The execution environments of one function: how many there are, and which is used next.
import { randomUUID } from 'node:crypto';
import type { ExecutionEnvironment, InvocationEnd } from './execution-environment.ts';

export interface WorkerPoolOptions {
  /** Starts one more environment; called with a name that no other has. */
  readonly start: () => ExecutionEnvironment;
  /** Environments at once; a call beyond them waits until one is free. */
  readonly workersMax: number;
  /** Environments that load at the same time: more would only slow each other on a small
   *  machine. */
  readonly startsAtOnceMax: number;
  /** Milliseconds after which an idle environment ends, unless it is the only one. */
  readonly idleMs: number;
  /** Told of an environment that was lost, or could not start, while no call was there to hear
   *  of it. */
  readonly onTrouble: (text: string) => void;
}

export type PoolResult = InvocationEnd & { readonly durationMs: number };

export interface WorkerPool {
  /** Takes JSON text. `durationMs` is the handler's own time, without waiting or loading. Never
   *  rejects. */
  invoke(payload: string): Promise<PoolResult>;
  /** Starts environments until there are `count`; settles when these have loaded or failed to. */
  prewarm(count: number): Promise<void>;
  /** The environments that run an invocation now. */
  busy(): ExecutionEnvironment[];
  /** Ends all environments; their calls, and later ones, fail. */
  close(): Promise<void>;
}

interface Job {
  readonly payload: string;
  readonly resolve: (result: PoolResult) => void;
}

interface Pool {
  readonly options: WorkerPoolOptions;
  readonly all: Set<ExecutionEnvironment>;
  /** The last is the most recently used, and is used next: so the others get old enough to
   *  retire. */
  readonly idle: ExecutionEnvironment[];
  readonly running: Set<ExecutionEnvironment>;
  readonly retirements: Map<ExecutionEnvironment, NodeJS.Timeout>;
  readonly waiting: Job[];
  starting: number;
  closed: boolean;
}

/** No environment starts before the first call or `prewarm`. */
export const createWorkerPool = (options: WorkerPoolOptions): WorkerPool => {
  const pool: Pool = {
    options,
    all: new Set(),
    idle: [],
    running: new Set(),
    retirements: new Map(),
    waiting: [],
    starting: 0,
    closed: false,
  };
  return {
    invoke: (payload) =>
      new Promise((resolve) => {
        pool.waiting.push({ payload, resolve });
        serve(pool);
      }),
    prewarm: async (count) => {
      const missing = Math.min(count, options.workersMax) - pool.all.size;
      await Promise.all(Array.from({ length: Math.max(0, missing) }, () => startOne(pool)));
    },
    busy: () => [...pool.running],
    close: async () => {
      pool.closed = true;
      serve(pool);
      await Promise.all([...pool.all].map((environment) => environment.end()));
    },
  };
};

/** Gives waiting calls to idle environments, and starts more for those that remain. */
const serve = (pool: Pool): void => {
  const { all, waiting, options } = pool;
  while (waiting.length > 0) {
    if (pool.closed) {
      waiting.shift()?.resolve(failure('Runtime.ExitError: the function runner is closed'));
      continue;
    }
    const environment = takeIdle(pool);
    const job = environment && waiting.shift();
    if (!job) break;
    void run(pool, environment, job);
  }
  const startsMax = Math.min(waiting.length, options.startsAtOnceMax);
  while (pool.starting < startsMax && all.size < options.workersMax) void startOne(pool);
};

const takeIdle = ({ idle }: Pool): ExecutionEnvironment | undefined => {
  const place = idle.findLastIndex((each) => each.isAlive());
  return place < 0 ? undefined : idle.splice(place, 1)[0];
};

const run = async (pool: Pool, environment: ExecutionEnvironment, job: Job): Promise<void> => {
  clearTimeout(pool.retirements.get(environment));
  pool.retirements.delete(environment);
  pool.running.add(environment);
  const startedAt = performance.now();
  const end = await environment.invoke(randomUUID(), job.payload);
  const durationMs = performance.now() - startedAt;
  pool.running.delete(environment);
  release(pool, environment);
  job.resolve({ ...end, durationMs });
};

/** Loads one environment. Its failure is the first waiting call's, as Lambda answers it; the
 *  next call tries anew. */
const startOne = async (pool: Pool): Promise<void> => {
  const environment = pool.options.start();
  pool.all.add(environment);
  pool.starting += 1;
  void environment.ended.then((reason) => {
    if (pool.idle.includes(environment) && !pool.closed) {
      pool.options.onTrouble(`An idle environment ended. ${reason}`);
    }
    forget(pool, environment);
  });
  const failed = await environment.ready;
  pool.starting -= 1;
  if (failed && !pool.closed) {
    const job = pool.waiting.shift();
    if (job) job.resolve({ ...failed, durationMs: 0 });
    else pool.options.onTrouble(failed.detail);
  }
  release(pool, environment);
};

const release = (pool: Pool, environment: ExecutionEnvironment): void => {
  if (environment.isAlive() && !pool.closed) {
    pool.idle.push(environment);
    const timer = setTimeout(() => retire(pool, environment), pool.options.idleMs);
    pool.retirements.set(environment, timer.unref());
  }
  serve(pool);
};

const retire = (pool: Pool, environment: ExecutionEnvironment): void => {
  if (pool.all.size < 2) return;
  forget(pool, environment);
  void environment.end();
};

const forget = (pool: Pool, environment: ExecutionEnvironment): void => {
  clearTimeout(pool.retirements.get(environment));
  pool.retirements.delete(environment);
  const place = pool.idle.indexOf(environment);
  if (place >= 0) pool.idle.splice(place, 1);
  pool.all.delete(environment);
  serve(pool);
};

const failure = (error: string): PoolResult => ({
  kind: 'failed',
  error,
  detail: error,
  durationMs: 0,
});
