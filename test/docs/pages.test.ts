// The generated files: as the generator writes them today, the same in both languages, without a dead link.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildDocs } from '../../docs/build-docs.ts';
import { docsFolder, pathInDocs, readContract } from '../../docs/docs-folder.ts';
import { eventTypes } from '../../shared/event-types.ts';

const entries = Object.values(eventTypes);
const docs = buildDocs(entries, readContract(), docsFolder());
const files = [...docs.keys()];
const pages = files.filter((file) => file.endsWith('.md'));

describe('docs/', () => {
  it.each(files)('%s is what `npm run docs` writes', (file) => {
    const onDisk = existsSync(pathInDocs(file)) ? readFileSync(pathInDocs(file), 'utf8') : '';

    const isFresh = onDisk === docs.get(file);

    expect(isFresh, `docs/${file} is stale: run \`npm run docs\` and commit what it writes`).toBe(
      true,
    );
  });
});

describe.each(pages)('%s', (page) => {
  const text = docs.get(page)!;

  it('has no link that leads nowhere', () => {
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
    const local = links.filter((link) => !/^https:/.test(link));

    const dead = local.filter((link) => {
      const [file, id] = link.split('#');
      const target = file ? join(dirname(page), file) : page;
      if (!existsSync(pathInDocs(target))) return true;
      const content = docs.get(target) ?? '';
      return id !== undefined && !content.includes(`<a id="${id}"></a>`);
    });

    expect(local.length).toBeGreaterThan(0);
    expect(dead).toEqual([]);
  });

  it('names each of its anchors once', () => {
    const ids = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);

    expect(ids).toEqual([...new Set(ids)]);
  });

  it('has tables whose rows have as many cells as their head', () => {
    const withoutCode = text.replaceAll(/```[\s\S]*?```/g, '');
    const tables = withoutCode.split('\n\n').filter((block) => block.startsWith('| '));
    const cellsOf = (row: string) => row.replaceAll('\\|', '').split('|').length;

    const uneven = tables.filter((rows) => new Set(rows.split('\n').map(cellsOf)).size > 1);

    expect(uneven).toEqual([]);
  });
});

describe.each(['webhooks', 'receivers', 'operational-events'])('%s.md', (name) => {
  const french = docs.get(`fr/${name}.md`)!;
  const english = docs.get(`en/${name}.md`)!;
  const shapeOf = (page: string): string[] =>
    page
      .split('\n')
      .flatMap((line) => /^(#+ |\| |- |\d+\. |```\w*|<details>)/.exec(line)?.[1] ?? []);

  it('is built the same way in both languages: what one says, the other says', () => {
    expect(shapeOf(english)).toEqual(shapeOf(french));
  });

  it('shows the same figures in both languages', () => {
    const figures = (page: string) =>
      page
        .replaceAll(/```[\s\S]*?```/g, '')
        .replaceAll(/(?<=\d)[\u00a0,](?=\d{3})/g, '')
        .match(/\d+/g)
        ?.sort();

    expect(figures(english)).toEqual(figures(french));
  });

  it('leaves nothing of the template unfilled', () => {
    expect(`${french}${english}`).not.toMatch(/\{\{|undefined|\[object Object/);
  });
});

describe('a thirteenth event type', () => {
  const { 'member.added': model } = eventTypes;
  const added = {
    ...model,
    name: 'member.left',
    legacyName: 'member.left',
    label: { fr: "Départ d'un membre", en: 'Member left' },
  };
  const withIt = buildDocs([...entries, added], readContract(), docsFolder());

  it('is in the pages, the OpenAPI description and the contract without a word more', () => {
    const openapi = JSON.parse(withIt.get('openapi.json')!);

    expect(withIt.get('fr/webhooks.md')).toContain('#### Départ d’un membre');
    expect(withIt.get('en/webhooks.md')).toContain('[`member.left`](#member.left)');
    expect(openapi.webhooks['member.left'].post.summary).toBe('Member left');
    expect(JSON.parse(withIt.get('contract.json')!)).toHaveProperty(['member.left@1']);
  });
});
