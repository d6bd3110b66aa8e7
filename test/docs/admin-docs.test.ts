// The admin API's documentation as committed is what the routes say now.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildAdminDocs } from '../../docs/build-admin-docs.ts';
import { pathInDocs } from '../../docs/docs-folder.ts';
import { adminRoutes } from '../../functions/admin/routes.ts';

const docs = buildAdminDocs();

it.each([...docs])('docs/%s is fresh', (file, text) => {
  const path = pathInDocs(file);
  const isFresh = existsSync(path) && readFileSync(path, 'utf8') === text;

  expect(isFresh, `docs/${file} is stale: run \`npm run docs\` and commit what it writes`).toBe(
    true,
  );
});

it('the page names every route', () => {
  const page = docs.get('admin-api.md')!;

  expect(adminRoutes.filter(({ method, path }) => !page.includes(`\`${method} ${path}\``))).toEqual(
    [],
  );
});
