// `npm run docs`: writes the documentation. Stops where the catalogue breaks what receivers rely on.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { eventTypes } from '../shared/event-types.ts';
import { buildAdminDocs } from './build-admin-docs.ts';
import { buildDocs } from './build-docs.ts';
import { explainBreakingChanges, findBreakingChanges } from './compare-contracts.ts';
import { contractOf } from './contract.ts';
import {
  digestOf,
  docsFolder,
  pathInDocs,
  type Run,
  readContract,
  readRuns,
} from './docs-folder.ts';
import { findToolchain, runSnippet } from './run-snippet.ts';
import { snippetDeliveries } from './snippet-deliveries.ts';
import { type SnippetLanguage, snippetLanguages } from './snippet-languages.ts';

/** Runs each snippet that has changed since it last passed, where its language is installed. */
const runChanged = (runs: Readonly<Record<string, Run>>): Record<string, Run> => {
  const current = Object.entries(runs).filter(([file, { sha256 }]) => sha256 === digestOf(file));
  const changed = snippetLanguages.filter(
    ({ snippet }) => !current.some(([file]) => file === snippet),
  );
  return Object.fromEntries([...current, ...changed.flatMap(runOnce)].sort());
};

const runOnce = ({ name, snippet, ...language }: SnippetLanguage): [string, Run][] => {
  const installed = findToolchain({ name, snippet, ...language });
  if (installed === undefined) {
    console.log(`${snippet} was not run: ${name} is not installed here.`);
    return [];
  }
  const deliveries = snippetDeliveries(Math.floor(Date.now() / 1000));
  const judgements = runSnippet(installed.toolchain, deliveries);
  const wrong = deliveries.filter(({ expected }, index) => expected !== judgements[index]);
  if (wrong.length > 0) {
    throw new Error(`${snippet} fails: ${wrong.map((delivery) => delivery.name).join('; ')}`);
  }
  return [[snippet, { with: installed.version, sha256: digestOf(snippet) }]];
};

const entries = Object.values(eventTypes);
const published = readContract();
const changes = findBreakingChanges(published, contractOf(entries, published));

if (changes.length > 0) {
  console.error(explainBreakingChanges(changes));
  process.exitCode = 1;
} else {
  const runs = runChanged(readRuns());
  const files = new Map([
    ...buildDocs(entries, published, docsFolder(runs)),
    ...buildAdminDocs(),
    ['snippets/runs.json', `${JSON.stringify(runs, null, 2)}\n`],
  ]);
  for (const [file, text] of files) {
    mkdirSync(dirname(pathInDocs(file)), { recursive: true });
    writeFileSync(pathInDocs(file), text);
  }
  console.log(`Wrote ${[...files.keys()].map((file) => `docs/${file}`).join(', ')}.`);
}
