// What holds of every source file: a purpose on its first line, a size that one head can hold, a name that says it.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionsOf, projectRoot, type SourceFile, sourceFiles } from '../support/source-files.ts';

const fileLinesMax = 300;
const functionLinesMax = 70;

const files = sourceFiles();
const code = files.filter(({ path }) => !path.startsWith('test/'));

/** `path: why`, for each file that breaks a rule. */
const offences = (
  some: readonly SourceFile[],
  problemsOf: (file: SourceFile) => string[],
): string[] =>
  some.flatMap((file) => problemsOf(file).map((problem) => `${file.path}: ${problem}`));

/** 1-based numbers of the lines that match. */
const linesThat = ({ lines }: SourceFile, matches: (line: string) => boolean): string[] =>
  lines.flatMap((line, index) => (matches(line) ? [`line ${index + 1}`] : []));

describe('every source file', () => {
  it('is seen by these rules', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.map(({ path }) => path)).toContain('shared/event.ts');
  });

  it('says on its first line what it is for', () => {
    expect(
      offences(files, ({ lines }) => {
        const first = lines[0]?.startsWith('#!') ? lines[1] : lines[0];
        return /^\/\/ \S.{10,}/.test(first ?? '') ? [] : ['no comment'];
      }),
    ).toEqual([]);
  });

  it(`has ${fileLinesMax} lines at most`, () => {
    expect(
      offences(files, ({ lines }) =>
        lines.length > fileLinesMax ? [`${lines.length} lines`] : [],
      ),
    ).toEqual([]);
  });

  it('is named for what it holds, in kebab-case', () => {
    const vague = /^(index|utils?|helpers?|common|commons|misc|types|lib|shared|constants)\b/;

    expect(
      offences(files, ({ path }) => {
        const name = path.slice(path.lastIndexOf('/') + 1);
        const isKebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.(ts|mts|mjs|js)$/.test(name);
        return isKebab && !vague.test(name) ? [] : [name];
      }),
    ).toEqual([]);
  });

  it('has no TODO without a link to its issue', () => {
    expect(
      offences(files, (file) =>
        linesThat(
          file,
          (line) => /\b(TODO|FIXME|XXX|HACK)\b/.test(line) && !/https?:\/\/\S+/.test(line),
        ),
      ).filter((offence) => !offence.startsWith('test/rules/')),
    ).toEqual([]);
  });

  it('switches no check off without saying why', () => {
    expect(
      offences(files, (file) =>
        linesThat(file, (line) =>
          /@ts-(ignore|nocheck)|@ts-expect-error\s*$|biome-ignore [^:]*:\s*$/.test(line),
        ),
      ).filter((offence) => !offence.startsWith('test/rules/')),
    ).toEqual([]);
  });

  it('is of this machine and this project alone', () => {
    const foreign = /\/(work|home|root|Users)\/[a-z]/;

    expect(
      offences(files, (file) => linesThat(file, (line) => foreign.test(line))).filter(
        (offence) => !offence.startsWith('test/rules/'),
      ),
    ).toEqual([]);
  });

  it('reads no file outside the project', () => {
    const upwards = /['"]((?:\.\.\/)+[^'"\s*${}]*)['"]/g;
    const climbing = /import\.meta\.dirname((?:,\s*'\.\.')+)/g;
    const leadsOut = ({ path, text }: SourceFile): string[] => {
      const folder = join(projectRoot, path, '..');
      const paths = [...text.matchAll(upwards)]
        .map(([, found]) => found!)
        // A path that is meant from the folder that a process runs in leads nowhere from the file's own.
        .filter(
          (found) =>
            !resolve(folder, found).startsWith(projectRoot) ||
            (/^(\.\.\/)+shared\b/.test(found) && !existsSync(resolve(folder, found))),
        );
      const climbs = [...text.matchAll(climbing)]
        .map(([whole, steps]) => ({ whole, up: steps!.split('..').length - 1 }))
        .filter(({ up }) => up >= path.split('/').length)
        .map(({ whole }) => whole);
      return [...paths, ...climbs];
    };
    // Hostile paths are data there, and are never opened.
    const opened = files.filter(({ path }) => !/hostile|^test\/rules\//.test(path));

    expect(offences(opened, leadsOut)).toEqual([]);
  });
});

describe('every function', () => {
  it(`has ${functionLinesMax} lines at most`, () => {
    expect(
      offences(code, (file) =>
        functionsOf(file)
          .filter(({ lineCount }) => lineCount > functionLinesMax)
          .map(({ line, lineCount, head }) => `line ${line}, ${lineCount} lines: ${head}`),
      ),
    ).toEqual([]);
  });

  it('is measured by these rules: they know where one begins and ends', () => {
    const text = `// A file.
export const one = async (
  a: string,
): Promise<void> => {
  if (a) {
    return;
  }
};

class Two extends Three {
  constructor(scope: Four) {
    super(scope);
  }
}

function three() {
  return { a: 1 };
}
`;
    const spans = functionsOf({ path: 'a.ts', text, lines: text.split('\n') });

    expect(spans.map(({ line, lineCount }) => [line, lineCount])).toEqual([
      [2, 7],
      [11, 3],
      [16, 3],
    ]);
  });
});

describe('the project', () => {
  it('has no re-exporting barrels', () => {
    const barrels = code.filter(({ lines }) => {
      const statements = lines.filter((line) => line.trim() !== '' && !line.startsWith('//'));
      return statements.length > 0 && statements.every((line) => /^export .* from /.test(line));
    });

    expect(barrels.map(({ path }) => path)).toEqual([]);
  });
});
