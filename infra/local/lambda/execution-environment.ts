// One execution environment of a function: a worker thread that shares nothing with others.
import { Worker } from 'node:worker_threads';
import type { FunctionModel } from '../stack-model.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly folder: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
}

/** From the environment to its worker. */
export interface InvokeMessage {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
}

/** `error` reads `type: message`, in Lambda's words; `detail` has the stack too, for the log. */
export interface Failure {
  readonly kind: 'failed';
  readonly error: string;
  readonly detail: string;
}

/** From the worker. After `failed` it can take the next invocation; after `fatal` it ends
 *  itself. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'returned'; readonly text: string }
  | Failure
  | (Omit<Failure, 'kind'> & { readonly kind: 'fatal' })
  | { readonly kind: 'log'; readonly line: string };

export type InvocationEnd = Extract<WorkerMessage, { kind: 'returned' }> | Failure;

export interface ExecutionEnvironment {
  /** Undefined when the handler is loaded, otherwise why it could not be. Never rejects. */
  readonly ready: Promise<Failure | undefined>;
  /** Settles with the reason when the worker has ended. Never rejects. */
  readonly ended: Promise<string>;
  /** False as soon as it is certain that no further invocation can run here. */
  isAlive(): boolean;
  /** One at a time; the caller keeps to it. Takes JSON text. Never rejects. */
  invoke(requestId: string, payload: string): Promise<InvocationEnd>;
  /** Ends the worker wherever it is, as the loss of its machine would. */
  end(): Promise<void>;
}

export interface ExecutionEnvironmentOptions {
  readonly fn: FunctionModel;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

interface State {
  readonly worker: Worker;
  readonly exited: PromiseWithResolvers<string>;
  alive: boolean;
  killed: boolean;
  /** Why it is not alive. */
  reason?: string;
  /** Of the invocation under way, or of the last one. */
  requestId?: string;
  /** Ends what is being waited for: the handler's loading, or an invocation. */
  settle?: (end: InvocationEnd | undefined) => void;
}

/** Milliseconds that Lambda gives to loading a function before it starts over.
 *  https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const initTimeoutMs = 10_000;

/** Starts the worker at once. Lambda freezes an environment between two invocations. A worker
 *  thread cannot be frozen: what a handler leaves running stands still on AWS, and goes on
 *  running here. */
export const startExecutionEnvironment = (
  options: ExecutionEnvironmentOptions,
): ExecutionEnvironment => {
  const { fn } = options;
  const worker = startWorker(options);
  const state: State = { worker, exited: Promise.withResolvers(), alive: true, killed: false };
  // Loading a second time would take as long again, so a slow start gets the time of both tries at
  // once.
  const ready = settled(state, initTimeoutMs + fn.timeoutSeconds * 1000, fn.timeoutSeconds);
  worker.on('message', (message: WorkerMessage) => receive(state, options.log, message));
  worker.on('error', (error) => fail(state, faultOf(fn, error)));
  worker.on('exit', (code) => {
    const text = exitText(state, code);
    fail(state, text);
    state.exited.resolve(state.reason ?? text);
  });
  return {
    ready: ready.then((end) => (end?.kind === 'failed' ? end : undefined)),
    ended: state.exited.promise,
    isAlive: () => state.alive,
    invoke: (requestId, payload) => invoke(state, fn, requestId, payload),
    end: () => terminate(state),
  };
};

const startWorker = ({ fn, environment }: ExecutionEnvironmentOptions): Worker => {
  const start: WorkerStart = {
    folder: fn.assetFolder,
    handler: fn.handler,
    functionName: fn.name,
    functionArn: fn.arn,
    memoryMb: fn.memoryMb,
  };
  return new Worker(new URL('./worker-main.ts', import.meta.url), {
    name: fn.name,
    workerData: start,
    env: { ...environment },
    // Flags of this process, a test runner's for one, are not the function's.
    argv: [],
    execArgv: [],
    // The worker sends its lines itself; what Node writes past it is not for our console.
    stdout: true,
    stderr: true,
    // Measured on Node 24: with a larger young generation, a heap that bursts its limit can end
    // this whole process instead of its worker.
    resourceLimits: { maxOldGenerationSizeMb: fn.memoryMb, maxYoungGenerationSizeMb: 16 },
  });
};

const invoke = async (
  state: State,
  fn: FunctionModel,
  requestId: string,
  payload: string,
): Promise<InvocationEnd> => {
  state.requestId = requestId;
  const limitMs = fn.timeoutSeconds * 1000;
  const end = settled(state, limitMs, fn.timeoutSeconds);
  const message: InvokeMessage = { requestId, payload, deadlineMs: Date.now() + limitMs };
  state.worker.postMessage(message);
  return (await end) as InvocationEnd;
};

const settled = (state: State, limitMs: number, statedSeconds: number) =>
  new Promise<InvocationEnd | undefined>((resolve) => {
    const timer = setTimeout(() => {
      const text = `Task timed out after ${statedSeconds.toFixed(2)} seconds`;
      fail(state, `Sandbox.Timedout: ${requestText(state)}${text}`);
      void terminate(state);
    }, limitMs);
    state.settle = (end) => {
      state.settle = undefined;
      clearTimeout(timer);
      resolve(end);
    };
  });

const receive = (state: State, log: (line: string) => void, message: WorkerMessage): void => {
  if (message.kind === 'log') log(message.line);
  else if (message.kind === 'ready') state.settle?.(undefined);
  else if (message.kind === 'fatal') fail(state, message.error, message.detail);
  else state.settle?.(message);
};

/** The environment is lost, and with it whatever runs in it. The first reason given is the one
 *  that counts. */
const fail = (state: State, error: string, detail = error): void => {
  state.alive = false;
  state.reason ??= detail;
  state.settle?.({ kind: 'failed', error, detail });
};

const terminate = async (state: State): Promise<void> => {
  state.alive = false;
  state.killed = true;
  await state.worker.terminate();
};

const requestText = ({ requestId }: State): string =>
  requestId === undefined ? 'Error: ' : `RequestId: ${requestId} Error: `;

const exitText = (state: State, code: number): string => {
  const how = state.killed
    ? 'with error: signal: killed'
    : code === 0
      ? 'without providing a reason'
      : `with error: exit status ${code}`;
  return `Runtime.ExitError: ${requestText(state)}Runtime exited ${how}`;
};

/** Faults that end a worker without its own words: chiefly a heap over the function's memory. */
const faultOf = (fn: FunctionModel, error: unknown): string =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? `Runtime.OutOfMemory: Error: Runtime exited with error: signal: killed (${fn.memoryMb} MB)`
    : `Runtime.ExitError: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`;
