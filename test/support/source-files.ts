// The project's own source files, for the rules that hold of all of them.
import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

export const projectRoot = resolve(import.meta.dirname, '..', '..');

export interface SourceFile {
  /** From the project's root, with `/`: `shared/event.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** TypeScript and JavaScript of these folders, without what is generated. */
export const sourceFiles = (
  folders: readonly string[] = ['infra', 'functions', 'shared', 'test'],
): SourceFile[] =>
  globSync(
    folders.map((folder) => `${folder}/**/*.{ts,mts,mjs,js}`),
    { cwd: projectRoot },
  )
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/(^|\/)(generated|node_modules)\//.test(path))
    .toSorted()
    .map(readSource);

const readSource = (path: string): SourceFile => {
  const text = readFileSync(join(projectRoot, path), 'utf8');
  return { path, text, lines: text.replace(/\n$/, '').split('\n') };
};

export interface Import {
  readonly specifier: string;
  /** Where a relative import leads, from the project's root: `shared/event.ts`; undefined for a package. */
  readonly target: string | undefined;
  /** Erased before the program runs. */
  readonly isTypeOnly: boolean;
}

const importPattern =
  /^\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'|\bimport\.meta\.resolve\(\s*'([^']+)'/gm;

/** Every import and re-export of a file: static, for effect, dynamic. `typeof import(…)` counts as a type. */
export const importsOf = ({ path, text }: SourceFile): Import[] =>
  [...text.matchAll(importPattern)].map((match) => {
    const [, type, ...specifiers] = match;
    const specifier = specifiers.find((found) => found !== undefined)!;
    const isTypeOnly = type !== undefined || text.slice(0, match.index).endsWith('typeof ');
    const target = specifier.startsWith('.')
      ? relative(projectRoot, resolve(projectRoot, path, '..', specifier))
          .split(sep)
          .join('/')
      : undefined;
    return { specifier, target, isTypeOnly };
  });

export interface FunctionSpan {
  /** The line that it starts on, from 1. */
  readonly line: number;
  readonly lineCount: number;
  /** Its first line, to name it by. */
  readonly head: string;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Opens a body: an arrow, a function, a method; not a statement's block, an object or a class. */
const opensFunction = (line: string): boolean =>
  /=> \{$/.test(line) ||
  (/\)(: [^={]+)? \{$/.test(line) &&
    !/^\s*(\} )?(if|else|for|while|switch|catch|return)\b/.test(line));

/** Every function with a block, by the formatter's indentation: a parser would be one more dependency. */
export const functionsOf = ({ lines }: SourceFile): FunctionSpan[] =>
  lines.flatMap((line, index) => {
    if (!opensFunction(line)) return [];
    const indent = indentOf(line);
    const isOwnLevel = (other: string) => other.trim() !== '' && indentOf(other) === indent;
    const end = lines.findIndex(
      (other, at) => at > index && isOwnLevel(other) && other.trimStart().startsWith('}'),
    );
    // A signature over several lines ends in `) => {`: it starts further up.
    const start = /^[)}\]]/.test(line.trimStart())
      ? lines.findLastIndex(
          (other, at) => at < index && isOwnLevel(other) && !/^[)}\]]/.test(other.trimStart()),
        )
      : index;
    return [{ line: start + 1, lineCount: end - start + 1, head: lines[start]!.trim() }];
  });
