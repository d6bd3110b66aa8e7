// Puts the local engines together around one template, and takes them apart again.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CallHook, startAwsEndpoint, type Unkind } from './aws/start-aws-endpoint.ts';
import { createAuthorizer } from './iam/authorize.ts';
import { type EventSource, startEventSource } from './lambda/event-source.ts';
import { createFunctionRunner, type FunctionRunner } from './lambda/function-runner.ts';
import { startFunctionUrl } from './lambda/function-url.ts';
import type { Observation, Observe, StackModel } from './stack-model.ts';
import { readAssets } from './template/read-assets.ts';
import { readTemplate } from './template/read-template.ts';

export interface StartOptions {
  /** A cloud assembly, as `cdk synth` writes it. */
  readonly assemblyFolder: string;
  readonly region: string;
  readonly accountId: string;
  readonly port: number;
  readonly adminPort: number;
  readonly dataFolder?: string;
  /** Over the template's own: what must differ on one machine, such as the callback allow-list. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly sweepSeconds?: number;
  readonly unkind?: Unkind;
  readonly hook?: CallHook;
  /** Messages of a failed batch come back at once: for tests that cannot wait three minutes. */
  readonly fastRedrive?: boolean;
  /** A change to the template before it is read: for tests that take a part away. */
  readonly editTemplate?: (template: Record<string, unknown>) => void;
}

export interface RunningStack {
  readonly model: StackModel;
  readonly endpointUrl: string;
  readonly adminUrl: string;
  readonly functions: FunctionRunner;
  /** Calls back for all that happens from now on; the answer ends it. */
  watch(observe: Observe): () => void;
  close(): Promise<void>;
}
