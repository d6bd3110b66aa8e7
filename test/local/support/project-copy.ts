// A copy of what `npm start` needs of the project, for tests that break something in it.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from './command.ts';

export interface ProjectCopy {
  readonly folder: string;
  remove(): void;
}

/** With the packages of this project, unless they are to be missing. */
export const copyProject = ({ installed = true } = {}): ProjectCopy => {
  const folder = mkdtempSync(join(tmpdir(), 'rappel-copy-'));
  for (const name of ['infra', 'functions', 'shared', 'package.json', 'cdk.json']) {
    cpSync(join(projectFolder, name), join(folder, name), { recursive: true });
  }
  if (installed) symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
};
