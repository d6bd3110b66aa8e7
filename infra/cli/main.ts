// `npx rappel`: Rappel's command line, for local mode and for a deployed stack alike.
import { randomUUID } from 'node:crypto';
import { runRappel } from './run-rappel.ts';

/** What a shell gives for a program that Ctrl-C ended. */
const interruptedCode = 130;

const stop = new AbortController();
const take = (): void => {
  if (stop.signal.aborted) process.exit(interruptedCode);
  stop.abort();
};
process.on('SIGINT', take).on('SIGTERM', take);
// Such as `rappel list | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE')
    process.stderr.write(`What is printed cannot be written: ${error.code}.\n`);
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exitCode = await runRappel(process.argv.slice(2), {
  env: process.env,
  stopped: stop.signal,
  isTerminal: process.stdout.isTTY,
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  now: () => new Date(),
  newKey: randomUUID,
});
