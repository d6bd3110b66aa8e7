// Runs the template's functions: the same bundles and variables as on AWS, in worker threads.
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { FunctionEngine, FunctionModel, InvokeResult, Observe } from '../stack-model.ts';
import { type ExecutionEnvironment, startExecutionEnvironment } from './execution-environment.ts';
import { environmentOf } from './lambda-environment.ts';
import { createWorkerPool, type PoolResult, type WorkerPool } from './worker-pool.ts';

export interface FunctionRunnerOptions {
  readonly functions: readonly FunctionModel[];
  readonly region: string;
  /** Where the functions' SDK clients find every service. */
  readonly endpointUrl: string;
  readonly observe: Observe;
  /** Variables beside the template's: local mode's callback allow-list. Lambda's own names win
   *  over them. */
  readonly overridesOf?: (fn: FunctionModel) => Readonly<Record<string, string>>;
  /** Environments of each function to load now instead of at the first call; 0 if not given. */
  readonly prewarm?: number;
  /** Environments of one function at once, below its reserved concurrency; 32 if not given: a slow lane that is full
   *  takes ten, and receivers that hang must leave the fast lane some. */
  readonly workersPerFunctionMax?: number;
  /** Milliseconds after which idle environments, all but one, end; a minute if not given. */
  readonly idleMs?: number;
}

export interface FunctionRunner extends FunctionEngine {
  /** Settles when the environments to load beforehand have loaded. A failure is observed, not
   *  thrown. */
  readonly prewarmed: Promise<void>;
  /** Ends the workers that run an invocation of this function now, in the middle of whatever
   *  they do; their calls fail. Only the one with this session token if it is given: each
   *  environment has its own, and sends it with every call to a service. Gives the number ended. */
  endWorkers(functionName: string, sessionToken?: string): Promise<number>;
  /** Ends all workers. Calls under way, and later ones, fail. */
  close(): Promise<void>;
}

/** Bytes of an invocation's event, and of its result.
 *  https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const payloadBytesMax = 6 * 1024 * 1024;

/** AWS's sentence on an event over the limit. */
export const tooLargeText = `Request must be smaller than ${payloadBytesMax} bytes for the InvokeFunction operation`;

/** Bytes that Lambda in fact allows a result; its error names this number. */
const resultBytesMax = payloadBytesMax + 100;

interface LocalFunction {
  readonly fn: FunctionModel;
  readonly pool: WorkerPool;
  readonly tokens: WeakMap<ExecutionEnvironment, string>;
}

/** A call over a function's concurrency waits; AWS would throttle it, and its pollers would try
 *  again. `invoke` throws when the function does not exist or its payload is not JSON. */
export const createFunctionRunner = (options: FunctionRunnerOptions): FunctionRunner => {
  const functions = new Map(options.functions.map((fn) => [fn.arn, createFunction(options, fn)]));
  const all = [...functions.values()];
  const prewarmed = Promise.all(all.map(({ pool }) => pool.prewarm(options.prewarm ?? 0)));
  return {
    prewarmed: prewarmed.then(() => undefined),
    invoke: async (functionArn, payload) => {
      const local = functions.get(functionArn);
      if (!local) throw new Error(`ResourceNotFoundException: Function not found: ${functionArn}`);
      const result = await invoke(local, payload);
      report(options.observe, local.fn.name, result);
      return resultOf(result);
    },
    endWorkers: async (functionName, sessionToken) => {
      const doomed = all
        .filter(({ fn }) => fn.name === functionName)
        .flatMap(({ pool, tokens }) =>
          pool
            .busy()
            .filter((each) => sessionToken === undefined || tokens.get(each) === sessionToken),
        );
      await Promise.all(doomed.map((environment) => environment.end()));
      return doomed.length;
    },
    close: async () => {
      await Promise.all(all.map(({ pool }) => pool.close()));
    },
  };
};

const createFunction = (options: FunctionRunnerOptions, fn: FunctionModel): LocalFunction => {
  const { region, endpointUrl, observe } = options;
  const tokens = new WeakMap<ExecutionEnvironment, string>();
  const log = (line: string) =>
    observe({ kind: 'log', at: Date.now(), functionName: fn.name, line });
  const start = () => {
    const sessionToken = `${fn.logicalId}-${randomUUID()}`;
    const overrides = options.overridesOf?.(fn);
    const environment = environmentOf(fn, { region, endpointUrl, sessionToken, overrides });
    const started = startExecutionEnvironment({ fn, environment, log });
    tokens.set(started, sessionToken);
    return started;
  };
  const pool = createWorkerPool({
    start,
    workersMax: Math.min(fn.reservedConcurrency ?? Infinity, options.workersPerFunctionMax ?? 32),
    startsAtOnceMax: Math.max(2, availableParallelism()),
    idleMs: options.idleMs ?? 60_000,
    onTrouble: (text) =>
      observe({ kind: 'trouble', at: Date.now(), text: `Function ${fn.name}: ${text}` }),
  });
  return { fn, pool, tokens };
};

const invoke = async ({ fn, pool }: LocalFunction, payload: unknown): Promise<PoolResult> => {
  const text = JSON.stringify(payload ?? null);
  if (Buffer.byteLength(text) > payloadBytesMax) {
    return failure(`RequestTooLargeException: ${tooLargeText}`);
  }
  if (fn.reservedConcurrency === 0) {
    return failure('TooManyRequestsException: Rate Exceeded. The reserved concurrency is 0.');
  }
  const result = await pool.invoke(text);
  if (result.kind === 'returned' && Buffer.byteLength(result.text) > resultBytesMax) {
    return failure(
      'Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed ' +
        `payload size (${resultBytesMax} bytes).`,
      result.durationMs,
    );
  }
  return result;
};

const failure = (error: string, durationMs = 0): PoolResult => ({
  kind: 'failed',
  error,
  detail: error,
  durationMs,
});

const report = (observe: Observe, functionName: string, result: PoolResult): void => {
  const at = Date.now();
  if (result.kind === 'failed') observe({ kind: 'log', at, functionName, line: result.detail });
  const { kind, durationMs } = result;
  observe({ kind: 'invoked', at, functionName, result: kind, durationMs });
};

const resultOf = (result: PoolResult): InvokeResult =>
  result.kind === 'returned'
    ? { kind: 'returned', value: JSON.parse(result.text), durationMs: result.durationMs }
    : { kind: 'failed', error: result.error, durationMs: result.durationMs };
