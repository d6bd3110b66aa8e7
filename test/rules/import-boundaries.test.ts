// Who may import whom. A wrong import is a design that changed without anybody saying so.
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { type Import, importsOf, sourceFiles } from '../support/source-files.ts';

/** `file -> import` for every import of these folders that breaks a rule. */
const offences = (
  folders: readonly string[],
  isOffence: (imported: Import, path: string) => boolean,
): string[] =>
  sourceFiles(folders).flatMap((file) =>
    importsOf(file)
      .filter((imported) => isOffence(imported, file.path))
      .map(({ specifier }) => `${file.path} -> ${specifier}`),
  );

/** The top-level folder that an import leads into: `functions`. */
const folderOf = ({ target }: Import): string | undefined => target?.split('/')[0];

/** `functions/deliver`. */
const functionOf = (path: string): string => path.split('/').slice(0, 2).join('/');

describe('shared/', () => {
  it('imports neither infra/ nor functions/ nor test/', () => {
    expect(
      offences(
        ['shared'],
        (imported) => imported.target !== undefined && folderOf(imported) !== 'shared',
      ),
    ).toEqual([]);
  });
});

describe('functions/', () => {
  it('imports shared/ and its own folder only: no function knows another', () => {
    expect(
      offences(
        ['functions'],
        ({ target }, path) =>
          target !== undefined &&
          !target.startsWith('shared/') &&
          functionOf(target) !== functionOf(path),
      ),
    ).toEqual([]);
  });

  it('and shared/ touch the AWS SDK at the rim only', () => {
    const rim =
      /^(shared\/([a-z-]+-table|row|get-rows|query-rows|send-messages|bury|put-events|publish)|functions\/([a-z-]+\/main|deliver\/load-batch|admin\/operations\/queues))\.ts$/;

    expect(
      offences(
        ['shared', 'functions'],
        ({ specifier }, path) => specifier.startsWith('@aws-sdk/') && !rim.test(path),
      ),
    ).toEqual([]);
  });

  it('and shared/ have side effects on import in main.ts only: nobody imports one', () => {
    expect(
      offences(
        ['shared', 'functions', 'infra'],
        ({ target, isTypeOnly }) =>
          !isTypeOnly && /^functions\/[a-z-]+\/main\.ts$/.test(target ?? ''),
      ),
    ).toEqual([]);
  });

  it('and shared/ read the environment in one file', () => {
    const readers = sourceFiles(['shared', 'functions'])
      .filter(({ text }) => /\bprocess\.env\b/.test(text))
      .map(({ path }) => path);

    expect(readers).toEqual(['shared/read-environment.ts']);
  });

  it('and shared/ never speak of local mode', () => {
    const speakers = sourceFiles(['shared', 'functions'])
      .filter(({ text }) =>
        /\b(isLocal|local mode|infra\/local|127\.0\.0\.1:4566|AWS_ENDPOINT_URL)\b/i.test(text),
      )
      .map(({ path }) => path);

    // The pattern language serves subscriptions' filters and the local bus alike, and says so.
    expect(speakers.filter((path) => !path.startsWith('shared/event-pattern'))).toEqual([]);
  });
});

describe('infra/', () => {
  it('imports types alone from functions/', () => {
    expect(
      offences(['infra'], (imported) => folderOf(imported) === 'functions' && !imported.isTypeOnly),
    ).toEqual([]);
  });

  it('imports nothing from test/', () => {
    expect(offences(['infra'], (imported) => folderOf(imported) === 'test')).toEqual([]);
  });

  it('that is deployed imports nothing from infra/local/', () => {
    expect(
      offences(
        ['infra'],
        ({ target }, path) =>
          !path.startsWith('infra/local/') && (target ?? '').startsWith('infra/local/'),
      ),
    ).toEqual([]);
  });
});

describe('every import', () => {
  it('stays within the project', () => {
    expect(
      offences(['infra', 'functions', 'shared', 'test'], ({ target }) =>
        (target ?? '').startsWith('..'),
      ),
    ).toEqual([]);
  });

  it('of a package is of one that package.json names, and that a deployed function may have', () => {
    const { dependencies, devDependencies } = manifest;
    const deployed = [...Object.keys(dependencies), 'aws-lambda'];
    const all = [...deployed, ...Object.keys(devDependencies)];
    const packageOf = (specifier: string) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
    const isForeign = (specifier: string) => !/^[.]|^node:/.test(specifier);

    expect(
      offences(
        ['shared', 'functions'],
        ({ specifier }) => isForeign(specifier) && !deployed.includes(packageOf(specifier)),
      ),
    ).toEqual([]);
    expect(
      offences(
        ['infra', 'test'],
        ({ specifier }) => isForeign(specifier) && !all.includes(packageOf(specifier)),
      ),
    ).toEqual([]);
  });

  it('is found by these rules: they would see a new one', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { b } from '../b.ts';",
      'import {\n  c,\n  d,\n} from "x";'.replaceAll('"', "'"),
      "import './effect.ts';",
      "export { e } from './e.ts';",
      "const f = await import('./f.ts');",
      "let g: typeof import('./g.ts');",
    ].join('\n');

    const found = importsOf({ path: 'shared/file.ts', text, lines: [] });

    expect(
      found.map(({ target, specifier, isTypeOnly }) => [target ?? specifier, isTypeOnly]),
    ).toEqual([
      ['shared/a.ts', false],
      ['b.ts', true],
      ['x', false],
      ['shared/effect.ts', false],
      ['shared/e.ts', false],
      ['shared/f.ts', false],
      ['shared/g.ts', true],
    ]);
  });
});
