// `npx rappel` itself: the file that npm runs, and the code that it ends with.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../../../../package.json' with { type: 'json' };

it('runs from any folder, and ends with the code of the command', () => {
  const file = join(import.meta.dirname, '..', '..', '..', '..', packageJson.bin.rappel);

  const { status, stderr } = spawnSync(file, ['lsit'], { cwd: '/', encoding: 'utf8' });

  expect([status, stderr]).toEqual([
    2,
    'There is no command lsit: `npx rappel help` lists them.\n',
  ]);
});
