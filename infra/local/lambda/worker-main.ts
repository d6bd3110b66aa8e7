// Runs inside a worker: loads one function's handler and calls it, as Lambda's runtime does.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { InvokeMessage, WorkerMessage, WorkerStart } from './execution-environment.ts';

type Handler = (event: unknown, context: object) => unknown;

/** A fault that Lambda's runtime names itself. */
class RuntimeError extends Error {
  override readonly name: string;

  constructor(name: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

const start = workerData as WorkerStart;
const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
const logStreamName = `${day}/[$LATEST]${randomUUID().replaceAll('-', '')}`;

const send = (message: WorkerMessage): void => parentPort?.postMessage(message);

/** Lines go out on the same port as results, so that a line never comes after the end of its
 *  invocation. Lambda puts time, request id and level before a console line; these come as they
 *  were written. */
const captureLines = (stream: NodeJS.WriteStream): (() => void) => {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const flush = (): void => {
    if (rest !== '') send({ kind: 'log', line: rest });
    rest = '';
  };
  const write = (chunk: string | Uint8Array, ...more: unknown[]): boolean => {
    const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) send({ kind: 'log', line });
    const done = more.at(-1);
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
  stream.write = write as typeof stream.write;
  return flush;
};

const textOf = (fault: unknown): { error: string; detail: string } => {
  if (!(fault instanceof Error)) {
    const error = `${fault === null ? 'null' : typeof fault}: ${String(fault)}`;
    return { error, detail: error };
  }
  const error = `${fault.name}: ${fault.message}`;
  return { error, detail: fault.stack?.includes(fault.message) ? fault.stack : error };
};

const load = async (): Promise<Handler> => {
  const [, file, exportName] = /^(.*?[^./\\]+)\.([^./\\]+)$/.exec(start.handler) ?? [];
  if (file === undefined || exportName === undefined) {
    throw new RuntimeError(
      'Runtime.MalformedHandlerName',
      `Bad handler: "${start.handler}" is not of the form file.export`,
    );
  }
  const path = join(start.folder, `${file}.mjs`);
  if (!existsSync(path)) {
    throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${path}'`);
  }
  const exported = (await importNamed(path))[exportName];
  if (typeof exported !== 'function') {
    const why = `${start.handler} is undefined or not exported`;
    throw new RuntimeError('Runtime.HandlerNotFound', why);
  }
  if (exported.length > 2) {
    // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
    const why = 'Node.js 24 takes no callback: the handler has more than two parameters';
    throw new RuntimeError('Runtime.CallbackHandlerDeprecated', why);
  }
  return exported as Handler;
};

const importNamed = async (path: string): Promise<Record<string, unknown>> => {
  try {
    return await import(pathToFileURL(path).href);
  } catch (fault) {
    if (fault instanceof SyntaxError) {
      throw new RuntimeError('Runtime.UserCodeSyntaxError', String(fault), fault);
    }
    if (fault instanceof Error && 'code' in fault && fault.code === 'ERR_MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', String(fault), fault);
    }
    throw fault;
  }
};

const contextOf = ({ requestId, deadlineMs }: InvokeMessage): object => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: start.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: start.functionArn,
  memoryLimitInMB: String(start.memoryMb),
  awsRequestId: requestId,
  logGroupName: `/aws/lambda/${start.functionName}`,
  logStreamName,
  getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
});

const resultText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (fault) {
    throw new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body', fault);
  }
};

const run = async (handler: Handler, message: InvokeMessage): Promise<WorkerMessage> => {
  try {
    const value = await handler(JSON.parse(message.payload), contextOf(message));
    return { kind: 'returned', text: resultText(value) };
  } catch (fault) {
    return { kind: 'failed', ...textOf(fault) };
  }
};

const main = async (): Promise<void> => {
  const flushes = [captureLines(process.stdout), captureLines(process.stderr)];
  const flush = (): void => {
    for (const each of flushes) each();
  };
  const die = (fault: unknown, status: number): void => {
    flush();
    send({ kind: 'fatal', ...textOf(fault) });
    process.exit(status);
  };
  process.on('exit', flush);
  process.on('uncaughtException', (fault) => die(fault, 129));
  process.on('unhandledRejection', (reason) => {
    const { error, detail } = textOf(reason);
    die(
      Object.assign(new RuntimeError('Runtime.UnhandledPromiseRejection', error), {
        stack: detail,
      }),
      128,
    );
  });
  const handler = await load().catch((fault) => die(fault, 1));
  if (!handler) return;
  parentPort?.on('message', async (message: InvokeMessage) => {
    const end = await run(handler, message);
    flush();
    send(end);
  });
  send({ kind: 'ready' });
};

await main();
