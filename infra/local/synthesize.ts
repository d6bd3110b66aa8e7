// Writes the template that `cdk deploy` would send, by running the CDK app as the CDK command line does.
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from './options.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Runs `infra/app.ts` in a process of its own: the CDK library takes a hundred megabytes that the running
 * stack has better use for. Region and account come as they come to the command line.
 * @returns the folder of the cloud assembly
 */
export const synthesize = async (
  folder: string,
  environment: { region: string; accountId: string },
): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const { context } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'));
  try {
    await promisify(execFile)(process.execPath, [join(root, 'infra', 'app.ts')], {
      cwd: root,
      env: {
        ...process.env,
        CDK_OUTDIR: folder,
        CDK_CONTEXT_JSON: JSON.stringify(context),
        CDK_DEFAULT_REGION: environment.region,
        CDK_DEFAULT_ACCOUNT: environment.accountId,
      },
    });
    return folder;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new UsageError(
      `The stack could not be synthesized; mend this, or try \`npm run synth\`:\n\n${stderr ?? error}`,
    );
  }
};
