// Reads a cloud assembly, as `cdk synth` leaves it in cdk.out: the template and the folders of its
// code.
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { StartError } from '../start-error.ts';

export interface CloudAssembly {
  readonly stackName: string;
  /** Parsed JSON, not yet read. */
  readonly template: unknown;
  /** Folder of each zipped asset, by its S3 object key. */
  readonly assetFolders: ReadonlyMap<string, string>;
}

/** A missing or broken assembly. The message is one sentence and says how to mend it. */
class AssemblyError extends StartError {
  override readonly name = 'AssemblyError';
  override readonly code = 'ASSEMBLY';
}

const manifestFile = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).default([]),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
        })
        .default({}),
    }),
  ),
});

const assetsFile = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** Throws AssemblyError unless the folder holds exactly one stack, with all that it needs. */
export const readAssets = (folder: string): CloudAssembly => {
  const { artifacts } = readJson(folder, 'manifest.json', manifestFile);
  const stacks = Object.entries(artifacts).filter(
    ([, artifact]) => artifact.type === 'aws:cloudformation:stack',
  );
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    const names = stacks.map(([id]) => id).join(', ') || 'none';
    throw new AssemblyError(
      `Local mode runs one stack, and ${folder} has ${stacks.length} (${names}).`,
    );
  }
  const [id, { properties, dependencies }] = stack;
  const assetManifests = dependencies.flatMap((name) => artifacts[name]?.properties.file ?? []);
  return {
    stackName: properties.stackName ?? id,
    template: readJson(folder, properties.templateFile ?? `${id}.template.json`, z.unknown()),
    assetFolders: new Map(assetManifests.flatMap((name) => foldersOf(folder, name))),
  };
};

const foldersOf = (folder: string, manifestName: string): [string, string][] =>
  Object.values(readJson(folder, manifestName, assetsFile).files).flatMap(
    ({ source, destinations }): [string, string][] => {
      if (source.packaging !== 'zip' || source.path === undefined) return [];
      const path = resolve(folder, source.path);
      if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
        throw new AssemblyError(
          `The asset folder ${path} is missing: run \`npm run synth\` again.`,
        );
      }
      return Object.values(destinations).map(({ objectKey }) => [objectKey, path]);
    },
  );

const readJson = <Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): z.infer<Schema> => {
  const path = join(folder, name);
  const mend = 'run `npm run synth`.';
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AssemblyError(`There is no ${path}: ${mend}`, { cause });
  }
  try {
    return schema.parse(JSON.parse(content));
  } catch (cause) {
    throw new AssemblyError(`${path} is not what CDK writes: ${mend}`, { cause });
  }
};
