// Writes the template that `cdk deploy` would send, by running the CDK app as the CDK command line does.
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from './start-error.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Runs `infra/app.ts` in a process of its own: the CDK library takes a hundred megabytes that the running
 * stack has better use for. Region and account come as they come to the command line.
 * @returns the folder of the cloud assembly, which has nothing in it but that
 * @throws StartError that says what the app threw, and where
 */
export const synthesize = async (
  folder: string,
  environment: { region: string; accountId: string },
): Promise<string> => {
  await rm(folder, { recursive: true, force: true });
  const { context } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'));
  try {
    await promisify(execFile)(process.execPath, [join(root, 'infra', 'app.ts')], {
      cwd: root,
      env: {
        ...process.env,
        CDK_OUTDIR: folder,
        // Reading the CDK library is most of the work.
        NODE_COMPILE_CACHE: join(root, '.build', 'compile-cache'),
        CDK_CONTEXT_JSON: JSON.stringify(context),
        CDK_DEFAULT_REGION: environment.region,
        CDK_DEFAULT_ACCOUNT: environment.accountId,
      },
    });
    return folder;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new StartError(
      `The stack cannot be synthesized. ${whatWasThrown(stderr || String(error))}\n` +
        'Mend it; `npm run synth` shows it whole.',
      { cause: error },
    );
  }
};

/** Of what Node prints on an uncaught error: the message, and the first place in our own code. */
const whatWasThrown = (stderr: string): string => {
  // Before it comes the line that threw, with a caret below; after it, the stack.
  const [, rest = stderr] = /\n *\^+\n\n?([\s\S]*)/.exec(stderr) ?? [];
  const [message = rest] = rest.split(/\n\s+(?:at |\.\.\.)|\n\s*Node\.js v/);
  const places = [...stderr.matchAll(/(\/[^\s():]+):(\d+)/g)]
    .map(([, path, line]) => `${relative(root, path!)}:${line}`)
    .filter((place) => !place.startsWith('..') && !place.startsWith('node_modules'));
  return message.trim() + (places[0] === undefined ? '' : ` (${places[0]})`);
};
