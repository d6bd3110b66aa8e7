// Bundles the functions with esbuild: one folder a function, one file in it, ready for Lambda.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync, type OutputFile } from 'esbuild';

const functionNames = ['fan-out', 'deliver', 'sweep', 'admin'] as const;
export type FunctionName = (typeof functionNames)[number];

const root = join(import.meta.dirname, '..');
const outputFolder = join(root, '.build', 'functions');

/**
 * Writes every function's bundle and returns the folder of each. One esbuild call serves all: CDK's
 * NodejsFunction starts a process for each, and would take a second a function on two cores.
 * The AWS SDK is bundled in, at the version that was tested, and loads faster than the runtime's own.
 */
export const bundleFunctions = (): Record<FunctionName, string> => {
  const { outputFiles } = buildSync({
    entryPoints: functionNames.map((name) => ({
      in: join(root, 'functions', name, 'main.ts'),
      out: join(name, 'index'),
    })),
    outdir: outputFolder,
    write: false,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Prefers the ES modules of packages, whose unused parts fall away.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    // CommonJS parts of the SDK call `require`, which an ES module does not have.
    banner: {
      js: "import { createRequire as rappelRequire } from 'node:module'; const require = rappelRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  for (const file of outputFiles) replaceFile(file);
  return Object.fromEntries(
    functionNames.map((name) => [name, join(outputFolder, name)]),
  ) as Record<FunctionName, string>;
};

/** At one stroke, and only where it differs: another start or test may be reading it. */
const replaceFile = ({ path, contents }: OutputFile): void => {
  mkdirSync(dirname(path), { recursive: true });
  if (readOr(path, Buffer.alloc(0)).equals(contents)) return;
  const next = `${path}.${process.pid}`;
  writeFileSync(next, contents);
  renameSync(next, path);
};

const readOr = (path: string, otherwise: Buffer): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    return otherwise;
  }
};
