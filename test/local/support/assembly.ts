// Synthesizes the stack once for all whole-stack tests: two seconds that need not be spent in each file.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../../infra/local/synthesize.ts';

export const region = 'eu-west-3';
export const accountId = '000000000000';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly assemblyFolder: string;
  }
}

/** A folder a process: two runs of the tests do not take each other's away. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const builds = join(import.meta.dirname, '..', '..', '..', '.build');
  const folder = join(builds, `test-assembly-${process.pid}`);
  project.provide('assemblyFolder', await synthesize(folder, { region, accountId }));
  return () => rm(folder, { recursive: true, force: true });
};
