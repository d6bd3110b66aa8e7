// `npm start` as a person runs it: a process of its own, what it prints, how it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '..', '..', '..');

export interface Command {
  readonly process: ChildProcess;
  /** All that it has printed so far, to both outputs. */
  readonly output: () => string;
  /** Resolves once the output matches. Rejects when the process ends before that, or after a minute. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the process has ended: with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** As Ctrl-C in a terminal does: to the command and to all that it started. */
  signal(name: NodeJS.Signals): void;
}

export interface CommandOptions {
  /** A copy of the project; this one if not given. */
  readonly folder?: string;
  /** The program and what comes before the arguments. @default what `npm start` runs, without npm */
  readonly command?: readonly string[];
}

const patienceMs = 60_000;

/** What the script `start` in package.json gives to node; a test compares them. */
export const startScript = ['--import', './infra/node-version.mjs', 'infra/local/main.ts'] as const;

export const startCommand = (
  parameters: readonly string[],
  { folder = projectFolder, command = [process.execPath, ...startScript] }: CommandOptions = {},
): Command => {
  const [program, ...before] = command;
  const child = spawn(program!, [...before, ...parameters], { cwd: folder, detached: true });
  let output = '';
  let news = Promise.withResolvers<void>();
  const tell = (): void => {
    news.resolve();
    news = Promise.withResolvers();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      tell();
    });
  }
  let end: number | string | undefined;
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      end = code ?? signal!;
      resolve(end);
      tell();
    });
  });
  return {
    process: child,
    output: () => output,
    ended,
    until: async (pattern) => {
      const late = setTimeout(tell, patienceMs);
      const deadline = Date.now() + patienceMs;
      try {
        for (;;) {
          const match = pattern.exec(output);
          if (match !== null) return match;
          if (end !== undefined)
            throw new Error(`ended with ${end}, without ${pattern}: ${output}`);
          if (Date.now() >= deadline) throw new Error(`no ${pattern} so far: ${output}`);
          await news.promise;
        }
      } finally {
        clearTimeout(late);
      }
    },
    signal: (name) => {
      if (end === undefined) process.kill(-child.pid!, name);
    },
  };
};

/** Runs the command to its end. */
export const runCommand = async (
  parameters: readonly string[],
  options?: CommandOptions,
): Promise<{ code: number | string; output: string }> => {
  const command = startCommand(parameters, options);
  const code = await command.ended;
  return { code, output: command.output() };
};
