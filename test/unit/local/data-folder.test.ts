// The folder of `--data`: made with its parents, and refused in a sentence.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeDataFolder } from '../../../infra/local/data-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'rappel-data-'));
const file = join(root, 'file');
writeFileSync(file, '');

afterAll(() => rmSync(root, { recursive: true }));

it('is made with its parents, and left empty', async () => {
  const folder = join(root, 'a', 'b');

  await makeDataFolder(folder);
  await makeDataFolder(folder);

  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['a file', file],
  ['in a file', join(file, 'sub')],
  ['where nothing can be made', '/proc/nope/deep'],
])('that is %s is refused with its name', async (_, folder) => {
  await expect(makeDataFolder(folder)).rejects.toThrow(
    new RegExp(`^${folder} cannot be a data folder \\(E[A-Z]+\\): name one by --data`),
  );
});
