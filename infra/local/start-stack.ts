// Puts the local engines together around one template, and takes them apart again.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CallHook, startAwsEndpoint, type Unkind } from './aws/start-aws-endpoint.ts';
import { createAuthorizer } from './iam/authorize.ts';
import { startEventSource } from './lambda/event-source.ts';
import { createFunctionRunner, type FunctionRunner } from './lambda/function-runner.ts';
import { startFunctionUrl } from './lambda/function-url.ts';
import { overridesOf } from './overrides-of.ts';
import { reservePort } from './reserve-port.ts';
import type { Authorize, FunctionModel, Observe, QueueEngine, StackModel } from './stack-model.ts';
import { StartError } from './start-error.ts';
import { readAssets } from './template/read-assets.ts';
import { readTemplate } from './template/read-template.ts';

export interface StartOptions {
  /** A cloud assembly, as `cdk synth` writes it. */
  readonly assemblyFolder: string;
  readonly region: string;
  readonly accountId: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** 0 takes a free one. */
  readonly adminPort: number;
  /** Keeps tables and queues over a restart, and over a kill. */
  readonly dataFolder?: string;
  /** Where to write what `cdk deploy --outputs-file` would write. */
  readonly outputsFile?: string;
  /** Values for variables that the template gives a function: what must differ on one machine. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly sweepSeconds?: number;
  /** Environments of each function to load before the start is over; 1 if not given. */
  readonly prewarm?: number;
  /** Milliseconds after which idle environments, all but one, end; a minute if not given. */
  readonly idleMs?: number;
  /** As unkind as AWS may be: indexes that lag, reads that are stale, messages twice and out of order. */
  readonly unkind?: Unkind;
  readonly hook?: CallHook;
  /** Messages of a failed batch come back at once: for tests that cannot wait three minutes. */
  readonly fastRedrive?: boolean;
  /** Called back for all that happens, from the start on: a mapping that may not poll says so only then. */
  readonly observe?: Observe;
  /** A change to the template before it is read: for tests that take a part away. */
  readonly editTemplate?: (template: unknown) => unknown;
}

export interface RunningStack {
  readonly model: StackModel;
  readonly endpointUrl: string;
  readonly adminUrl: string;
  readonly functions: FunctionRunner;
  readonly queues: QueueEngine;
  /** Calls back for all that happens from now on; the answer ends it. */
  watch(observe: Observe): () => void;
  close(): Promise<void>;
}

/** Starts everything, and answers when events can be put. Throws a sentence on a busy port or a template that
 *  cannot be run here; then nothing stays open. */
export const startStack = async (options: StartOptions): Promise<RunningStack> => {
  const port = options.port || (await freePort());
  const adminPort = options.adminPort || (await freePort());
  const model = readModel(options, port, adminPort);
  const watchers = new Set<Observe>(options.observe && [options.observe]);
  const watch = (watcher: Observe) => {
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  };
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).reverse()) await each();
  };
  try {
    const engines = await startEngines(options, model, port, closers, (observation) => {
      for (const watcher of watchers) watcher(observation);
    });
    if (options.outputsFile !== undefined) await writeOutputs(options.outputsFile, model);
    return { model, adminUrl: `http://127.0.0.1:${adminPort}/`, ...engines, watch, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** How to take apart what was started, in the order of starting. */
type Closers = (() => Promise<void>)[];

const startEngines = async (
  options: StartOptions,
  model: StackModel,
  port: number,
  closers: Closers,
  observe: Observe,
): Promise<Pick<RunningStack, 'endpointUrl' | 'functions' | 'queues'>> => {
  const authorize = createAuthorizer(model);
  for (const fn of model.functions) refuseStrangeRole(fn, authorize);
  const endpoint = await startAwsEndpoint({
    stack: model,
    port,
    authorize,
    observe,
    ...(options.dataFolder !== undefined && { dataFolder: options.dataFolder }),
    ...(options.unkind && { unkind: options.unkind }),
    ...(options.hook && { hook: options.hook }),
    ...(options.sweepSeconds !== undefined && { scheduleSeconds: options.sweepSeconds }),
  });
  closers.push(() => endpoint.close());
  const { queues, url: endpointUrl } = endpoint;
  const functions = createFunctionRunner({
    functions: model.functions,
    region: model.region,
    endpointUrl,
    observe,
    overridesOf: (fn) => overridesOf(fn, options.environment ?? {}),
    prewarm: options.prewarm ?? 1,
    ...(options.idleMs !== undefined && { idleMs: options.idleMs }),
  });
  closers.push(() => functions.close());
  endpoint.useFunctions(functions);
  const callers = { region: model.region, queues, functions, authorize, observe };
  for (const mapping of model.mappings) {
    const fn = model.functions.find(({ arn }) => arn === mapping.functionArn)!;
    const fastRedrive = options.fastRedrive ?? false;
    const source = startEventSource({ ...callers, mapping, fn, fastRedrive });
    closers.push(() => source.close());
  }
  for (const url of model.functionUrls) {
    const server = await startFunctionUrl({ ...callers, url, stack: model });
    closers.push(() => server.close());
  }
  await functions.prewarmed;
  return { endpointUrl, functions, queues };
};

const readModel = (options: StartOptions, port: number, adminPort: number): StackModel => {
  const { stackName, template, assetFolders } = readAssets(options.assemblyFolder);
  return readTemplate(options.editTemplate?.(template) ?? template, {
    stackName,
    region: options.region,
    accountId: options.accountId,
    endpointUrl: `http://127.0.0.1:${port}`,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    assetFolders,
  });
};

/** As the creation of the function would fail on AWS. */
const refuseStrangeRole = ({ name, arn, roleArn }: FunctionModel, authorize: Authorize): void => {
  const decision = authorize({
    principal: { kind: 'service', service: 'lambda.amazonaws.com', sourceArn: arn },
    action: 'sts:AssumeRole',
    resourceArn: roleArn,
    context: {},
  });
  if (!decision.allowed) {
    throw new StartError(
      `The role of the function ${name} cannot be assumed by Lambda: ${decision.reason}`,
    );
  }
};

/** The shape of `cdk deploy --outputs-file`: stack name, output, value. */
const writeOutputs = async (file: string, { name, outputs }: StackModel): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ [name]: outputs }, null, 2)}\n`);
};

/** Queue URLs hold the port, so it must be known before anything listens. */
const freePort = async (): Promise<number> => {
  const { port, release } = await reservePort(0);
  await release();
  return port;
};
