#!/usr/bin/env node
// What `npx rappel` runs: hands over to the Node that the project brings along, where there is one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));

const brought = pathOf('../../node_modules/.bin/node');
const child = spawn(
  existsSync(brought) ? brought : process.execPath,
  ['--import', new URL('../node-version.mjs', import.meta.url).href, pathOf('main.ts')].concat(
    process.argv.slice(2),
  ),
  { stdio: 'inherit' },
);

// Ctrl-C reaches the child from the terminal; a kill of this process alone is passed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});
