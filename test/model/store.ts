// A table as DynamoDB is: conditional writes on the row itself, and indexes that show it as it was a while ago.
import type { Chance } from './chance.ts';

interface Version<Row> {
  readonly at: number;
  readonly row: Row | undefined;
}

/** Milliseconds that an index may lag; the code allows for fifteen minutes. */
const lagMsMax = 4 * 60_000;

export class ModelStore<Row extends { readonly revision: number }> {
  private readonly versions = new Map<string, Version<Row>[]>();

  get(key: string): Row | undefined {
    return this.versions.get(key)?.at(-1)?.row;
  }

  /** Whatever the row is now. */
  set(key: string, row: Row | undefined, at: number): void {
    const known = this.versions.get(key) ?? [];
    known.push({ at, row });
    this.versions.set(key, known);
  }

  /** Only over the revision that it was made from. */
  put(key: string, row: Row, at: number): boolean {
    if ((this.get(key)?.revision ?? 0) !== row.revision) return false;
    this.set(key, { ...row, revision: row.revision + 1 }, at);
    return true;
  }

  /** Every row as an index may show it. */
  lagging(now: number, chance: Chance, careless: boolean): [string, Row][] {
    return [...this.versions].flatMap(([key, versions]) => {
      const lagMs = careless ? chance.pick([0, 0, 0, 1_000, 90_000, lagMsMax]) : 0;
      const seen = versions.findLast(({ at }) => at <= now - lagMs)?.row;
      return seen === undefined ? [] : [[key, seen] as [string, Row]];
    });
  }

  all(): [string, Row][] {
    return [...this.versions.keys()].flatMap((key) => {
      const row = this.get(key);
      return row === undefined ? [] : [[key, row] as [string, Row]];
    });
  }
}
