// The documentation's folder: its templates and snippets, the contract as published, and which snippets ran.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract } from './contract.ts';
import type { SnippetSources } from './pages/receivers-page.ts';

/** Of a snippet that passed: the version of its language, and the file as it was. */
export interface Run {
  readonly with: string;
  readonly sha256: string;
}

const runsFile = 'snippets/runs.json';
const contractFile = 'contract.json';

export const pathInDocs = (file: string): string => join(import.meta.dirname, file);

const read = (file: string): string => readFileSync(pathInDocs(file), 'utf8');

const readJson = (file: string): unknown =>
  existsSync(pathInDocs(file)) ? JSON.parse(read(file)) : {};

export const readRuns = (): Readonly<Record<string, Run>> =>
  readJson(runsFile) as Record<string, Run>;

export const readContract = (): Contract => readJson(contractFile) as Contract;

export const digestOf = (file: string): string =>
  createHash('sha256').update(read(file)).digest('hex');

/** A snippet counts as run only as the file that it is now. */
export const docsFolder = (runs = readRuns()): SnippetSources => ({
  read,
  ranWith: (file) => (runs[file]?.sha256 === digestOf(file) ? runs[file].with : undefined),
});
