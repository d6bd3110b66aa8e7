// A template with a part taken away or spoilt: refused by name, or read; never a crash.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../../../infra/local/iam/authorize.ts';
import { type CloudAssembly, readAssets } from '../../../../infra/local/template/read-assets.ts';
import { readTemplate } from '../../../../infra/local/template/read-template.ts';
import { TemplateError } from '../../../../infra/local/template/template-error.ts';
import { context } from './context.ts';
import { synthesizeSample } from './sample-stack.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

const folder = mkdtempSync(join(tmpdir(), 'rappel-broken-'));
let assembly: CloudAssembly;

beforeAll(() => {
  assembly = readAssets(synthesizeSample(folder));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is refused of it; empty when it can be run. */
const refusalsOf = (template: unknown) => {
  const { stackName, assetFolders } = assembly;
  try {
    createAuthorizer(readTemplate(template, { ...context, stackName, assetFolders }));
    return [];
  } catch (error) {
    if (error instanceof TemplateError) return error.refusals;
    throw error;
  }
};

const pathsOf = (value: Json, path: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const children = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
};

const replaceAt = (value: Json, [key, ...rest]: Path, replacement: Json): Json => {
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === key ? replaceAt(item, rest, replacement) : item));
  }
  const object = value as Record<string, Json>;
  return { ...object, [key]: replaceAt(object[key] ?? null, rest, replacement) };
};

describe('readTemplate', () => {
  it('names whoever refers to a resource that is taken away', () => {
    const template = assembly.template as { Resources: Record<string, unknown> };
    let referrerCount = 0;
    for (const taken of Object.keys(template.Resources)) {
      const { [taken]: _gone, ...Resources } = template.Resources;
      const referrers = Object.entries(Resources).filter(([, it]) =>
        JSON.stringify(it).includes(`"${taken}"`),
      );
      referrerCount += referrers.length;

      const refusals = refusalsOf({ ...template, Resources });

      for (const [logicalId] of referrers) {
        const why = expect.stringContaining(taken);
        expect(refusals).toContainEqual(expect.objectContaining({ logicalId, why }));
      }
    }
    expect(referrerCount).toBeGreaterThan(10);
  });

  it('refuses or reads whatever stands in any place, and throws nothing else', () => {
    const template = assembly.template as Json;
    const spoilt = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom({ Ref: 'Gone' }, { Ref: 'AWS::NoValue' }, { 'Fn::GetAtt': 'x' }, '', []),
    );
    let refusedCount = 0;

    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(template)), spoilt, (path, replacement) => {
        const refusals = refusalsOf(replaceAt(template, path, replacement as Json));

        if (refusals.length > 0) refusedCount += 1;
      }),
      { numRuns: 1_000 },
    );

    expect(refusedCount).toBeGreaterThan(100);
  });
});
