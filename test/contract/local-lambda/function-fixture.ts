// Functions for the tests of local Lambda: small bundles, written to a folder of their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import {
  createFunctionRunner,
  type FunctionRunner,
  type FunctionRunnerOptions,
} from '../../../infra/local/lambda/function-runner.ts';
import type { FunctionModel, Observation } from '../../../infra/local/stack-model.ts';

/** A function whose bundle is this source; the folder goes when the test ends. */
export const functionOf = (source: string, changes: Partial<FunctionModel> = {}): FunctionModel => {
  const assetFolder = mkdtempSync(join(tmpdir(), 'rappel-function-'));
  onTestFinished(() => rmSync(assetFolder, { recursive: true, force: true }));
  writeFileSync(join(assetFolder, 'index.mjs'), source);
  const name = changes.name ?? 'fan-out';
  return {
    logicalId: 'FanOut',
    name,
    arn: `arn:aws:lambda:eu-west-3:000000000000:function:${name}`,
    handler: 'index.handler',
    assetFolder,
    environment: {},
    timeoutSeconds: 30,
    memoryMb: 256,
    roleArn: 'arn:aws:iam::000000000000:role/fan-out',
    ...changes,
  };
};

export interface RunningFunctions {
  readonly runner: FunctionRunner;
  readonly observations: Observation[];
  /** The log lines so far. */
  lines(): string[];
}

/** Runs functions until the test ends, and keeps what they let be seen. */
export const runFunctions = (
  functions: readonly FunctionModel[],
  options: Partial<FunctionRunnerOptions> = {},
): RunningFunctions => {
  const observations: Observation[] = [];
  const runner = createFunctionRunner({
    functions,
    region: 'eu-west-3',
    endpointUrl: 'http://127.0.0.1:4566',
    ...options,
    observe: (observation) => {
      observations.push(observation);
      options.observe?.(observation);
    },
  });
  onTestFinished(() => runner.close());
  return {
    runner,
    observations,
    lines: () => observations.flatMap((each) => (each.kind === 'log' ? [each.line] : [])),
  };
};

/** One file of source and all it imports, as the stack bundles its functions. */
export const bundle = async (source: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
  });
  return outputFiles[0]?.text ?? '';
};

/** Serves on a free port until the test ends; gives the address. */
export const listen = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise((listening) => server.once('listening', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};
