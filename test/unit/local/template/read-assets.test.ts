// A cloud assembly on disk: what it gives, and what is said of a missing or broken one.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAssets } from '../../../../infra/local/template/read-assets.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rappel-assembly-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const stackArtifact = {
  type: 'aws:cloudformation:stack',
  dependencies: ['Demo.assets'],
  properties: { templateFile: 'Demo.template.json', stackName: 'Demo-test' },
};

const file = (path: string, packaging: string, objectKey: string) => ({
  source: { path, packaging },
  destinations: { here: { bucketName: 'assets', objectKey } },
});

/** Writes an assembly in order; a file given as undefined is left out. */
const writeAssembly = (over: Record<string, unknown> = {}) => {
  mkdirSync(join(folder, 'asset.abc'));
  const files = {
    'manifest.json': {
      artifacts: {
        Demo: stackArtifact,
        'Demo.assets': { type: 'cdk:asset-manifest', properties: { file: 'Demo.assets.json' } },
      },
    },
    'Demo.assets.json': {
      files: {
        abc: file('asset.abc', 'zip', 'abc.zip'),
        template: file('Demo.template.json', 'file', 'template.json'),
      },
    },
    'Demo.template.json': { Resources: {} },
    ...over,
  };
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), text);
  }
};

describe('readAssets', () => {
  it("gives the stack's name, its template and the folders of its code", () => {
    writeAssembly();

    expect(readAssets(folder)).toEqual({
      stackName: 'Demo-test',
      template: { Resources: {} },
      assetFolders: new Map([['abc.zip', join(folder, 'asset.abc')]]),
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no manifest', { 'manifest.json': undefined }, 'manifest.json: run `npm run synth`.'],
    ['a broken manifest', { 'manifest.json': '{' }, 'manifest.json is not what CDK writes: run'],
    ['another manifest', { 'manifest.json': {} }, 'manifest.json is not what CDK writes: run'],
    ['no template', { 'Demo.template.json': undefined }, 'There is no'],
    ['no list of assets', { 'Demo.assets.json': undefined }, 'There is no'],
    ['no stack', { 'manifest.json': { artifacts: {} } }, 'has 0 (none)'],
    [
      'two stacks',
      { 'manifest.json': { artifacts: { Demo: stackArtifact, Other: stackArtifact } } },
      'has 2 (Demo, Other)',
    ],
    [
      'an asset that is gone',
      { 'Demo.assets.json': { files: { x: file('asset.x', 'zip', 'x.zip') } } },
      'asset.x is missing: run `npm run synth` again.',
    ],
  ])('says in one sentence that there is %s', (_what, over, sentence) => {
    writeAssembly(over);

    expect(() => readAssets(folder)).toThrow(
      expect.objectContaining({ code: 'ASSEMBLY', message: expect.stringContaining(sentence) }),
    );
  });
});
