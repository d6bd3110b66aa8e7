// Text for people: tables in columns.
import { printable } from '../printable.ts';

/** Columns as wide as their widest cell; the last is not padded. A line of headings above; and of nothing one that says so. */
export const formatTable = (
  headings: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string => {
  const cells = [headings, ...rows.map((row) => row.map((cell) => printable(String(cell ?? '-'))))];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .concat(rows.length === 0 ? ['(none)'] : [])
    .join('\n');
};

/** One field a line, its name before it. */
export const formatFields = (fields: Readonly<Record<string, string | number | null>>): string => {
  const width = Math.max(...Object.keys(fields).map(({ length }) => length));
  return Object.entries(fields)
    .map(([name, value]) => `${name.padEnd(width)}  ${printable(String(value ?? '-'))}`)
    .join('\n');
};
