// The tour of eight files that README offers: each names the next, so that the tour cannot rot.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

interface Stop {
  readonly number: number;
  readonly of: number;
  readonly path: string;
  readonly next: string | undefined;
}

const stops: Stop[] = sourceFiles(['infra', 'functions', 'shared'])
  .flatMap(({ path, lines }) => {
    const [, number, of, rest = ''] = /^\/\/ Way (\d+) of (\d+)\. (.*)$/.exec(lines[0] ?? '') ?? [];
    const next = /Next: (\S+)$/.exec(rest)?.[1];
    return number === undefined ? [] : [{ number: Number(number), of: Number(of), path, next }];
  })
  .toSorted((a, b) => a.number - b.number);

describe('the way of an event', () => {
  it('has eight stops, each once', () => {
    expect(stops.map(({ number, of }) => `${number} of ${of}`)).toEqual([
      '1 of 8',
      '2 of 8',
      '3 of 8',
      '4 of 8',
      '5 of 8',
      '6 of 8',
      '7 of 8',
      '8 of 8',
    ]);
  });

  it('leads from each stop to the next, and ends', () => {
    const paths = stops.map(({ path }) => path);

    expect(stops.map(({ next }) => next)).toEqual([...paths.slice(1), undefined]);
  });

  it('is the one that README shows, in the same order', () => {
    const paths = stops.map(({ path }) => path);
    const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
    const listed = [...readme.matchAll(/^\d+\. \[`([^`]+)`\]\(([^)]+)\)/gm)];

    expect(listed.map(([, name]) => name)).toEqual(paths);
    expect(listed.map(([, , link]) => link)).toEqual(paths);
  });
});

/** A heading's name in a link, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

const leadsTo = (file: string, anchor: string | undefined): boolean => {
  if (!existsSync(file)) return false;
  if (anchor === undefined) return true;
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  return headings.some(([, heading]) => anchorOf(heading!) === anchor);
};

describe('every page', () => {
  it.each([
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'docs/README.md',
    'docs/admin-api.md',
    'docs/decisions.md',
    'docs/operations.md',
  ])('%s links to what is there', (page) => {
    const text = readFileSync(join(projectRoot, page), 'utf8');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !/^[a-z]+:/.test(link));

    const broken = links.filter((link) => {
      const [path, anchor] = link.split('#');
      return !leadsTo(
        path ? join(projectRoot, dirname(page), path) : join(projectRoot, page),
        anchor,
      );
    });

    expect(broken).toEqual([]);
  });
});
