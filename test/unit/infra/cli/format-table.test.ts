// Text for people: columns that stand in line, and nothing of others' that could steer a terminal.
import { expect, it } from 'vitest';
import { formatTable } from '../../../../infra/cli/format-table.ts';
import { progressBar } from '../../../../infra/cli/progress-bar.ts';
import { readSince } from '../../../../infra/cli/read-since.ts';
import { printable } from '../../../../infra/printable.ts';

it('puts cells under their headings, and a dash where there is nothing', () => {
  expect(
    formatTable(
      ['ID', 'NAME'],
      [
        ['sub_1', 'HR'],
        ['s', null],
      ],
    ),
  ).toBe('ID     NAME\nsub_1  HR\ns      -');
});

it('says so where there is nothing to show', () => {
  expect(formatTable(['ID'], [])).toBe('ID\n(none)');
});

it('shows control characters, and characters that turn text round, instead of obeying them', () => {
  expect(printable('a\u001b[2Jb\nc\u009bd\u202ee é 😀')).toBe(
    'a\\x1b[2Jb\\x0ac\\x9bd\\u202ee é 😀',
  );
});

it('fills a bar by the share that is done', () => {
  expect(progressBar(0, 0, 'counting')).toBe(`[${'.'.repeat(30)}] 0 of 0, counting`);
  expect(progressBar(1, 3, 'running')).toBe(`[${'#'.repeat(10)}${'.'.repeat(20)}] 1 of 3, running`);
  expect(progressBar(0, 0, 'done')).toBe(`[${'#'.repeat(30)}] 0 of 0, done`);
});

it('reads a time ago, and a time', () => {
  const now = new Date('2026-10-12T08:15:00Z');

  expect(readSince('90m', now)).toEqual(new Date('2026-10-12T06:45:00Z'));
  expect(readSince('2d', now)).toEqual(new Date('2026-10-10T08:15:00Z'));
  expect(readSince('2026-10-01', now)).toEqual(new Date('2026-10-01T00:00:00Z'));
});
