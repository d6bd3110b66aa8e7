// The folder that `--data` names, made and tried before anything is started in it.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StartError } from './start-error.ts';

/** @throws StartError where it cannot be made, or nothing can be written in it */
export const makeDataFolder = async (folder: string): Promise<void> => {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    await makeFolder(resolve(folder));
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      `${folder} cannot be a data folder (${code}): name one by --data that can be made and written.`,
      { cause: error },
    );
  }
};

/** One after the other: Node's own way of making parents does not end under /proc. */
const makeFolder = async (path: string): Promise<void> => {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path);
};
