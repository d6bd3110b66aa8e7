// Synthesizes the stack once for all whole-stack tests: two seconds that need not be spent in each file.
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

export default async (project: TestProject): Promise<void> => {
  const folder = join(import.meta.dirname, '..', '..', '..', '.build', 'test-assembly');
  project.provide('assemblyFolder', await synthesize(folder, { region, accountId }));
};
