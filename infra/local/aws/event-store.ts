// What EventBridge must not forget: archived events, replays, and deliveries that wait for their
// next try.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { unopened } from '../start-error.ts';

export interface ArchivedEvent {
  /** Grows with every event of the store. */
  readonly row: number;
  readonly id: string;
  readonly at: number;
  readonly text: string;
}

export interface Replay {
  readonly name: string;
  readonly archive: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly startedAt: number;
  /** Only these rules take part; empty means all. */
  readonly ruleArns: readonly string[];
  readonly description?: string;
  readonly state: 'STARTING' | 'RUNNING' | 'COMPLETED' | 'CANCELLED';
  readonly lastRow: number;
  readonly lastAt?: number;
  readonly endedAt?: number;
}

/** An event on its way to one target of one rule. */
export interface Delivery {
  readonly id: string;
  readonly ruleArn: string;
  readonly targetId: string;
  readonly eventId: string;
  readonly text: string;
  readonly firstAt: number;
  /** Tries that failed so far. */
  readonly failures: number;
  readonly dueAt: number;
}

export interface EventStore {
  archive(archive: string, event: Omit<ArchivedEvent, 'row'>): void;
  /** In the order of arrival, at most a hundred. */
  archived(archive: string, fromMs: number, toMs: number, afterRow: number): ArchivedEvent[];
  sizeOf(archive: string): { readonly count: number; readonly bytes: number };
  forgetBefore(archive: string, atMs: number): void;
  saveReplay(replay: Replay): void;
  replays(): Replay[];
  saveDelivery(delivery: Delivery): void;
  dropDelivery(id: string): void;
  deliveries(): Delivery[];
  close(): void;
}

const schema = `
  CREATE TABLE IF NOT EXISTS archived (
    row INTEGER PRIMARY KEY, archive TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,
    text TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS archived_at ON archived (archive, at);
  CREATE TABLE IF NOT EXISTS replays (name TEXT PRIMARY KEY, json TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS deliveries (id TEXT PRIMARY KEY, json TEXT NOT NULL);
`;

const openDatabase = (folder: string | undefined): DatabaseSync => {
  try {
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    const db = new DatabaseSync(folder === undefined ? ':memory:' : join(folder, 'events.db'));
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;');
    db.exec(schema);
    return db;
  } catch (error) {
    throw unopened(folder, error);
  }
};

/** Opens the store in memory, or in `folder`. A write is with the operating system when its
 *  function returns: it survives the end of this process. */
export const openEventStore = (folder?: string): EventStore => {
  const db = openDatabase(folder);
  const insert = db.prepare('INSERT INTO archived (archive, id, at, text) VALUES (?, ?, ?, ?)');
  const select = db.prepare(
    `SELECT row, id, at, text FROM archived
     WHERE archive = ? AND at >= ? AND at < ? AND row > ? ORDER BY row LIMIT 100`,
  );
  const size = db.prepare(
    `SELECT count(*) AS count, coalesce(sum(length(text)), 0) AS bytes
     FROM archived WHERE archive = ?`,
  );
  const forget = db.prepare('DELETE FROM archived WHERE archive = ? AND at < ?');
  const putReplay = db.prepare('INSERT OR REPLACE INTO replays VALUES (?, ?)');
  const putDelivery = db.prepare('INSERT OR REPLACE INTO deliveries VALUES (?, ?)');
  const deleteDelivery = db.prepare('DELETE FROM deliveries WHERE id = ?');
  const all = (table: 'replays' | 'deliveries') =>
    db
      .prepare(`SELECT json FROM ${table}`)
      .all()
      .map(({ json }) => JSON.parse(String(json)));
  return {
    archive: (archive, { id, at, text }) => void insert.run(archive, id, at, text),
    archived: (archive, fromMs, toMs, afterRow) =>
      select.all(archive, fromMs, toMs, afterRow) as unknown as ArchivedEvent[],
    sizeOf: (archive) => size.get(archive) as unknown as { count: number; bytes: number },
    forgetBefore: (archive, atMs) => void forget.run(archive, atMs),
    saveReplay: (replay) => void putReplay.run(replay.name, JSON.stringify(replay)),
    replays: () => all('replays') as Replay[],
    saveDelivery: (delivery) => void putDelivery.run(delivery.id, JSON.stringify(delivery)),
    dropDelivery: (id) => void deleteDelivery.run(id),
    deliveries: () => all('deliveries') as Delivery[],
    close: () => db.close(),
  };
};
